"""Services that registered themselves: the operator lets them in or turns them away."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hub.contract.identifiers import ServiceId
from hub.contract.services import Access, DeclaredPeer, Registration, Service, ServiceState, Tile
from hub.contract.values import Json
from hub.testing.hub import NOON
from hub.testing.people import ANN, BOB
from hub.testing.toolbox import MemoryJoined
from tests.web.desk import Furnished, furnish
from tests.web.site import said

WAITING = "/console/services/waiting"
NAME = ServiceId("c-1")
TABLE: dict[str, Json] = {
    "client_id": "c-1",
    "redirect_uris": ["https://wiki.test/<b>", "https://wiki.test/two"],
    "client_secret_sha256": "5ec4e7",
    "jwks": {"keys": []},
}


@pytest.fixture
def desk(tmp_path: Path) -> Furnished:
    book = MemoryJoined({})
    book.add(
        Registration(
            service=Service(
                id=NAME,
                access=Access(minimum="low"),
                claims=frozenset({"given_name"}),
                tile=Tile(title="Wiki <i>", summary="", policy="https://wiki.test/privacy"),
                peer=DeclaredPeer(frontend="oidc", table=TABLE),
            ),
            since=NOON,
            state=ServiceState.PENDING,
        )
    )
    desk = furnish(tmp_path, joined=book)
    desk.grant(BOB.id, "console.operator")
    return desk


def book(desk: Furnished) -> MemoryJoined:
    assert isinstance(desk.desk.joined, MemoryJoined)
    return desk.desk.joined


def pressed(desk: Furnished, how: str) -> tuple[str, str]:
    """The address of the button, and what its form says was read."""
    found = re.search(
        rf'action="({WAITING}/c-1/{how})">.*?name="revision" value="([0-9]+)"',
        desk.get(WAITING).text,
        re.DOTALL,
    )
    assert found
    return found[1], found[2]


def test_the_operator_reads_what_a_service_says_of_itself(desk: Furnished) -> None:
    desk.enter("bob", strong=True)
    assert "en attente de votre accord : 1" in said(desk.get("/console/services"))
    page = desk.get(WAITING)
    words = said(page)
    for told in ("Wiki <i>", "https://wiki.test/<b>, https://wiki.test/two", "given_name"):
        assert told in words
    assert "https://wiki.test/privacy" in words and "5ec4e7" not in page.text
    # Whatever a stranger calls itself stays text.
    assert "<b>" not in page.text and "Wiki <i>" not in page.text


def test_an_approved_service_is_open(desk: Furnished) -> None:
    desk.enter("bob", strong=True)
    path, revision = pressed(desk, "approve")
    assert desk.post(path, revision=revision).location == f"{WAITING}?done=approved"
    assert book(desk).rows[NAME].state is ServiceState.ACTIVE
    assert "service.approved" in desk.actions()
    assert "Aucun service n’attend" in said(desk.get(WAITING))
    assert desk.post(path, revision=revision).status_code == 409


@pytest.mark.parametrize("how", ["approve", "refuse"])
def test_an_old_proof_settles_nothing(desk: Furnished, how: str) -> None:
    desk.enter("bob", strong=True)
    path, revision = pressed(desk, how)
    desk.hub.later(minutes=11)
    assert desk.post(path, revision=revision).location.startswith("/login/")
    assert book(desk).rows[NAME].state is ServiceState.PENDING


def test_a_refused_service_is_forgotten(desk: Furnished) -> None:
    desk.enter("bob", strong=True)
    path, revision = pressed(desk, "refuse")
    assert desk.post(path, revision=revision).location == f"{WAITING}?done=refused"
    assert NAME not in book(desk).rows and "service.refused" in desk.actions()


def test_what_changed_while_the_page_was_open_is_read_again(desk: Furnished) -> None:
    desk.enter("bob", strong=True)
    path, revision = pressed(desk, "approve")
    there = book(desk).rows[NAME]
    evil: dict[str, Json] = {**TABLE, "redirect_uris": ["https://evil.test/"]}
    peer = DeclaredPeer(frontend="oidc", table=evil)
    assert book(desk).change(replace(there, service=replace(there.service, peer=peer)))
    answer = desk.post(path, revision=revision)
    assert answer.status_code == 409 and "https://evil.test/" in said(answer)
    assert book(desk).rows[NAME].state is ServiceState.PENDING
    for nonsense in ("", "-1", "x", "9" * 30, "²"):
        assert desk.post(path, revision=nonsense).status_code == 409


def test_nobody_else_sees_or_decides(desk: Furnished) -> None:
    for right in ("console.support", "console.referent"):
        desk.grant(ANN.id, right, "Clinic")
    desk.enter("ann", strong=True)
    assert desk.get(WAITING).status_code == 404
    for how in ("approve", "refuse"):
        assert desk.post(f"{WAITING}/c-1/{how}", revision="0").status_code == 404
    assert book(desk).rows[NAME].state is ServiceState.PENDING
