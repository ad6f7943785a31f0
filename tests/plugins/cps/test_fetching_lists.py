"""The lists are fetched by a job, kept for all processes, and the last good one stays."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives import hashes

from hub.configuration import configured
from hub.outbound import Limits, Outbound
from hub.testing.running import BASE
from hub.testing.tables import memory_database
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.demo.pki.authority import Signer
from hub_plugins.demo.pki.revoking import LIFE
from hub_plugins.methods.cps.crl import LARGEST, RevocationList
from hub_plugins.methods.cps.job import Fetching
from hub_plugins.methods.cps.lists import Lists
from hub_plugins.methods.cps.tables import METADATA
from tests.plugins.cps.pki import NOW, trusted
from tests.plugins.cps.test_lists import HERE, believed, made, signer


class Shelf:
    """The job with its database, and what the network answers."""

    def __init__(self, folder: Path, places: tuple[str, ...] = (HERE,)) -> None:
        unit_of_work, self.statements, self.engine = memory_database(METADATA)
        self.box = MemoryToolbox("cps", unit_of_work=unit_of_work)
        self.lists = Lists(unit_of_work, self.box.time)
        self.answers: dict[str, httpx.Response | Exception] = {}
        self.box.parties["crl"] = httpx.Client(transport=httpx.MockTransport(self._answer))
        settings = configured(dict(BASE), folder)
        self.job = Fetching(places, settings, self.box, trusted(), self.lists)

    def serves(self, der: bytes, at: str = HERE) -> None:
        self.answers[at] = httpx.Response(200, content=der)

    def held(self) -> RevocationList | None:
        self.box.time.later(seconds=10)
        return self.lists.of(_fingerprint(signer()))

    def causes(self) -> list[str]:
        return [each.details["why"] for each in self.box.noted]

    def _answer(self, asked: httpx.Request) -> httpx.Response:
        answer = self.answers.get(str(asked.url), httpx.Response(404))
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path)
    yield made
    made.box.parties["crl"].close()
    made.engine.dispose()


def test_a_fetched_list_is_held_by_every_process(shelf: Shelf) -> None:
    shelf.serves(made())
    shelf.job.run()
    elsewhere = Lists(shelf.box.unit_of_work, shelf.box.time)

    for each in (shelf.lists, elsewhere):
        found = each.of(_fingerprint(signer()))
        assert found and found.revokes(1) and len(found) == 3


def test_a_newer_list_is_seen_without_a_restart(shelf: Shelf) -> None:
    shelf.serves(made())
    shelf.job.run()
    assert shelf.held()
    elsewhere = Lists(shelf.box.unit_of_work, shelf.box.time)

    elsewhere.keep(believed(made((7,), number=2)))

    found = shelf.held()
    assert found and found.revokes(7) and not found.revokes(1)


def test_a_list_is_read_again_only_when_it_changed(shelf: Shelf) -> None:
    shelf.serves(made())
    shelf.job.run()
    shelf.held()
    shelf.statements.clear()

    shelf.held()

    assert [each for each in shelf.statements.sql if "serials" in each] == []


def test_an_older_list_shown_again_changes_nothing(shelf: Shelf) -> None:
    shelf.serves(made((1, 2), number=5))
    shelf.job.run()
    shelf.serves(made((), number=4))

    shelf.job.run()

    found = shelf.held()
    assert found and found.revokes(2) and shelf.causes() == ["older"]


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (httpx.Response(503), "status"),
        (httpx.Response(302, headers={"Location": "file:///etc/passwd"}), "status"),
        (httpx.ConnectError("down"), "unreachable_ConnectError"),
        (httpx.ReadTimeout("the answer does not end"), "unreachable_ReadTimeout"),
        (httpx.Response(200, content=b"<html>"), "unreadable"),
    ],
    ids=["status", "redirect", "down", "endless", "page"],
)
def test_what_is_no_list_leaves_the_last_good_one(
    shelf: Shelf, answer: httpx.Response | Exception, cause: str
) -> None:
    shelf.serves(made())
    shelf.job.run()
    shelf.answers[HERE] = answer

    shelf.job.run()

    assert shelf.held() and shelf.causes() == [cause]


def test_one_bad_list_keeps_no_other_from_being_renewed(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, ("http://lists.test/gone.crl", HERE, "nowhere.crl"))
    shelf.serves(made())

    shelf.job.run()

    assert shelf.held() and shelf.causes() == ["status", "unreachable_FileNotFoundError"]
    shelf.box.parties["crl"].close()
    shelf.engine.dispose()


def test_a_list_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "strong.crl").write_bytes(made())
    shelf = Shelf(tmp_path, ("strong.crl",))

    shelf.job.run()

    assert shelf.held() and shelf.causes() == []
    shelf.box.parties["crl"].close()
    shelf.engine.dispose()


def test_a_list_larger_than_any_is_not_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "endless.crl").open("wb") as file:
        file.truncate(LARGEST + 10)
    shelf = Shelf(tmp_path, ("endless.crl",))

    shelf.job.run()

    assert shelf.causes() == ["too_large"]
    shelf.box.parties["crl"].close()
    shelf.engine.dispose()


def test_an_answer_of_fifty_megabytes_ends_where_the_operator_said(tmp_path: Path) -> None:
    sent: list[int] = []

    def endless(asked: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=_Endless(sent))

    shelf = Shelf(tmp_path)
    shelf.box.parties["crl"].close()
    outbound = Outbound(
        shelf.box.time, Limits(largest=100_000), transport=lambda _: httpx.MockTransport(endless)
    )
    shelf.box.parties["crl"] = outbound.client("cps", "crl")

    shelf.job.run()

    assert shelf.causes() == ["unreachable_ReadTimeout"]
    assert sum(sent) <= 110_000
    outbound.close()
    shelf.engine.dispose()


class _Endless(httpx.SyncByteStream):
    def __init__(self, sent: list[int]) -> None:
        self._sent = sent

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(5_000):
            self._sent.append(10_000)
            yield bytes(10_000)


def test_a_list_keeps_its_dates(shelf: Shelf) -> None:
    shelf.serves(made())
    shelf.job.run()

    found = shelf.held()

    assert found and (found.this_update, found.next_update) == (NOW, NOW + LIFE)


def _fingerprint(one: Signer) -> str:
    return one.certificate.fingerprint(hashes.SHA256()).hex()
