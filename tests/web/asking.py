"""What tests of « Demander un compte » share: somebody who asks, and what is kept of it."""

from pathlib import Path

from hub.contract.accounts import Account, Identifier, Situation
from hub.contract.messages import Message
from hub.people.proofs import ProvedIdentity
from hub.people.requests import AccountRequest
from hub.testing.hub import NOON
from hub.testing.people import ANN, CLINIC
from hub.testing.requests import MemoryRequests
from tests.web.desk import Furnished, furnish
from tests.web.test_console import CAROL

TYPED = {
    "given_name": "Cléo",
    "family_name": "d’Arc",
    "mail": "cleo@clinique.test",
    "profession": "Infirmière",
    "structure": "clinique du parc",
    "number": "99700000123",
}
PSC = ProvedIdentity(
    issuer="https://psc.test",
    subject="899700000123",
    name="Cléo D’ARC",
    identifiers=(Identifier(system="rpps", number="99700000123"),),
    situations=(
        Situation(
            id="s",
            structure="Clinique du Parc",
            role="Infirmière",
            source="psc",
            name="CLINIQUE DU PARC SAS",
        ),
    ),
    attributes={"given_name": ("Cléo",), "family_name": ("D’ARC",)},
    via="psc",
    title="Pro Santé Connect",
    at=NOON,
)


def reception(folder: Path) -> Furnished:
    """Carol decides for the clinic."""
    made = furnish(folder)
    made.hub.accounts.create(CAROL)
    made.grant(CAROL.id, "console.referent", CLINIC.structure)
    return made


def letters(desk: Furnished, template: str) -> list[Message]:
    return [each for each in desk.outbox.messages if each.template == template]


def ticket_of(desk: Furnished) -> str:
    (letter,) = letters(desk, "request_confirm")
    return str(letter.values["link"]).partition("ticket=")[2]


def confirmed(desk: Furnished, **typed: str) -> AccountRequest:
    """A request that waits for a decision."""
    desk.post("/request", **{**TYPED, **typed})
    desk.post("/request/confirm", ticket=ticket_of(desk))
    (found, _), *_ = book(desk).open.values()
    return found


def book(desk: Furnished) -> MemoryRequests:
    kept = desk.desk.guests.requests
    assert isinstance(kept, MemoryRequests)
    return kept


def proof(desk: Furnished, proved: ProvedIdentity = PSC) -> str:
    """What a provider just vouched for, in this browser."""
    login = desk.get("/services").location.removeprefix("/login/")
    return desk.desk.guests.proofs.keep(proved, login)


def opened(desk: Furnished) -> Account:
    (found,) = [each for each in desk.hub.accounts.in_structure(CLINIC.structure) if each != ANN]
    return found
