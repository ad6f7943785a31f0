"""The link of a page leads the agent to hubs it knows, and to nobody else."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
import pytest

from hub_plugins.card_agent.cards import Failed
from hub_plugins.card_agent.link import Errand, hub_of
from tests.plugins.card_agent.pieces import HUB, PIN, Workstation

ADDRESS = f"{HUB}/apps/cps/agent/abc"


@pytest.mark.parametrize(
    "link",
    [
        "https://hub.test/apps/cps/agent/abc",
        "hubcard:https://evil.test/apps/cps/agent/abc",
        "hubcard:https://hub.test@evil.test/apps/cps/agent/abc",
        "hubcard:https://hub.test.evil.test/apps/cps/agent/abc",
        "hubcard:http://hub.test/apps/cps/agent/abc",
        "hubcard:https://hub.test/logout",
        "hubcard:https://hub.test/apps/cps/agent/abc?x=1",
        "hubcard:https://[/apps/cps/agent/abc",
        "hubcard:" + "a" * 400,
        "hubcard:https://hub.test/apps/cps/agent/a\nb",
    ],
)
def test_links_of_anybody_else_are_not_followed(link: str) -> None:
    assert hub_of(link, (HUB,)) is None


def test_a_link_of_a_hub_that_may_ask_is_followed() -> None:
    assert hub_of(f"hubcard:{ADDRESS}", (HUB,)) == (HUB, ADDRESS)


class Hub:
    """Answers as a hub does, and remembers what it was told."""

    def __init__(self, challenge: bytes) -> None:
        self.challenge = challenge
        self.told: list[tuple[str, dict[str, str]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        form = {name: texts[0] for name, texts in parse_qs(request.content.decode()).items()}
        self.told.append((str(request.url), form))
        if "number" not in form:
            return httpx.Response(200, json={"taken": True})
        if form["number"] != "47":
            return httpx.Response(404, json={"refused": "number"})
        text = urlsafe_b64encode(self.challenge).decode()
        return httpx.Response(200, json={"challenge": text, "ticket": "t"})


def errand(station: Workstation, answers: Callable[[httpx.Request], httpx.Response]) -> str:
    with httpx.Client(transport=httpx.MockTransport(answers)) as client:
        return Errand(station.desk, station.signing, client).run(HUB, ADDRESS)


def test_the_number_is_brought_then_what_the_card_signed(station: Workstation) -> None:
    hub = Hub(station.challenge().text)
    station.desk.typed = ["47", PIN]
    assert errand(station, hub) == "taken"
    (claimed, _), (answered, form) = hub.told
    assert (claimed, answered) == (ADDRESS, f"{HUB}/apps/cps/agent")
    assert form["ticket"] == "t" and form["agent_algorithm"] == "RS256"
    assert PIN not in str(hub.told)


def test_nobody_is_asked_for_a_pin_before_the_number_was_right(station: Workstation) -> None:
    hub = Hub(station.challenge().text)
    station.desk.typed = ["48", PIN]
    assert errand(station, hub) == "number"
    assert [each.holder for each in station.desk.asked] == [""]


def test_a_person_without_the_page_before_them_cancels(station: Workstation) -> None:
    hub = Hub(station.challenge().text)
    station.desk.typed = [Failed(why="cancelled")]
    assert (errand(station, hub), hub.told) == ("cancelled", [])


def test_a_hub_cannot_have_another_site_s_challenge_signed(station: Workstation) -> None:
    hub = Hub(station.challenge("https://evil.test").text)
    station.desk.typed = ["47", PIN]
    assert errand(station, hub) == "other_origin"
    assert hub.told[-1][1]["agent_refused"] == "other_origin"


def test_what_the_card_would_not_do_is_told_to_the_page(station: Workstation) -> None:
    hub = Hub(station.challenge().text)
    station.desk.typed = ["47", "0000"]
    assert errand(station, hub) == "wrong_pin"
    assert hub.told[-1][1] == {"ticket": "t", "agent_refused": "wrong_pin", "agent_tries": "2"}


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(302, headers={"Location": "https://evil.test/"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=["x"]),
        httpx.Response(200, json={"challenge": "é", "ticket": "t"}),
    ],
)
def test_a_hub_that_answers_anything_else_gets_nothing(
    station: Workstation, answer: httpx.Response
) -> None:
    station.desk.typed = ["47", PIN]
    assert errand(station, lambda _: answer) == "unreachable"
    assert len(station.desk.asked) == 1
