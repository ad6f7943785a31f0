"""What must hold between the parts of a whole hub."""

from pathlib import Path

import pytest

from hub.broker.outcomes import Browser, Pending
from hub.contract.errors import ConfigErrors
from hub.contract.identifiers import MethodName, ServiceId
from hub.contract.login import LoginRequest
from hub.contract.steps import Ask
from hub.testing.running import running_hub

PLUGINS = ["own", "regional", "password", "totp"]


@pytest.mark.parametrize("name", ["portal", "account", "account-strong", "console", "apps-terms"])
def test_no_service_takes_the_name_and_the_level_of_the_hub_s_own_pages(
    tmp_path: Path, name: str
) -> None:
    weak = {name: {"title": "Not the console", "minimum": "simple"}}
    with pytest.raises(ConfigErrors, match=f"service.{name}"):
        running_hub(tmp_path, service=weak)


def test_beginnings_are_limited_for_a_method_nothing_else_is_said_of(tmp_path: Path) -> None:
    hub = running_hub(
        tmp_path, methods=["password", "totp"], plugins=PLUGINS, throttle={"begins": 3}
    )
    browser = Browser(key="this browser", session=None, source="192.0.2.0/24")
    request = LoginRequest(service=ServiceId("portal"), received_at=hub.clock())
    begun = hub.app.broker.begin(request, browser, {})
    assert isinstance(begun, Pending)
    password = MethodName("password")
    steps = [hub.app.broker.answer(begun.login, browser, password, None) for _ in range(4)]
    *first, last = [step.refused and step.refused.code for step in steps if isinstance(step, Ask)]
    assert (first, last) == ([None] * 3, "hub.too_many_tries")
    hub.app.database.engine.dispose()
