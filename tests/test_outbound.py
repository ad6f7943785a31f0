from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from hub.app import compose, prepare
from hub.configuration import configured
from hub.contract.errors import DeliveryFailed
from hub.contract.identifiers import ChannelKind
from hub.contract.messages import Letter
from hub.outbound import Limits, Outbound, Resting
from hub.testing.running import BASE

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Party:
    """An outside party that answers as told and counts its visitors."""

    def __init__(self) -> None:
        self.now = NOON
        self.status: int | None = 200
        self.visits = 0
        self.answer: dict[str, str] = {}
        limits = Limits(failures=3, rest=timedelta(seconds=30))
        transport = httpx.MockTransport(self._answer)
        self.outbound = Outbound(lambda: self.now, limits, transport=lambda _: transport)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.visits += 1
        if self.status is None:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(self.status, headers=self.answer)

    def call(self, plugin: str = "sms", name: str = "gateway") -> int:
        return self.outbound.client(plugin, name).get("https://party.test/").status_code


def test_after_a_few_failures_in_a_row_the_party_is_left_alone() -> None:
    party = Party()
    party.status = None
    for _ in range(3):
        with pytest.raises(httpx.ConnectError):
            party.call()
    with pytest.raises(Resting):
        party.call()
    assert party.visits == 3


def test_our_own_places_that_are_all_taken_are_no_failure_of_the_party() -> None:
    def full(request: httpx.Request) -> httpx.Response:
        raise httpx.PoolTimeout("nobody was asked", request=request)

    party = Party()
    transport = httpx.MockTransport(full)
    party.outbound = Outbound(lambda: party.now, Limits(failures=1), transport=lambda _: transport)
    for _ in range(3):
        with pytest.raises(httpx.PoolTimeout):
            party.call()
    assert [each.failures for each in party.outbound.standing()] == [0]


def test_the_hub_is_told_each_time_a_party_is_left_alone_and_of_every_answer() -> None:
    party, told = Party(), []
    transport = httpx.MockTransport(party._answer)
    limits = Limits(failures=2, rest=timedelta(seconds=30))
    party.outbound = Outbound(
        lambda: party.now,
        limits,
        transport=lambda _: transport,
        guarded=lambda _: transport,
        told=lambda name, well: told.append((name, well)),
    )
    party.status = 503
    for _ in range(2):
        party.call()
        party.now += timedelta(minutes=1)
    party.call()
    party.now += timedelta(minutes=1)
    party.status = 200
    party.call()
    # Each time anew: what was written of an outage that lasts is forgotten after a day.
    assert told == [("sms/gateway", False), ("sms/gateway", False), ("sms/gateway", True)]
    # Whom a stranger named is told of to nobody: there may be any number of them.
    party.outbound.guarded_client("oidc", "keys").get("https://party.test/")
    assert len(told) == 3


def test_a_server_error_counts_as_a_failure_and_a_refusal_does_not() -> None:
    party = Party()
    party.status = 403
    assert [party.call() for _ in range(5)] == [403] * 5
    party.status = 503
    assert [party.call() for _ in range(3)] == [503] * 3
    with pytest.raises(Resting):
        party.call()


def test_after_its_rest_one_call_tries_the_party_again() -> None:
    party = Party()
    party.status = 500
    for _ in range(3):
        party.call()
    party.now += timedelta(seconds=30)
    party.status = 200
    assert [party.call(), party.call()] == [200, 200]


def test_a_party_that_fails_costs_no_other_plugin_its_own() -> None:
    party = Party()
    party.status = 500
    for _ in range(3):
        party.call("sms")
    party.status = 200
    assert party.call("mail") == 200
    with pytest.raises(Resting):
        party.call("sms")


def test_a_party_has_the_limits_written_for_it_and_for_the_rest_those_of_all(
    tmp_path: Path,
) -> None:
    (tmp_path / "key").touch(0o600)
    given = {
        **BASE,
        "plugins": [*BASE["plugins"], "sms_http"],
        "plugin": {"sms_http": {"address": "https://sms.test/", "secret_file": "key"}},
        "outbound": {"read": "PT9S", "places": 3, "parties": {"sms_http": {"places": 7}}},
    }
    configuration = configured(given, tmp_path)
    prepare(configuration)
    made: list[int | None] = []
    asked: list[Mapping[str, float]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.extensions["timeout"])
        return httpx.Response(500)

    def transport(places: httpx.Limits) -> httpx.BaseTransport:
        made.append(places.max_connections)
        return httpx.MockTransport(answer)

    app = compose(configuration, transport=transport)
    letter = Letter(kind=ChannelKind("sms"), to="+33639980001", text="042042")
    with pytest.raises(DeliveryFailed):
        app.equipped.channels["sms_http"].send(letter)
    assert made == [7]
    assert asked == [{"connect": 2.0, "read": 9.0, "write": 9.0, "pool": 1.0}]
    app.database.engine.dispose()


@pytest.mark.parametrize("name", ["sms", "sms/gateway", "gateway"])
def test_a_party_is_named_by_itself_its_plugin_or_both(name: str) -> None:
    party = Party()
    own = {name: Limits(failures=1)}
    transport = httpx.MockTransport(party._answer)
    party.outbound = Outbound(lambda: party.now, Limits(), own, lambda _: transport)
    party.status = 500
    party.call()
    with pytest.raises(Resting):
        party.call()
    assert [party.call("mail", "relay") for _ in range(3)] == [500] * 3


def test_redirects_of_a_party_are_not_followed() -> None:
    party = Party()
    party.status = 302
    assert party.call() == 302
    assert party.visits == 1


@pytest.mark.parametrize(
    ("parts", "seconds_each", "reason"),
    [(20, 1, "does not end"), (9, 0, "does not end"), (4, 0, None), (3, 4, None)],
)
def test_an_answer_that_does_not_end_is_given_up(
    parts: int, seconds_each: int, reason: str | None
) -> None:
    party = Party()

    def dripping() -> Iterator[bytes]:
        for _ in range(parts):
            party.now += timedelta(seconds=seconds_each)
            yield b"x" * 100

    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=dripping()))
    limits = Limits(largest=800, longest=timedelta(seconds=15))
    outbound = Outbound(lambda: party.now, limits, transport=lambda _: transport)
    client = outbound.client("sms", "gateway")
    if reason is None:
        assert client.get("https://party.test/").content == b"x" * 100 * parts
        return
    with pytest.raises(httpx.TransportError, match=reason):
        client.get("https://party.test/")


def test_an_answer_compressed_without_being_asked_is_not_unfolded() -> None:
    party = Party()
    party.answer = {"Content-Encoding": "gzip"}
    with pytest.raises(httpx.HTTPError, match="without being asked"):
        party.call()
    party.answer = {}
    assert party.call() == 200
