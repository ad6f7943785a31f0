"""« Mes données »: the file holds every kind that the register of processing names, or says why."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from hub.commands.exports import Register
from hub.commands.retention import retention_of
from hub.contract.holdings import TellsKept
from hub.contract.identifiers import ServiceId
from hub.contract.values import Json
from hub.people.access import AccessRequest
from hub.people.portable import TOLD_AS
from hub.web.words import HUB as OWNER
from hub.web.words import Words
from tests.flows.access_world import World, world
from tests.flows.region import NOW, opened

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("access")]
LIKED = "rpps:99700434378"
OTHERS = "Pour un tout autre service"


@pytest.fixture(scope="module")
def here(template: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = world(opened(template, tmp_path_factory.mktemp("export") / "region"))  # type: ignore[arg-type]
    for name, login, words in (
        ("1", "nadia.benali", "Pour ma garde"),
        ("2", "paul.lambert", OTHERS),
    ):
        request = AccessRequest(
            id=name,
            account=made.account(login),
            service=ServiceId("emage"),
            structure="CHU de Grandval",
            made_at=NOW,
            message=words,
        )
        made.desk.own.access.add(request)
    with closing(sqlite3.connect(made.region.folder / "hub.db")) as database, database:
        for login, key in (("nadia.benali", LIKED), ("paul.lambert", OTHERS)):
            liked = "INSERT INTO directory_favourites VALUES (?, ?)"
            database.execute(liked, (made.account(login), key))
    made.keep()
    yield made
    made.close()


def exported(here: World, role: str = "strong") -> Any:
    answer = here.ask(role, "POST", "/account/export", {})
    assert answer.status_code == 200
    return json.loads(answer.get_data())


def test_it_holds_what_each_part_of_the_portal_keeps(here: World) -> None:
    told = exported(here)
    assert told["my_services"]["links"][0]["address"] == "https://labo.test/"
    assert [each["text"] for each in told["notices"]] == ["Un avis"]
    assert [each["message"] for each in told["requests"]] == ["Pour ma garde"]
    assert {each["method"] for each in told["means"]} >= {"password", "totp"}
    kept = told["kept_by_services"]
    assert kept["emage.shares"][0]["recipient"] == "paul.martin@elsewhere.example"
    assert kept["directory.favourites"] == [{"entry": LIKED}]
    assert kept["terms.acceptances"][0]["version"] and told["history"]


def test_it_holds_neither_what_is_others_nor_what_opens_a_door(here: World) -> None:
    text = json.dumps(exported(here), ensure_ascii=False)
    assert OTHERS not in text
    secrets = ("secret-strong", "1.2.840", "JBSWY3DPEHPK3PXP", "$argon2")
    assert [each for each in secrets if each in text] == []


def test_a_password_alone_takes_no_recipient_along(here: World) -> None:
    told = exported(here, "person")
    assert told["addresses_masked"] is True and told["kept_by_services"]["emage.shares"] is None
    assert "elsewhere.example" not in json.dumps(told)


def test_each_kind_of_the_register_is_in_the_file_or_said_to_be_left_out(here: World) -> None:
    app, told = here.region.app, exported(here)
    words: Words = here.site.extensions["hub"].words
    register = Register(app, words, "fr")
    tells = {each.kind for each in app.equipped.holdings.values() if isinstance(each, TellsKept)}
    silent = []
    for kept in retention_of(app).shown():
        named, part = register._kind(kept.kind), TOLD_AS.get(kept.kind)
        said = kept.kind in tells or (part is not None and part in told)
        if said == (named in told["left_out"]):
            silent.append(kept.kind)
    assert silent == [], "tell of it, or write holding.<kind>.left_out in its catalogue"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_left_out_has_a_reason_of_its_own(here: World, language: str) -> None:
    words: Words = here.site.extensions["hub"].words
    holdings = here.region.app.equipped.holdings
    for kind in here.desk.kinds:
        held = holdings.get(kind)
        if kind in TOLD_AS or isinstance(held, TellsKept):
            continue
        owner = kind.partition(".")[0] if "." in kind else OWNER
        assert words.either(language, f"holding.{kind}", owner, ""), kind
        assert words.either(language, f"holding.{kind}.left_out", owner, ""), kind


class Broken:
    kind = "emage.shares"

    def kept_of(self, account: object) -> None:
        raise RuntimeError("its table is gone")


class Long:
    kind = "emage.shares"
    most_told = 3

    def kept_of(self, account: object) -> list[Json]:
        return [1, 2, 3]


@contextmanager
def holding(here: World, only: object) -> Iterator[None]:
    whole = here.site.extensions["hub_desk"]
    here.site.extensions["hub_desk"] = replace(whole, holdings=(only,))
    try:
        yield
    finally:
        here.site.extensions["hub_desk"] = whole


SHARES = "Partages d’examens\N{NO-BREAK SPACE}: destinataire, commentaire, ouvertures (chiffrés)"


def test_a_plugin_that_cannot_tell_is_said_to_be_left_out_and_breaks_nothing(here: World) -> None:
    with holding(here, Broken()):
        told = exported(here)
    assert "emage.shares" not in told["kept_by_services"] and told["account"]["name"]
    assert "redemandez ce fichier" in told["left_out"][SHARES]


def test_what_is_longer_than_the_file_is_said_to_be_cut(here: World) -> None:
    with holding(here, Long()):
        told = exported(here)
    assert told["kept_by_services"]["emage.shares"] == [1, 2, 3]
    assert "s’arrête aux 3 plus récents" in told["left_out"][SHARES]
    assert SHARES not in exported(here)["left_out"], "it keeps less than it may tell"
