from collections.abc import Iterable
from dataclasses import replace

import pytest

from hub import checks
from hub.contract.identifiers import ChannelKind, ServiceId
from hub.contract.services import Access, DeclaredPeer, Launch, Service
from hub.settings import HubSettings, MessageSettings
from hub.testing.hub import NOON, MemoryHub, service
from hub.testing.memory import MemoryChannel
from hub.testing.policies import TwoFactors

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
