"""Requests for an account at the console: seen and decided by whoever is entitled, nobody else."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hub.contract.accounts import Identifier
from hub.testing.people import ANN, CLINIC, SURGERY
from tests.web.asking import (
    PSC,
    TYPED,
    book,
    confirmed,
    letters,
    opened,
    proof,
    reception,
    ticket_of,
)
from tests.web.desk import Furnished
from tests.web.site import said


@pytest.fixture
def desk(tmp_path: Path) -> Furnished:
    return reception(tmp_path)


def test_the_referent_opens_the_account_in_one_click(desk: Furnished) -> None:
    ticket = proof(desk)
    desk.post("/request", proof=ticket, **TYPED)
    desk.post("/request/confirm", ticket=ticket_of(desk))
    desk.enter("carol", strong=True)
    page = desk.get("/console/requests")
    assert "Identité prouvée par Pro Santé Connect" in said(page)
    path = re.search(r'action="(/console/requests/\w+/accept)"', page.text)
    assert path and desk.post(path[1]).location == "/console/requests?done=accepted"
    account = opened(desk)
    assert account.identifiers == PSC.identifiers
    assert [each.structure for each in account.situations] == [CLINIC.structure]
    assert [(each.address, each.validated) for each in account.contacts] == [
        ("cleo@clinique.test", True)
    ]
    assert desk.hub.accounts.by_upstream(PSC.identity) == account
    assert [each.to for each in letters(desk, "request_accepted")] == ["cleo@clinique.test"]
    assert "Aucune demande" in said(desk.get("/console/requests"))
    assert desk.post(path[1]).status_code == 404


def test_what_is_only_declared_is_shown_as_such(desk: Furnished) -> None:
    request = confirmed(desk)
    desk.enter("carol", strong=True)
    assert "Identité déclarée, non prouvée" in said(desk.get("/console/requests"))
    desk.post(f"/console/requests/{request.id}/accept")
    rpps = Identifier(system="rpps", number="99700000123")
    assert opened(desk).identifiers == (rpps,)
    assert desk.hub.accounts.by_upstream(PSC.identity) is None


def test_an_old_proof_opens_no_account(desk: Furnished) -> None:
    request = confirmed(desk)
    desk.enter("carol", strong=True)
    desk.hub.later(minutes=11)
    answer = desk.post(f"/console/requests/{request.id}/accept")
    assert answer.location.startswith("/login/")
    assert list(book(desk).open) == [request.id] and not book(desk).taken
    assert not letters(desk, "request_accepted")


def test_a_refusal_needs_a_reason_and_is_told(desk: Furnished) -> None:
    request = confirmed(desk)
    desk.enter("carol", strong=True)
    path = f"/console/requests/{request.id}/refuse"
    assert desk.post(path, reason="  ").status_code == 422
    assert desk.post(path, reason="Vous n’êtes pas de la clinique.").status_code == 303
    (letter,) = letters(desk, "request_refused")
    assert letter.values["reason"] == "Vous n’êtes pas de la clinique."
    assert not book(desk).open and not book(desk).taken
    assert desk.post(path, reason="Encore").status_code == 404


def test_a_request_of_another_structure_is_neither_seen_nor_guessed(desk: Furnished) -> None:
    desk.hub.accounts.change(replace(ANN, situations=(CLINIC, SURGERY)))
    request = confirmed(desk, structure=SURGERY.structure)
    desk.enter("carol", strong=True)
    assert "Cléo" not in said(desk.get("/console/requests"))
    for path in (f"/console/requests/{request.id}", "/console/requests/unknown"):
        assert desk.post(f"{path}/accept").status_code == 404
        assert desk.post(f"{path}/refuse", reason="Non").status_code == 404
    assert request.id in book(desk).open


def test_the_support_leaves_to_referents_what_is_theirs(desk: Furnished) -> None:
    request = confirmed(desk)
    desk.rights.grants.append(
        replace(desk.rights.grants[0], id="s", account=ANN.id, name="console.support")
    )
    desk.enter("ann", strong=True)
    assert "Cléo" not in said(desk.get("/console/requests"))
    assert desk.post(f"/console/requests/{request.id}/accept").status_code == 404


def test_whoever_holds_no_right_finds_no_requests(desk: Furnished) -> None:
    desk.enter("ann", strong=True)
    assert desk.get("/console/requests").status_code == 404


def test_a_mail_somebody_signs_in_by_opens_no_second_account(desk: Furnished) -> None:
    request = confirmed(desk)
    mail = Identifier(system="login", number=request.typed.mail)
    desk.hub.accounts.change(replace(ANN, identifiers=(*ANN.identifiers, mail)))
    desk.enter("carol", strong=True)
    answer = desk.post(f"/console/requests/{request.id}/accept")
    assert answer.status_code == 409 and not letters(desk, "request_accepted")


def test_a_number_known_already_opens_no_second_account(desk: Furnished) -> None:
    request = confirmed(desk)
    carried = Identifier(system="rpps", number="99700000123")
    desk.hub.accounts.change(replace(ANN, identifiers=(carried,)))
    desk.enter("carol", strong=True)
    answer = desk.post(f"/console/requests/{request.id}/accept")
    assert answer.status_code == 409 and "déjà connue" in said(answer)
    assert "Ann" not in said(answer)
    assert request.id in book(desk).open
    assert not letters(desk, "request_accepted")


def test_a_request_nobody_answers_goes_away(desk: Furnished) -> None:
    request = confirmed(desk)
    desk.hub.later(days=30)
    desk.enter("carol", strong=True)
    assert "Aucune demande" in said(desk.get("/console/requests"))
    assert desk.post(f"/console/requests/{request.id}/accept").status_code == 404
