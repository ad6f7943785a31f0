"""« Demander l'accès » : from a locked tile to the référent's console and back."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hub.contract.accounts import Account, Contact, Situation
from hub.contract.identifiers import ChannelKind
from hub.contract.messages import Message
from hub.contract.services import Access
from hub.testing.methods import RIGHT
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import said

CLINIC = Situation(id="c", structure="Clinique du Parc", role="Infirmière", source="own")
CABINET = Situation(id="m", structure="Cabinet Martin", role="Médecin", source="own")
ASK = "/services/boss/request"
CONSOLE = "/console/access"


@pytest.fixture
def portal(tmp_path: Path) -> Furnished:
    made = furnish(
        tmp_path,
        tiled("boss", Access(minimum="low", rights=frozenset({"boss.reader"}))),
        tiled("trap", Access(minimum="low", rights=frozenset({"console.operator"}))),
        tiled("open", Access(minimum="low")),
    )
    for name in ("ann", "bob"):
        settled(made, name, CLINIC)
    made.grant(person(made, "ann").id, "console.referent", "Clinique du Parc")
    return made


def person(portal: Furnished, name: str) -> Account:
    found = portal.hub.accounts.by_login(name)
    assert found
    return found


def settled(portal: Furnished, name: str, *places: Situation) -> None:
    mail = Contact(kind=ChannelKind("mail"), address=f"{name}@hub.test", validated=True)
    known = replace(person(portal, name), situations=places, contacts=(mail,))
    portal.hub.accounts.change(known)


def asked(portal: Furnished, service: str = "boss", **more: str) -> str:
    """Bob asks, then Ann is at her console; the request's id, or nothing."""
    portal.enter("bob")
    form = {"structure": "Clinique du Parc", "message": "Pour les urgences", **more}
    portal.post(f"/services/{service}/request", **form)
    as_referent(portal)
    found = re.findall(rf"{CONSOLE}/([^/]+)/give", portal.get(CONSOLE).text)
    return found[0] if found else ""


def as_referent(portal: Furnished) -> None:
    portal.site.client = portal.site.another()
    portal.enter("ann", strong=True)


def rights(portal: Furnished) -> list[tuple[str, str | None]]:
    bob = person(portal, "bob").id
    return [(each.name, each.situation) for each in portal.rights.grants if each.account == bob]


def letters(portal: Furnished) -> list[Message]:
    return list(portal.outbox.posted.values())


def test_a_locked_tile_offers_the_request_and_then_says_that_it_waits(portal: Furnished) -> None:
    portal.enter("bob")
    assert f'href="{ASK}"' in portal.get("/services").text
    assert "Clinique du Parc" in said(portal.get(ASK))
    answer = portal.post(ASK, structure="Clinique du Parc")
    page = portal.get(answer.location)
    assert "Votre demande est partie" in said(page) and ASK not in re.findall(
        r'href="([^"]+)"', page.text
    )
    assert "Demande envoyée" in said(portal.get("/services"))
    portal.post(f"{ASK}/withdraw")
    assert "Demande envoyée" not in said(portal.get("/services"))


def test_the_referent_is_told_once_and_gives_access_for_a_while(portal: Furnished) -> None:
    request = asked(portal)
    portal.site.client = portal.site.another()
    portal.enter("bob")
    portal.post(ASK, structure="Clinique du Parc")
    as_referent(portal)
    page = said(portal.get(CONSOLE))
    assert "Pour les urgences" in page and "Infirmière" in page
    told = [each for each in letters(portal) if each.template == "access_new"]
    assert [each.to for each in told] == ["ann@hub.test"]
    answer = portal.post(f"{CONSOLE}/{request}/give", days="31")
    assert "L’accès est ouvert" in said(portal.get(answer.location))
    (grant,) = [g for g in portal.rights.grants if g.name == "boss.reader"]
    assert grant.until and (grant.until - grant.since).days == 31
    assert grant.given_by == person(portal, "ann").id
    assert letters(portal)[-1].to == "bob@hub.test"
    assert {"access.requested", "access.given"} <= set(portal.actions())


def test_a_right_is_given_for_the_referent_s_own_structure_only(portal: Furnished) -> None:
    settled(portal, "bob", CLINIC, CABINET)
    request = asked(portal)
    portal.post(f"{CONSOLE}/{request}/give", days="0")
    assert rights(portal) == [("boss.reader", "c")]


def test_a_refusal_has_a_reason_which_reaches_the_person(portal: Furnished) -> None:
    request = asked(portal)
    assert portal.post(f"{CONSOLE}/{request}/refuse", reason=" ").status_code == 422
    portal.post(f"{CONSOLE}/{request}/refuse", reason="Voyez le service de garde")
    last = letters(portal)[-1]
    assert (last.to, last.values["reason"]) == ("bob@hub.test", "Voyez le service de garde")
    assert not rights(portal) and request not in portal.get(CONSOLE).text
    assert portal.post(f"{CONSOLE}/{request}/give", days="31").status_code == 404


def test_the_referent_of_another_structure_neither_sees_nor_decides_it(portal: Furnished) -> None:
    request = asked(portal)
    portal.rights.grants.clear()
    portal.grant(person(portal, "ann").id, "console.referent", "Cabinet Martin")
    assert request not in portal.get(CONSOLE).text
    for what in ("give", "refuse"):
        answer = portal.post(f"{CONSOLE}/{request}/{what}", days="31", reason="non")
        assert answer.status_code == 404
    assert portal.post(f"{CONSOLE}/nothing/give", days="31").status_code == 404
    assert not rights(portal)


def test_nobody_gives_a_right_to_themselves(portal: Furnished) -> None:
    portal.enter("ann", strong=True)
    assert portal.post(ASK, structure="Clinique du Parc").status_code == 422
    portal.grant(person(portal, "bob").id, "console.referent", "Clinique du Parc")
    portal.post(ASK, structure="Clinique du Parc")
    assert "Aucune demande d’accès" in said(portal.get(CONSOLE))
    (own,) = portal.desk.own.access.waiting(["Clinique du Parc"], portal.hub.now)
    assert portal.post(f"{CONSOLE}/{own.id}/give", days="31").status_code == 404
    assert {each.name for each in portal.rights.grants} == {"console.referent"}
    assert [each.to for each in letters(portal)] == ["bob@hub.test"]


def test_no_request_leads_to_a_console(portal: Furnished) -> None:
    request = asked(portal, "trap")
    assert request
    portal.post(f"{CONSOLE}/{request}/give", days="31")
    assert not rights(portal)


def test_an_old_proof_gives_no_right(portal: Furnished) -> None:
    request = asked(portal)
    portal.hub.later(minutes=11)
    login = portal.post(f"{CONSOLE}/{request}/give", days="31").location
    assert login.startswith("/login/") and not rights(portal)
    portal.site.sign_in(login, "ann")
    portal.post(f"{login}/code", begin="1")
    portal.post(f"{login}/code", secret=RIGHT)
    back = portal.get(f"{login}/complete").location
    assert back.startswith(f"{CONSOLE}?typed=") and 'value="31" selected' in portal.get(back).text
    portal.post(f"{CONSOLE}/{request}/give", days="31")
    assert rights(portal) == [("boss.reader", "c")]


@pytest.mark.parametrize(
    "form",
    [
        {"structure": "Cabinet Martin"},
        {"structure": ""},
        {"structure": "Clinique du Parc", "message": "x" * 301},
    ],
)
def test_a_request_goes_to_one_s_own_structures_only(
    portal: Furnished, form: dict[str, str]
) -> None:
    portal.enter("bob")
    assert portal.post(ASK, **form).status_code == 422
    assert not portal.desk.own.access.of(person(portal, "bob").id, portal.hub.now)


def test_without_a_referent_the_page_says_whom_to_call(portal: Furnished) -> None:
    portal.rights.grants.clear()
    portal.enter("bob")
    assert "Aucun référent ne peut recevoir" in said(portal.get(ASK))
    assert portal.post(ASK, structure="Clinique du Parc").status_code == 422


@pytest.mark.parametrize("name", ["open", "nothing", "console"])
def test_only_a_service_with_a_right_may_be_asked_for(portal: Furnished, name: str) -> None:
    portal.enter("bob")
    assert portal.get(f"/services/{name}/request").status_code == 404
    assert portal.post(f"/services/{name}/request", structure="x").status_code == 404


def test_a_duration_nobody_offers_is_refused(portal: Furnished) -> None:
    request = asked(portal)
    assert portal.post(f"{CONSOLE}/{request}/give", days="9999").status_code == 400
    assert not rights(portal) and request in portal.get(CONSOLE).text
