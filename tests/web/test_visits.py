"""The hub's own pages and those of plugins are services: there is one way to sign in."""

from pathlib import Path
from typing import Any

import flask
import pytest

from hub.contract.errors import PluginError
from hub.contract.pages import PUBLIC, Pages
from hub.contract.services import Access
from hub.web.apps import page_services
from hub.web.places import service_of
from hub.web.visits import local, visit
from tests.web.site import ADDRESS, Site, make, said


def pages_of(access: Any) -> Pages:
    blueprint = flask.Blueprint("notes", __name__)

    @blueprint.route("/", methods=["GET", "POST"])
    def home() -> str:
        signed = flask.g.get("hub_visit")
        return signed.account.display_name if signed else "nobody"

    return Pages(blueprint=blueprint, access=access)


def site_with(root: Path, access: Any) -> Site:
    pages = {"notes": pages_of(access)}
    site = make(root, pages=pages)
    for service in page_services(pages):
        site.hub.rules.services[service.id] = service  # type: ignore[index]
    return site


def portal(site: Site) -> None:
    @site.app.get("/services")
    def services() -> flask.Response:
        person = visit("portal")
        return person if isinstance(person, flask.Response) else flask.Response(person.account.id)


def test_a_stranger_signs_in_and_comes_back_to_the_same_address(site: Site) -> None:
    portal(site)
    sent = site.get("/services?q=mail&x=1")
    path = sent.location
    assert sent.status_code == 303 and path.startswith("/login/")
    done = site.sign_in(path)
    assert done.location == f"{path}/complete"
    assert site.get(done.location).location == "/services?q=mail&x=1"
    assert site.get("/services").text == "a-1"


def test_completing_before_the_proof_leads_to_the_proof(site: Site) -> None:
    portal(site)
    path = site.get("/services").location
    assert site.get(f"{path}/complete").location == path


def test_the_end_of_a_service_is_on_the_protocols_side(site: Site) -> None:
    path = site.arrive("low")
    assert site.get(f"{path}/complete").location == path.replace("/login/", "/broker/complete/")


def test_pages_of_a_plugin_are_behind_their_access(tmp_path: Path) -> None:
    site = site_with(tmp_path, Access(minimum="high"))
    path = site.get("/apps/notes/").location
    site.sign_in(path)
    assert site.get("/apps/notes/").status_code == 303
    site.post(f"{path}/code", begin="1")
    site.post(f"{path}/code", secret="1234")
    assert site.get("/apps/notes/").text == "Ann Martin"


def test_public_pages_ask_nobody(tmp_path: Path) -> None:
    assert site_with(tmp_path, PUBLIC).get("/apps/notes/").text == "nobody"


def test_public_pages_answer_machines_but_not_foreign_forms(tmp_path: Path) -> None:
    site = site_with(tmp_path, PUBLIC)
    machine = site.another().post("/apps/notes/", base_url=ADDRESS)
    # Lax cookies stay behind when another site posts: it looks as bare as a machine.
    foreign = [
        site.another().post("/apps/notes/", base_url=ADDRESS, headers=headers).status_code
        for headers in ({"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"})
    ]
    assert site.key()
    with_cookies = site.client.post("/apps/notes/", base_url=ADDRESS)
    assert (machine.status_code, foreign, with_cookies.status_code) == (200, [403, 403], 403)


def test_pages_without_access_stop_the_hub(tmp_path: Path) -> None:
    with pytest.raises(PluginError):
        make(tmp_path, pages={"notes": pages_of(None)})


def test_a_plugins_page_speaks_with_its_own_words(tmp_path: Path) -> None:
    pages = pages_of(PUBLIC)

    @pages.blueprint.get("/own")
    def own() -> str:
        return flask.render_template_string("{{ t('code.name') }}, {{ t('frame.help') }}")

    assert make(tmp_path, pages={"fakes": pages}).get("/apps/fakes/own").text == "Code envoyé, Aide"


def test_public_pages_are_no_service() -> None:
    pages = {"a": pages_of(PUBLIC), "b": pages_of(Access(minimum="low"))}
    assert [each.id for each in page_services(pages)] == [service_of("b")]


def test_a_form_of_somebody_signed_out_leads_back_to_its_page(site: Site) -> None:
    @site.app.post("/account/name")
    def rename() -> flask.Response:
        person = visit("portal")
        return person if isinstance(person, flask.Response) else flask.Response("renamed")

    site.key()
    site.client.post(
        "/account/name",
        data={"csrf": site.csrf()},
        base_url=ADDRESS,
        headers={"Referer": f"{ADDRESS}/account", "Origin": ADDRESS},
    )
    login = next(iter(site.hub.records.logins.values()))
    assert login.request.target == "/account"


@pytest.mark.parametrize("path", ["/services", "/open/mail?message=42"])
def test_paths_of_the_hub_stay(path: str) -> None:
    assert local(path) == path


def test_a_stranger_no_page_can_help_is_told_why(site: Site) -> None:
    site.hub.rules.services["portal"] = service = site.hub.rules.services["portal"]  # type: ignore[index]
    from dataclasses import replace

    top = replace(service, access=Access(minimum="top"))
    site.hub.rules.services["portal"] = top  # type: ignore[index]
    portal(site)
    answer = site.get("/services")
    assert answer.status_code == 403
    assert "n’atteint le niveau" in said(answer)
