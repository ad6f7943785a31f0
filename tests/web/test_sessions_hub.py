"""Sessions of a whole hub: how many, how long unused, and on whose workstation."""

from pathlib import Path
from typing import Any

import pytest

from hub.contract.errors import ConfigErrors
from hub.testing.running import RunningHub, running_hub
from tests.web.site import said
from tests.web.test_furnished_hub import SECRET, Visitor, person

pytestmark = pytest.mark.slow
SERVICE = {"title": "Medimail", "minimum": "simple", "launch": "https://mail.test/"}


def opened(folder: Path, **session: Any) -> RunningHub:
    hub = running_hub(folder, session=session, service={"mail": SERVICE})
    hub.settle(person("marie"), password=SECRET)
    return hub


def is_in(visitor: Visitor) -> bool:
    return "Medimail" in said(visitor.get("/services"))


def test_the_session_used_longest_ago_gives_way_and_its_screen_says_why(tmp_path: Path) -> None:
    hub = opened(tmp_path, per_account=2)
    first, second, third = Visitor(hub), Visitor(hub), Visitor(hub)
    for each in (first, second):
        each.sign_in("marie")
        hub.clock.later(minutes=2)
    assert is_in(first)
    third.sign_in("marie")
    page = said(second.get("/services"))
    assert "un compte en garde 2 au plus" in page
    assert is_in(first) and is_in(third)
    assert "Session fermée pour faire place" in said(third.get("/account/history"))
    second.sign_in("marie")
    assert "au plus" not in said(second.get("/services"))


def test_a_new_proof_in_a_session_ends_no_other(tmp_path: Path) -> None:
    hub = opened(tmp_path, per_account=1)
    visitor = Visitor(hub)
    visitor.sign_in("marie")
    visitor.sign_in_again("marie")
    assert is_in(visitor)


def test_a_shared_workstation_is_left_sooner(tmp_path: Path) -> None:
    hub = opened(tmp_path)
    here, there = Visitor(hub), Visitor(hub)
    for each in (here, there):
        each.sign_in("marie")
    here.submit("/services", "/workstation", shared="yes", back="/services")
    hub.clock.later(minutes=4, seconds=50)
    assert here.left() == 10
    hub.clock.later(seconds=10)
    assert here.left() == 0 and not is_in(here)
    assert is_in(there)


def test_a_sign_in_on_a_shared_workstation_is_short_from_the_first_minute(tmp_path: Path) -> None:
    hub = opened(tmp_path, shared_networks=["192.0.2.0/25", "2001:db8::/32"])
    visitor = Visitor(hub, "192.0.2.7")
    page = visitor.sign_in("marie")
    assert "Poste partagé" in said(page) and "n’est plus partagé" not in said(page)
    assert visitor.left() == 300
    hub.clock.later(minutes=5)
    hub.app.worker.turn()
    assert not hub.app.sessions.of(person("marie").id)
    assert not is_in(visitor)
    for elsewhere in ("192.0.2.200", "::1", "unknown"):
        assert "Poste partagé" not in said(Visitor(hub, elsewhere).sign_in("marie"))


def test_asking_how_long_is_left_keeps_nobody_and_staying_does(tmp_path: Path) -> None:
    hub = opened(tmp_path)
    visitor = Visitor(hub)
    visitor.sign_in("marie")
    for _ in range(29):
        hub.clock.later(minutes=1)
        visitor.left()
    assert visitor.left() == 60
    visitor.get("/session/idle")
    assert visitor.left() == 60
    visitor.submit("/session/idle", "/session/stay", back="/services")
    assert visitor.left() == 1800
    hub.clock.later(minutes=30)
    visitor.submit("/session/idle", "/session/stay")
    assert visitor.left() == 0 and not is_in(visitor)


def test_nothing_lasts_longer_than_the_longest_session(tmp_path: Path) -> None:
    hub = opened(tmp_path, longest="PT1H")
    visitor = Visitor(hub)
    visitor.sign_in("marie")
    for _ in range(3):
        hub.clock.later(minutes=18)
        visitor.submit("/services", "/session/stay", back="/services")
    assert visitor.left() == 360
    hub.clock.later(minutes=6)
    assert not is_in(visitor)


def test_a_network_that_is_none_is_said_before_anybody_is_served(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors, match=r"session\.shared_networks"):
        opened(tmp_path, shared_networks=["10.0.0.0/8", "the ward"])
