"""« Demander un compte » : asked by anybody, the same page for all, confirmed by mail."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from hub.contract.accounts import Identifier
from hub.testing.hub import NOON
from hub.testing.people import ANN, CLINIC, SURGERY
from tests.web.asking import (
    PSC,
    TYPED,
    book,
    confirmed,
    letters,
    proof,
    reception,
    ticket_of,
)
from tests.web.desk import Furnished
from tests.web.site import said
from tests.web.test_console import CAROL


@pytest.fixture
def desk(tmp_path: Path) -> Furnished:
    return reception(tmp_path)


def test_everybody_may_ask_and_the_forms_lead_there(desk: Furnished) -> None:
    assert desk.get("/request").status_code == 200
    assert 'href="/request"' in desk.get("/").text
    assert 'href="/request"' in desk.get(desk.get("/services").location).text


def test_a_request_reaches_the_referents_once_the_mail_is_confirmed(desk: Furnished) -> None:
    answer = desk.post("/request", **TYPED)
    assert "cleo@clinique.test" in said(answer)
    assert [each.template for each in desk.outbox.messages] == ["request_confirm"]
    assert not book(desk).open
    shown = desk.get(f"/request/confirm?ticket={ticket_of(desk)}")
    assert shown.status_code == 200 and not book(desk).open
    answer = desk.post("/request/confirm", ticket=ticket_of(desk))
    assert "Le référent de votre structure a reçu" in said(answer)
    assert [each.to for each in letters(desk, "request_waiting")] == ["cleo@clinique.test"]
    assert [each.to for each in letters(desk, "request_new")] == ["carol@hub.test"]
    (waiting,) = book(desk).waiting([CLINIC.structure], NOON)
    assert waiting.typed.mail == "cleo@clinique.test" and waiting.proved is None


def test_the_link_in_the_mail_works_once_and_for_a_day(desk: Furnished) -> None:
    desk.post("/request", **TYPED)
    ticket = ticket_of(desk)
    desk.post("/request/confirm", ticket=ticket)
    assert desk.post("/request/confirm", ticket=ticket).status_code == 410
    assert desk.post("/request/confirm", ticket="").status_code == 410
    desk.outbox.posted.clear()
    desk.post("/request", **TYPED)
    desk.hub.later(hours=24)
    assert desk.post("/request/confirm", ticket=ticket_of(desk)).status_code == 410
    assert len(book(desk).open) == 1


@pytest.mark.parametrize(
    "known",
    [
        {"mail": "ann@hub.test"},
        {"number": "99700000999", "given_name": "Ann", "family_name": "Martin"},
    ],
)
def test_nobody_learns_who_has_an_account(desk: Furnished, known: dict[str, str]) -> None:
    desk.hub.accounts.change(
        replace(ANN, identifiers=(Identifier(system="rpps", number="99700000999"),))
    )
    stranger = desk.post("/request", **TYPED)
    somebody = desk.post("/request", **{**TYPED, **known})
    mail = known.get("mail", TYPED["mail"])
    assert (somebody.status_code, stranger.status_code) == (200, 200)
    assert plain(somebody).replace(mail, "") == plain(stranger).replace(TYPED["mail"], "")
    assert len(letters(desk, "request_confirm")) == 2


def plain(answer: TestResponse) -> str:
    """Without the code that is new on every page."""
    return re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{2}", "", said(answer))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("given_name", ""),
        ("family_name", "a" * 121),
        ("mail", "cleo"),
        ("mail", "a@b@c.test"),
        ("mail", "cleo@clinique.test\nBcc: all@hub.test"),
        ("profession", " "),
        ("structure", ""),
        ("number", "10100000001"),
        ("number", "12"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(desk: Furnished, name: str, typed: str) -> None:
    answer = desk.post("/request", **{**TYPED, name: typed})
    assert answer.status_code == 422 and f'id="{name}-error"' in answer.text
    assert not desk.outbox.messages and not book(desk).unconfirmed


def test_a_network_that_asks_too_often_waits(desk: Furnished) -> None:
    desk.hub.throttle.limits["begin"] = 3
    for _ in range(3):
        assert desk.post("/request", **TYPED).status_code == 200
    assert desk.post("/request", **TYPED).status_code == 429
    assert len(letters(desk, "request_confirm")) == 3


def test_an_unknown_structure_is_the_supports(desk: Furnished) -> None:
    request = confirmed(desk, structure="Cabinet inconnu")
    assert request.structure is None and request.typed.structure == "Cabinet inconnu"
    assert [each.to for each in letters(desk, "request_new")] == ["assistance@region.example"]


def test_a_structure_without_referents_is_the_supports(desk: Furnished) -> None:
    request = confirmed(desk, structure=SURGERY.structure)
    assert [each.to for each in letters(desk, "request_new")] == ["assistance@region.example"]
    desk.grant(CAROL.id, "console.support")
    desk.enter("carol", strong=True)
    assert "Cléo" in said(desk.get("/console/requests"))
    assert desk.post(f"/console/requests/{request.id}/accept").status_code == 303


def test_what_was_proved_fills_the_form_and_cannot_be_changed(desk: Furnished) -> None:
    ticket = proof(desk)
    page = desk.get(f"/request?proof={ticket}")
    assert "Prouvé par Pro Santé Connect" in said(page) and "99700000123" in said(page)
    assert 'name="number"' not in page.text and 'name="family_name"' not in page.text
    assert "CLINIQUE DU PARC SAS" in page.text
    forged = {"number": "99700000666", "family_name": "Autre", "given_name": "Une"}
    typed = {**TYPED, **forged, "structure": "Clinique du Parc SAS"}
    assert desk.post("/request", proof=ticket, **typed).status_code == 200
    desk.post("/request/confirm", ticket=ticket_of(desk))
    (waiting,) = book(desk).waiting([CLINIC.structure], NOON)
    assert waiting.typed.number == "99700000123" and waiting.typed.family_name == "D’ARC"
    assert waiting.identifiers == PSC.identifiers
    assert waiting.proved == PSC


def test_a_proof_goes_with_one_request(desk: Furnished) -> None:
    ticket = proof(desk)
    desk.post("/request", proof=ticket, **TYPED)
    desk.post("/request", proof=ticket, **TYPED)
    first, second = book(desk).unconfirmed.values()
    assert (first.proved, second.proved) == (PSC, None)


@pytest.mark.parametrize("invented", ["", "x", "x" * 43, "x" * 10_000])
def test_an_invented_proof_proves_nothing(desk: Furnished, invented: str) -> None:
    page = desk.get(f"/request?proof={invented[:2000]}")
    assert page.status_code == 200 and "Prouvé" not in said(page)
    desk.post("/request", proof=invented, **TYPED)
    (asked,) = book(desk).unconfirmed.values()
    assert asked.proved is None


def test_a_proof_made_in_another_browser_proves_nothing(desk: Furnished) -> None:
    ticket = proof(desk)
    desk.site.client = desk.site.another()
    assert "Prouvé" not in said(desk.get(f"/request?proof={ticket}"))
    desk.post("/request", proof=ticket, **TYPED)
    (asked,) = book(desk).unconfirmed.values()
    assert asked.proved is None


def test_a_structure_written_in_part_is_proposed_whole(desk: Furnished) -> None:
    partly = {**TYPED, "structure": "clinique PARC"}
    answer = desk.post("/request", **partly)
    assert "Laquelle de ces structures" in said(answer) and not desk.outbox.messages
    desk.post("/request", **partly, meant=CLINIC.structure)
    desk.post("/request", **partly, meant="")
    desk.post("/request", **partly, meant="Invented")
    placed = [each.structure for each in book(desk).unconfirmed.values()]
    assert placed == [CLINIC.structure, None, None]
