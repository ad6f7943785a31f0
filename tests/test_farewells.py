"""Services are told of an ended session: once, in their own time, and nobody waits for another."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from hub.broker.farewells import Word
from hub.broker.records import NewKey, SessionKey
from hub.contract.errors import HubError
from hub.contract.identifiers import LoginId, ServiceId, SessionId
from hub.contract.logout import EndsParticipation, Hop, Notice, Participation
from hub.farewells import Teller, poster
from hub.outbound import Outbound
from hub.store.database import open_database
from hub.store.notices import Notices
from hub.store.records import SqlRecords
from hub.store.schema import migrate
from hub.store.sealing import KeyRing
from hub.testing.store_kits import LOGIN, SESSION
from hub.testing.toolbox import MemoryClock

Answer = Callable[[httpx.Request], httpx.Response]


class Frontend:
    """Numbers its notices, as a real one gives each its own jti."""

    def __init__(self) -> None:
        self.made = 0

    def end(self, participation: Participation, return_url: str) -> Notice | Hop | None:
        match participation.service:
            case "silent":
                return None
            case "broken":
                raise HubError("no key signs")
            case name:
                self.made += 1
                return Notice(url=f"https://{name}.test/bye", body={"jti": str(self.made)})


class Region:
    """A session with some services open has just ended."""

    def __init__(self, folder: Path) -> None:
        self.database = open_database(f"sqlite:///{folder}/hub.db")
        migrate(self.database, {})
        self.clock = MemoryClock()
        store = (self.database, KeyRing.create(folder / "secrets"), self.clock)
        self.records = SqlRecords(*store)
        self.notices = Notices(*store)
        self.answers: dict[str, Answer] = {}
        self.posts: list[str] = []
        outbound = Outbound(self.clock, transport=lambda _: httpx.MockTransport(self._answer))
        frontends: dict[str, EndsParticipation] = {"oidc": Frontend()}
        self.teller = Teller(
            self.notices, frontends, poster(outbound.client, outbound.guarded_client)
        )
        self.outbound = outbound

    def left(self, *services: str, session: str = "s-1", frontend: str = "oidc") -> None:
        login = replace(LOGIN, id=LoginId(f"l-{session}"))
        self.records.hold(login)
        new = NewKey(key=SessionKey(f"k-{session}"), ends=None)
        opened = replace(SESSION, id=SessionId(session), began_at=self.clock())
        self.records.admit(replace(login, version=1), opened, new)
        for name in services:
            self.records.join(
                Participation(session=opened.id, service=ServiceId(name), frontend=frontend)
            )
        self.records.end(opened.id)

    def words(self, session: str = "s-1") -> dict[str, str]:
        found = self.notices.of(SessionId(session))
        return {each.service: each.word.value for each in found}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        name = request.url.host.partition(".")[0]
        self.posts.append(f"{request.method} {request.url} {request.content.decode()}")
        return self.answers.get(name, _status(200))(request)


def _status(code: int, **headers: str) -> Answer:
    return lambda request: httpx.Response(code, headers=headers)


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    region = Region(tmp_path)
    yield region
    region.outbound.close()
    region.database.engine.dispose()


@pytest.mark.parametrize("code", [200, 204])
def test_a_service_that_takes_the_notice_is_told_once(region: Region, code: int) -> None:
    region.answers["mail"] = _status(code)
    region.left("mail")
    assert region.teller.deliver() == 1
    assert region.words() == {"mail": "told"}
    region.clock.later(hours=1)
    assert region.teller.deliver() == 0
    assert region.posts == ["POST https://mail.test/bye jti=1"]


@pytest.mark.parametrize("code", [201, 302, 400, 404, 500, 503])
def test_any_other_answer_is_tried_again_with_a_fresh_notice(region: Region, code: int) -> None:
    region.answers["mail"] = _status(code, location="https://thief.test/")
    region.left("mail", "wiki")
    assert region.teller.deliver() == 1
    assert region.words() == {"mail": "waiting", "wiki": "told"}
    assert region.teller.deliver() == 0
    region.answers["mail"] = _status(200)
    region.clock.later(seconds=2)
    assert region.teller.deliver() == 1
    assert [each for each in region.posts if "mail" in each] == [
        "POST https://mail.test/bye jti=1",
        "POST https://mail.test/bye jti=3",
    ]
    assert not [each for each in region.posts if "thief" in each]


def test_a_service_that_hangs_or_is_down_holds_up_nobody_else(region: Region) -> None:
    def hang(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("five seconds are over", request=request)

    region.answers["mail"] = hang
    for name in ("s-1", "s-2", "s-3"):
        region.left("mail", "wiki", session=name)
    region.teller.deliver()
    for name in ("s-1", "s-2", "s-3"):
        assert region.words(name) == {"mail": "waiting", "wiki": "told"}


def test_while_one_worker_waits_for_a_slow_service_another_tells_the_rest(region: Region) -> None:
    told: list[int] = []

    def slow(request: httpx.Request) -> httpx.Response:
        told.append(region.teller.deliver())  # the other worker, meanwhile
        return httpx.Response(200)

    region.answers["mail"] = slow
    region.left("mail", "wiki")
    region.left("mail", session="s-2")
    region.teller.deliver()
    assert told[0] == 1
    assert region.posts[1].startswith("POST https://wiki.test/")
    assert region.words() == {"mail": "told", "wiki": "told"}
    assert region.words("s-2") == {"mail": "told"}


def test_a_service_that_keeps_failing_is_left_alone_for_a_while(region: Region) -> None:
    region.answers["mail"] = _status(503)
    for number in range(8):
        region.left("mail", session=f"s-{number}")
    region.teller.deliver()
    assert len(region.posts) == 5


def test_a_service_without_a_way_to_be_told_is_said_to_have_none(region: Region) -> None:
    region.left("silent", "mail")
    assert region.teller.deliver() == 1
    assert region.words() == {"silent": Word.UNTELLABLE.value, "mail": "told"}


def test_a_frontend_that_fails_or_went_away_stops_nobody(region: Region) -> None:
    region.left("broken", "mail")
    region.left("mail", session="s-2", frontend="switched off")
    assert region.teller.deliver() == 1
    assert region.words() == {"broken": "waiting", "mail": "told"}
    assert region.words("s-2") == {"mail": "waiting"}


def test_what_was_owed_is_told_after_a_restart(region: Region, tmp_path: Path) -> None:
    region.left("mail")
    owed = region.notices.claim()
    assert owed is not None
    region.clock.later(minutes=1)
    store = (region.database, KeyRing.from_folder(tmp_path / "secrets"), region.clock)
    frontends: dict[str, EndsParticipation] = {"oidc": Frontend()}
    again = Teller(
        Notices(*store), frontends, poster(region.outbound.client, region.outbound.guarded_client)
    )
    assert again.deliver() == 1 and region.words() == {"mail": "told"}
