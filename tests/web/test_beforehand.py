"""What is known beforehand stands in the templates; everything else is asked as a page is drawn."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import flask
import pytest
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from markupsafe import Markup

from hub.contract.values import value
from hub.web.application import Site
from hub.web.beforehand import Known, Spoken
from hub.web.parts import Look
from hub.web.static import StaticFiles
from hub.web.words import Texts, Words

CATALOGUES: Mapping[tuple[str, str], Texts] = {
    ("hub", "fr"): {"go": "Aller & venir", "for": "Pour %(name)s", "n": ("un", "plusieurs")},
    ("hub", "en"): {"go": "Come & go", "for": "For %(name)s", "n": ("one", "many")},
    ("own", "fr"): {"go": "À soi"},
    ("own", "en"): {"go": "Its own"},
}


@value
class Drawn:
    """One site of templates, and what was asked while they were drawn."""

    site: Site
    asked: list[str]

    def __call__(self, template: str, language: str = "fr", **values: object) -> str:
        with self.site.test_request_context():
            flask.g.hub_language = language
            return flask.render_template(template, **values)


Make = Callable[..., Drawn]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(**templates: str) -> Drawn:
        site = Site("drawn", static_folder=None, template_folder=None)
        told = {name.replace("_", "/"): text for name, text in templates.items()}
        site.jinja_loader = ChoiceLoader([FileSystemLoader(tmp_path), DictLoader(told)])
        asked: list[str] = []

        def t(key: str, **values: object) -> str:
            asked.append(key)
            return f"asked for {key}"

        site.jinja_env.autoescape = True
        site.jinja_env.globals.update(t=t, icon=t, look=Look(name="Nord & Sud"))
        env: Any = site.jinja_env
        assert isinstance(env, Spoken)
        env.speak(
            Known(
                words=Words(CATALOGUES, ("fr", "en"), strict=True),
                look=Look(name="Nord & Sud", logo=Path("logo.svg")),
                owners=frozenset({"own"}),
                ours=tmp_path,
                drawn={
                    "icon": {"bell": Markup("<svg></svg>")}.__getitem__,
                    "static": StaticFiles({}).address,
                },
            )
        )
        return Drawn(site=site, asked=asked)

    return made


def test_a_sentence_stands_in_the_template_in_each_language(make: Make) -> None:
    drawn = make(page="{{ t('go') }}")
    assert [drawn("page", each) for each in ("fr", "en", "fr")] == [
        "Aller &amp; venir",
        "Come &amp; go",
        "Aller &amp; venir",
    ]
    assert drawn.asked == []


def test_parents_parts_and_macros_speak_the_same_language(make: Make) -> None:
    drawn = make(
        base="{{ t('go') }}|{% block inside %}{% endblock %}",
        part="{{ t('go') }}|",
        macros="{% macro said() %}{{ t('go') }}{% endmacro %}",
        page="{% extends 'base' %}{% from 'macros' import said %}"
        "{% block inside %}{% include 'part' %}{{ said() }}{% endblock %}",
    )
    assert drawn("page") == "|".join(["Aller &amp; venir"] * 3)
    assert drawn("page", "en") == "|".join(["Come &amp; go"] * 3)


@pytest.mark.parametrize(
    "text",
    [
        "{{ t('for', name='Anne') }}",
        "{{ t('for') }}",
        "{{ t('n', n=2) }}",
        "{{ t('n') }}",
        "{{ t('nowhere') }}",
        "{{ t(key) }}",
        "{{ t(*[key]) }}",
        "{{ t(**{'key': key}) }}",
    ],
)
def test_what_depends_on_the_page_is_asked_as_it_is_drawn(make: Make, text: str) -> None:
    drawn = make(page=text)
    assert drawn("page", key="go").startswith("asked for ")
    assert len(drawn.asked) == 1


def test_a_plugin_has_its_own_words_first(make: Make) -> None:
    drawn = make(own_page="{{ t('go') }}")
    assert drawn("own/page") == "À soi"
    assert drawn.asked == []


def test_a_page_of_the_hubs_own_has_the_hubs_words_whatever_its_folder_is_called(
    make: Make, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "home.html").write_text("{{ t('go') }}", encoding="utf-8")
    drawn = make(own_page="{{ t('go') }}")
    assert (drawn("own/home.html"), drawn("own/page")) == ("Aller &amp; venir", "À soi")


def test_what_plugins_draw_with_their_own_words_asks_for_them(make: Make) -> None:
    drawn = make(hub_fields="{{ t('go') }}")
    assert drawn("hub/fields", t=lambda key: f"own {key}") == "own go"


@pytest.mark.parametrize(
    "text",
    [
        "{% macro line(t) %}{{ t('go') }}{% endmacro %}{{ line(said) }}",
        "{% set t = said %}{{ t('go') }}",
        "{% for t in [said] %}{{ t('go') }}{% endfor %}",
        "{% from 'macros' import other as t %}{{ t('go') }}",
    ],
)
def test_a_name_that_means_something_else_here_keeps_its_meaning(make: Make, text: str) -> None:
    macros = "{% macro other(key) %}other {{ key }}{% endmacro %}"
    assert make(page=text, macros=macros)("page", said="other {}".format) == "other go"


def test_an_icon_is_drawn_once_and_an_unknown_file_only_when_it_is_named(make: Make) -> None:
    drawn = make(page="{{ icon('bell') }}{% if false %}{{ icon('gone') }}{% endif %}")
    assert drawn("page") == "<svg></svg>"
    assert drawn.asked == []


def test_the_operators_words_are_escaped_and_what_is_no_text_stays(make: Make) -> None:
    drawn = make(page="{{ look.name }}{% if look.logo %}!{% endif %}")
    assert drawn("page") == "Nord &amp; Sud"
    assert drawn("page", look=Look(logo=Path("x.svg"))) == "Nord &amp; Sud!"
