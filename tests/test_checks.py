from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from hub import checks
from hub.contract.identifiers import ChannelKind, ServiceId
from hub.contract.services import Access, DeclaredPeer, Launch, Service
from hub.settings import HubSettings, MessageSettings
from hub.testing.hub import NOON, MemoryHub, service
from hub.testing.memory import MemoryChannel
from hub.testing.policies import TwoFactors
from tests.web.desk import furnish

HUB = HubSettings(
    public_address="https://hub.test", database="sqlite://", plugins=(), policy="two-factors"
)
MAIL = Service(id=ServiceId("mail"), access=Access(minimum="low"))


def names(hub: HubSettings) -> list[str]:
    sms = MemoryChannel("orange", ChannelKind("sms"))
    found = checks.unknown_names(
        hub, {"two-factors": TwoFactors()}, ["own"], ["password"], {"orange": sms}
    )
    return [error.path for error in found]


def paths(*catalogue: Service, methods: Iterable[str] = ("password", "code", "card")) -> list[str]:
    rules = MemoryHub(*catalogue).rules
    kept = {name: method for name, method in rules.methods.items() if name in methods}
    found = checks.services(replace(rules, methods=kept), ["oidc"], NOON)
    return [error.path for error in found]


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"policy": "strict"}, "policy"),
        ({"stores": ("own", "ldap")}, "stores"),
        ({"methods": ("pasword",)}, "methods"),
        ({"messages": MessageSettings(chains={"sms": ("bouygues",)})}, "messages.chains.sms"),
        ({"messages": MessageSettings(chains={"mail": ("orange",)})}, "messages.chains.mail"),
    ],
)
def test_a_name_nobody_contributes_is_an_error_where_it_stands(
    changed: dict[str, object], path: str
) -> None:
    assert names(replace(HUB, **changed)) == [path]  # type: ignore[arg-type]


def test_a_configuration_whose_names_are_all_there_is_well() -> None:
    good = {"sms": ("orange",)}
    assert names(replace(HUB, methods=("password",), messages=MessageSettings(chains=good))) == []


METHOD, ACTION = "authentication_methods", "required_actions"


@pytest.mark.parametrize("name", ["do", "continue", "change", "complete", "cancel", "watched"])
@pytest.mark.parametrize(("hook", "kind"), [(METHOD, "method"), (ACTION, "action")])
def test_a_step_may_not_have_the_name_of_an_address_of_a_login(
    name: str, hook: str, kind: str
) -> None:
    (error,) = checks.taken_names(["x"], {}, {(hook, name): "x", (hook, "password"): "own"})
    assert str(error) == f"plugins: 'x': the {kind} {name!r} has a name of the hub's"


@pytest.mark.parametrize("name", ["a/b", "", "a b", "é", "..", "%2e"])
def test_a_step_has_a_name_that_stands_in_an_address(name: str) -> None:
    (error,) = checks.taken_names(["x"], {}, {(METHOD, name): "x"})
    assert error.path == "plugins" and "no part of an address" in error.problem


@pytest.mark.parametrize("name", ["login", "static", "broker", ".well-known", "console"])
def test_a_frontend_may_not_take_the_pages(name: str) -> None:
    (error,) = checks.taken_names(["x"], {name: "x", "oidc": "oidc"}, {})
    assert f"the frontend {name!r}" in error.problem


def test_a_plugin_may_not_speak_in_the_hub_s_place() -> None:
    assert len(list(checks.taken_names(["hub", "theme-logo", "own"], {}, {}))) == 2


def test_names_of_other_things_are_free() -> None:
    owners = {("jobs", "complete"): "x", (ACTION, "terms.portal"): "terms", (METHOD, "a-b_2"): "x"}
    assert list(checks.taken_names(["terms", "x"], {"oidc": "oidc"}, owners)) == []


def test_every_page_of_the_hub_keeps_its_first_word(tmp_path: Path) -> None:
    rules = furnish(tmp_path).site.app.url_map.iter_rules()
    firsts = {each.rule.split("/")[1] for each in rules} - {""}
    assert "services" in firsts
    assert firsts <= checks._FIRSTS


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (service("mail", "highest"), "service.mail.minimum"),
        (service("mail", "low", "dance"), "service.mail.requires"),
        (replace(MAIL, peer=DeclaredPeer(frontend="saml", table={})), "service.mail.frontend"),
        (replace(MAIL, launch=Launch(address="javascript:alert(1)")), "service.mail.launch"),
        (
            replace(MAIL, launch=Launch(address="https://m.test", deep_link="https://m.test/{n}")),
            "service.mail.parameters.n",
        ),
        (
            replace(MAIL, launch=Launch(address="https://m.test", parameters={"n": "("})),
            "service.mail.parameters.n",
        ),
    ],
)
def test_a_service_that_cannot_work_is_told_with_its_key(wrong: Service, path: str) -> None:
    assert paths(wrong) == [path]


def test_a_service_nobody_can_reach_is_told_before_anybody_tries() -> None:
    assert paths(service("mail", "high"), methods=["password"]) == ["service.mail.minimum"]
    assert paths(service("mail", "high")) == []
