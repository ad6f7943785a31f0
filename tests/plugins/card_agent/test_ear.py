"""Only pages of its own hubs are heard by the agent, and only sign-ins of theirs are signed."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import pytest

from hub_plugins.card_agent.cards import Failed
from hub_plugins.card_agent.challenge import SHARED
from hub_plugins.methods.cps.challenge import signed
from tests.plugins.card_agent.pieces import HUB, Caller, Workstation, text_at


def test_what_the_card_signed_is_what_the_hub_verifies(
    station: Workstation, caller: Caller
) -> None:
    challenge = station.challenge().text
    said = caller.sign(challenge).said
    der, signature = b64decode(said["certificate"]), b64decode(said["signature"])
    assert signed(der, said["algorithm"], signature, challenge)
    assert not signed(der, said["algorithm"], signature, challenge + b"\n")
    (question,) = station.desk.asked
    assert (question.origin, question.holder) == (HUB, "Marie Durand")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.test",
        "https://hub.test.evil.test",
        "http://hub.test",
        "null",
        "",
        "HTTPS://HUB.TEST",
    ],
)
def test_pages_of_other_origins_are_told_nothing(caller: Caller, origin: str) -> None:
    for answer in (
        caller.get(Origin=origin),
        caller.call("OPTIONS", "/sign", None, {"Origin": origin}),
    ):
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers
        assert answer.said == {"refused": "other_origin"}


def test_a_page_of_another_origin_has_nothing_signed(station: Workstation, caller: Caller) -> None:
    assert caller.sign(station.challenge().text, Origin="https://evil.test").status == 403
    assert station.desk.asked == []


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:{port}", "127.0.0.1", "127.0.0.1.evil.test:{port}"]
)
def test_a_name_made_to_lead_to_loopback_is_refused(caller: Caller, host: str) -> None:
    assert caller.get(Host=host.format(port=caller.port)).status == 403


def test_the_browser_is_told_that_this_page_may_ask(caller: Caller) -> None:
    asked: dict[str, str] = {"Access_Control_Request_Private_Network": "true"}
    answer = caller.call("OPTIONS", "/sign", None, asked)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == HUB
    assert answer.headers["access-control-allow-private-network"] == "true"
    assert answer.headers["vary"] == "Origin"


def test_a_form_of_any_site_signs_nothing(station: Workstation, caller: Caller) -> None:
    answer = caller.sign(station.challenge().text, Content_Type="text/plain")
    assert (answer.status, answer.said) == (400, {"refused": "not_ours"})


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"challenge": 7}', '{"challenge": "é"}', "[" * 4000]
)
def test_rubbish_signs_nothing(station: Workstation, caller: Caller, body: str) -> None:
    answer = caller.call("POST", "/sign", body, {"Content_Type": "application/json"})
    assert (answer.status, station.desk.asked) == (400, [])


def test_a_body_larger_than_any_challenge_is_not_read(caller: Caller) -> None:
    headers = {"Content_Type": "application/json", "Content_Length": "999999999"}
    assert caller.call("POST", "/sign", "{}", headers).status == 400


def test_news_come_when_there_are_some(station: Workstation, caller: Caller) -> None:
    assert station.seen() == "ready"
    first = caller.get().said
    assert (first["state"], first["holder"], first["tries_left"]) == ("ready", "Marie Durand", 3)
    station.cards.remove()
    then = caller.get(f"/state?after={first['change']}").said
    assert (then["state"], then["holder"]) == ("removed", "")
    station.cards.insert("paul")
    assert caller.get(f"/state?after={then['change']}").said["holder"] == "Paul Durand"


REFUSED: Mapping[str, tuple[str, Callable[[datetime], bytes]]] = {
    "of another site": ("other_origin", lambda now: text_at(now, "https://evil.test")),
    "too old": ("stale", lambda now: text_at(now - timedelta(seconds=61))),
    "from the future": ("stale", lambda now: text_at(now + timedelta(seconds=11))),
    "a document": ("not_ours", lambda _: b"I owe you everything\n"),
    "a hash": ("not_ours", lambda _: bytes(32)),
    "with more behind": ("not_ours", lambda now: text_at(now) + b"I owe you everything\n"),
    "with the agent's own line": ("not_ours", lambda now: text_at(now) + SHARED),
    "with less entropy": ("not_ours", lambda now: text_at(now, nonce="n")),
    "of no day there is": ("not_ours", lambda now: text_at(now).replace(b"-01T", b"-99T")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_sign_in_of_this_page_now_is_not_signed(
    station: Workstation, caller: Caller, case: str
) -> None:
    why, text = REFUSED[case]
    assert caller.sign(text(station.clock())).said["refused"] == why
    assert station.desk.asked == []


def test_a_challenge_is_signed_once(station: Workstation, caller: Caller) -> None:
    challenge = station.challenge().text
    assert "signature" in caller.sign(challenge).said
    assert caller.sign(challenge).said["refused"] == "replayed"
    assert len(station.desk.asked) == 1


def test_an_empty_reader_asks_for_no_pin(station: Workstation, caller: Caller) -> None:
    assert station.seen() == "ready"
    station.cards.remove()
    assert caller.get("/state?after=1").said["state"] == "removed"
    assert caller.sign(station.challenge().text).said["refused"] == "removed"
    assert station.desk.asked == []


def test_a_closed_window_signs_nothing_and_spends_no_try(
    station: Workstation, caller: Caller
) -> None:
    station.desk.typed = [Failed(why="cancelled")]
    assert caller.sign(station.challenge().text).said["refused"] == "cancelled"
    assert station.cards.look().tries_left == 3
