"""The operator reads what is away, since when, and what people are told meanwhile."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from sqlite3 import connect

import httpx
import pytest
from sqlalchemy import event

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ChannelKind
from hub.contract.messages import Message
from hub.people.degraded import MODES, Fares, ModeState
from hub.testing.people import ANN
from hub.testing.running import NOON, RunningHub, running_hub
from hub.web.desk import Desk
from hub.web.words import read_words
from tests.web.desk import Furnished, furnish
from tests.web.site import WEB, said


class World:
    """A whole hub whose SMS gateway is up or down."""

    def __init__(self, folder: Path) -> None:
        self.up = True
        gateway = httpx.MockTransport(self._answer)
        self.hub: RunningHub = running_hub(
            folder,
            transport=lambda _: gateway,
            plugins=["own", "regional", "password", "sms_http", "console"],
            messages={"chains": {"sms": ["sms_http"], "mail": ["console"]}},
            plugin={"sms_http": {"address": "https://sms.test/"}},
        )
        self.desk: Desk = vars(self.hub.app.wsgi)["_pages"].extensions["hub_desk"]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200 if self.up else 500)

    def post(self) -> None:
        told = {"referent": "Ann", "link": "https://hub.test/x"}
        kind = ChannelKind("sms")
        letter = Message(kind=kind, to="+33639980001", template="contact_confirm", values=told)
        self.desk.messenger.post(letter)

    def modes(self) -> dict[str, ModeState]:
        return {each.mode: each for each in self.desk.modes()}

    def degraded(self) -> set[str]:
        return {name for name, each in self.modes().items() if each.fares is Fares.DEGRADED}

    def noted(self, action: str) -> None:
        self.hub.app.note(AuditEntry(at=self.hub.clock(), action=action))


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.hub.turn()
    return made


def test_every_mode_is_told_and_a_hub_in_order_has_none_degraded(world: World) -> None:
    assert [each.mode for each in world.desk.modes()] == list(MODES)
    assert world.degraded() == set()


def test_a_worker_that_went_is_missed_since_its_last_beat(world: World) -> None:
    world.hub.clock.later(minutes=10)
    found = world.modes()["worker"]
    assert found.fares is Fares.DEGRADED
    assert found.since is not None and abs(found.since - NOON) < timedelta(seconds=5)
    world.hub.turn()
    assert world.modes()["worker"].fares is Fares.WELL


@pytest.mark.parametrize(
    ("mode", "action"), [("services", "service.not_told"), ("methods", "method.failed")]
)
def test_what_went_wrong_within_the_hour_is_told_and_then_forgotten(
    world: World, mode: str, action: str
) -> None:
    began = world.hub.clock()
    world.noted(action)
    world.hub.clock.later(minutes=20)
    world.noted(action)
    world.hub.turn()
    assert (world.modes()[mode].since, world.degraded()) == (began, {mode})
    world.hub.clock.later(minutes=61)
    world.hub.turn()
    assert world.degraded() == set()


def test_a_clock_set_back_is_seen_by_what_was_written_before(world: World) -> None:
    world.noted("account.opened")
    world.hub.clock.later(minutes=-5)
    assert world.modes()["clock"].fares is Fares.DEGRADED


def test_a_carrier_that_fails_is_named_until_it_takes_a_letter_again(world: World) -> None:
    world.up = False
    world.post()
    world.hub.turn()
    found = world.modes()["sms"]
    assert (found.fares, found.about) == (Fares.DEGRADED, "sms_http")
    # Called by HTTP five times in vain, it is left alone too.
    for _ in range(5):
        world.hub.clock.later(minutes=1)
        world.hub.turn()
    assert world.degraded() == {"sms", "providers"}
    assert world.modes()["sms"].since == found.since
    world.up = True
    world.hub.clock.later(minutes=2)
    world.hub.turn()
    assert world.degraded() == set()


def test_a_database_that_takes_no_writing_is_told(world: World, tmp_path: Path) -> None:
    with closing(connect(tmp_path / "hub.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert world.degraded() == {"database"}
    assert world.degraded() == set()


def test_all_modes_together_ask_the_database_little(world: World) -> None:
    ran: list[str] = []
    engine = world.hub.app.database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: ran.append(given[2]))
    world.desk.modes()
    assert 0 < len(ran) <= 5, ran


@pytest.fixture
def console(tmp_path: Path) -> Furnished:
    found = [
        ModeState(mode=each, fares=Fares.WELL) for each in MODES if each not in ("mail", "agent")
    ]
    mail = ModeState(mode="mail", fares=Fares.DEGRADED, since=NOON, about="smtp")
    found += [mail, ModeState(mode="agent", fares=Fares.UNKNOWN)]
    made = furnish(tmp_path, modes=lambda: found)
    made.enter(strong=True)
    return made


def test_the_operator_reads_each_mode_with_what_people_see_and_what_to_do(
    console: Furnished,
) -> None:
    console.grant(ANN.id, "console.operator")
    page = said(console.get("/console/degraded")).replace("\u00a0", " ")
    assert "Dégradé depuis le 1 janvier 2026, 13 h 00 smtp" in page
    assert page.count("Normal") == len(MODES) - 2 and "Non visible d’ici" in page
    assert "propose le SMS, l’application ou un autre moyen" in page
    # What to do is said of what is broken alone.
    assert page.count("À faire :") == 1 and "Vérifiez le serveur de messagerie" in page


@pytest.mark.parametrize("right", ["console.support", "console.referent", ""])
def test_nobody_else_finds_the_page(console: Furnished, right: str) -> None:
    if right:
        console.grant(ANN.id, right, "Clinique")
    assert console.get("/console/degraded").status_code in (403, 404)


@pytest.mark.parametrize("tag", ["fr", "en"])
def test_every_mode_has_its_words(tag: str) -> None:
    words = read_words({"hub": WEB}, (tag,), strict=True)
    for mode in MODES:
        for part in ("", ".seen", ".do"):
            assert words.text(tag, f"degraded.{mode}{part}")
