"""What reaches a provider's own addresses, and what it may cost the others."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from hub.contract.identifiers import MethodName
from hub.front import Front
from hub.testing.running import RunningHub
from tests.federation.visits import HUB, PASSWORD, browser_of, callback, hub_with, left_by, sent

ANN = {"who": "1", "rpps": "99700000001"}
CALLBACK = "/word/callback"


@pytest.fixture
def running(tmp_path: Path) -> RunningHub:
    return hub_with(tmp_path)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "OPTIONS", "DELETE"])
def test_nothing_but_get_and_post_reaches_a_provider(running: RunningHub, method: str) -> None:
    assert Client(running.app.wsgi).open(CALLBACK, method=method).status_code == 405


def test_a_preview_does_not_use_the_answer_up(running: RunningHub) -> None:
    browser = browser_of(running)
    address = callback(sent(left_by(browser))["state"], **ANN)
    path = address.removeprefix(HUB)
    assert Client(running.app.wsgi).head(path).status_code == 405
    assert browser.open(address).path == "/services"


def test_no_more_than_a_bounded_answer_is_read(running: RunningHub) -> None:
    body = {"RelayState": "x" * 32, "SAMLResponse": "x" * 300_000}
    assert Client(running.app.wsgi).post(CALLBACK, data=body).status_code == 413


@pytest.mark.parametrize("state", ["", "\0", "é", "x" * 5000, "../../x", "' or 1=1 --"])
def test_an_odd_state_is_nobodys(running: RunningHub, state: str) -> None:
    answer = Client(running.app.wsgi).post(CALLBACK, data={"state": state, **ANN})
    assert answer.status_code == 410


def test_no_unit_of_work_is_open_while_a_provider_is_waited_for(running: RunningHub) -> None:
    """Somebody else signs in and writes meanwhile, in the same database."""
    browser = browser_of(running)
    state = sent(left_by(browser))["state"]
    method: Any = running.app.rules.methods[MethodName("word")]
    seen: list[str] = []

    def meanwhile() -> None:
        other = browser_of(running)
        page = other.open(f"{HUB}/services")
        form = page.form(asking="identifier")
        typed = {"identifier": "ann", "secret": PASSWORD, "password": PASSWORD}
        seen.append(other.submit(form, typed).path)

    with ThreadPoolExecutor() as threads:
        method.provider.backend.meanwhile = lambda: threads.submit(meanwhile).result(timeout=20)
        page = browser.open(callback(state, **ANN))
    assert seen == ["/services"]
    assert page.path == "/services"


def test_what_is_waited_for_holds_no_connection() -> None:
    entered: list[str] = []

    @contextmanager
    def around() -> Iterator[None]:
        entered.append("around")
        yield

    answer: Callable[..., Any] = Response("here")
    front = Front(Response("pages"), Response("protocols"), ["oidc"], around, {"word": answer})
    client = Client(front)
    assert client.get(CALLBACK).text == "here" and entered == []
    assert client.get("/oidc/token").text == "protocols" and entered == ["around"]
    assert client.get("/wordy/callback").text == "pages"
