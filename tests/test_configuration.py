from pathlib import Path
from typing import Any

import pytest

from hub.contract.errors import ConfigErrors
from hub.contract.services import DeclaredPeer
from hub.contract.values import value
from hub.configuration import configured, read

GOOD: dict[str, Any] = {
    "public_address": "https://hub.test",
    "database": "sqlite:///hub.db",
    "plugins": ["password"],
    "policy": "regional",
}


@value
class Wanted:
    length: int = 12
    words: tuple[str, ...] = ()


def paths(raw: dict[str, Any]) -> set[str]:
    with pytest.raises(ConfigErrors) as caught:
        configured(raw, Path())
    return {error.path for error in caught.value.errors}


def test_every_error_is_told_at_once_with_its_path() -> None:
    raw = {**GOOD, "sesion": {}, "workers": "many", "service": {"mail": {"title": "Mail", "x": 1}}}
    del raw["policy"]
    assert paths(raw) == {"sesion", "workers", "policy", "service.mail.x", "service.mail.minimum"}


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"public_address": "http://hub.test"}, "public_address"),
        ({"public_address": "https://hub.test/sso"}, "public_address"),
        ({"session": {"idle": "PT8H", "longest": "PT4H"}}, "session.idle"),
        ({"outbound": {"read": "PT0S"}}, "outbound.read"),
        ({"outbound": {"places": -1}}, "outbound.places"),
        ({"outbound": {"parties": {"fax": {}}}}, "outbound.parties.fax"),
        (
            {"outbound": {"parties": {"password": {"rest": "-PT1S"}}}},
            "outbound.parties.password.rest",
        ),
        ({"languages": ["en"]}, "languages"),
        ({"plugins": ["password", "password"]}, "plugins"),
        ({"methods": ["totp", "totp"]}, "methods"),
        ({"trusted_hops": -1}, "trusted_hops"),
        ({"plugin": {"pasword": {}}}, "plugin.pasword"),
    ],
)
def test_what_contradicts_itself_is_refused(changed: dict[str, Any], path: str) -> None:
    assert paths({**GOOD, **changed}) == {path}


def test_plain_http_is_for_the_demo_only() -> None:
    raw = {**GOOD, "public_address": "http://localhost:8000", "environment": "demo"}
    assert configured(raw, Path()).environment == "demo"


def test_a_plugin_reads_its_own_table_and_a_misspelt_key_is_an_error() -> None:
    given = configured({**GOOD, "plugin": {"password": {"length": 15, "words": ["a"]}}}, Path())
    assert given.section("password", Wanted) == Wanted(length=15, words=("a",))
    wrong = configured({**GOOD, "plugin": {"password": {"lenght": 15, "words": [1]}}}, Path())
    with pytest.raises(ConfigErrors) as caught:
        wrong.section("password", Wanted)
    assert {e.path for e in caught.value.errors} == {
        "plugin.password.lenght",
        "plugin.password.words.0",
    }


def test_a_plugin_without_a_table_has_its_defaults() -> None:
    assert configured(GOOD, Path()).section("password", Wanted) == Wanted()


def test_the_part_of_a_service_its_frontend_understands_is_kept_for_it() -> None:
    mail = {"title": "Mail", "minimum": "strong", "frontend": "oidc", "oidc": {"client_id": "m"}}
    (service,) = configured({**GOOD, "service": {"mail": mail}}, Path()).services()
    assert service.peer == DeclaredPeer(frontend="oidc", table={"client_id": "m"})
    assert service.access.minimum == "strong" and service.launch is None


def test_paths_start_at_the_file_s_own_folder() -> None:
    assert configured(GOOD, Path("/etc/hub")).secrets == Path("/etc/hub/secrets")


@pytest.mark.parametrize("text", ["not = [toml", "\xff\xfe"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "hub.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigErrors, match=r"hub\.toml: cannot be read"):
        read(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors, match=r"hub\.toml: no such file"):
        read(tmp_path / "hub.toml")


def test_a_service_is_found_again_in_its_file(tmp_path: Path) -> None:
    file = tmp_path / "hub.toml"
    good = "\n".join(f"{key} = {value!r}".replace("'", '"') for key, value in GOOD.items())
    mail = '\n\n[service.mail]  # the first\ntitle = "Mail"\nminimum = "simple"\n'
    file.write_text(good + mail, encoding="utf-8")
    assert read(file).places == {"mail": "hub.toml:6"}
