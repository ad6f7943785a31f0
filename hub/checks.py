"""What can be wrong between parts that are each well-formed: names nobody has, doors nobody opens.

Pure: it reads the settings and what the plugins contribute, and answers a list of errors.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from string import Formatter
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from hub.contract.assurance import AssurancePolicy
from hub.contract.errors import ConfigError
from hub.contract.identifiers import ServiceId
from hub.contract.login import LoginRequest
from hub.contract.messages import MessageChannel
from hub.contract.services import Launch, Service
from hub.contract.tasks import Recurring
from hub.broker import contained
from hub.broker.assurance import Case, Offer, OutOfReach, decide
from hub.broker.rules import Rules
from hub.settings import HubSettings

_ADDRESSABLE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_STEPS: Final = {"authentication_methods": "method", "required_actions": "action"}
_IN_A_LOGIN: Final = frozenset({"do", "continue", "change", "complete", "cancel", "watched"})
"""What stands where the name of a method or an action stands in the addresses of a login."""
_PLUGINS: Final = frozenset({"hub", "theme-colours", "theme-style", "theme-logo"})
"""Whose words and files would take the place of the hub's own."""
_FIRSTS: Final = frozenset(
    [
        "account",
        "apps",
        "broker",
        "console",
        "contact",
        "diagnostic",
        "favicon.ico",
        "health",
        "help",
        "language",
        "legal",
        "login",
        "logout",
        "metrics",
        "notices",
        "open",
        "request",
        "services",
        "session",
        "situation",
        "static",
        "workstation",
        ".well-known",
    ]
)
"""How the paths of the hub's own pages begin: a frontend so called would take them all."""


def unknown_names(
    hub: HubSettings,
    policies: Mapping[str, AssurancePolicy],
    stores: Iterable[str],
    methods: Iterable[str],
    channels: Mapping[str, MessageChannel],
) -> Iterator[ConfigError]:
    """Names in the settings that no enabled plugin contributes."""
    if hub.policy not in policies:
        yield _nobody("policy", hub.policy, policies)
    for path, named, there in (("stores", hub.stores, stores), ("methods", hub.methods, methods)):
        known = set(there)
        yield from (_nobody(path, name, known) for name in named if name not in known)
    for kind, chain in hub.messages.chains.items():
        for name in chain:
            path = f"messages.chains.{kind}"
            if name not in channels:
                yield _nobody(path, name, channels)
            elif channels[name].kind not in (kind, "any"):
                yield ConfigError(path, f"{name!r} carries {channels[name].kind}, not {kind}")


def taken_names(
    plugins: Iterable[str],
    frontends: Mapping[str, str],
    owners: Mapping[tuple[str, str], str],
    providers: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[ConfigError]:
    """Names that would hide an address of the hub, or be hidden by one; *owners* name plugins."""
    named = [("plugin", name, name, _PLUGINS) for name in plugins]
    named += [("frontend", name, owner, _FIRSTS) for name, owner in frontends.items()]
    firsts = _FIRSTS | frontends.keys()
    named += [("provider", name, owner, firsts) for name, owner in providers.items()]
    for (hook, name), owner in owners.items():
        if hook in _STEPS:
            named.append((_STEPS[hook], name, owner, _IN_A_LOGIN))
    for kind, name, owner, taken in named:
        if name in taken:
            yield ConfigError("plugins", f"{owner!r}: the {kind} {name!r} has a name of the hub's")
        elif not _ADDRESSABLE.fullmatch(name):
            problem = "is no part of an address: letters, digits, `.`, `-` and `_`"
            yield ConfigError("plugins", f"{owner!r}: the {kind} {name!r} {problem}")


def services(rules: Rules, frontends: Iterable[str], now: datetime) -> Iterator[ConfigError]:
    """Each service's level, actions, frontend and addresses, and whether anybody can get in."""
    known = set(frontends)
    for each in rules.services.values():
        yield from service(each, rules, known, now)


def service(
    service: Service, rules: Rules, frontends: Collection[str], now: datetime
) -> Iterator[ConfigError]:
    """The same of one, known or about to be."""
    path = f"service.{service.id}"
    if rules.policy.level(service.access.minimum) is None:
        levels = ", ".join(level.name for level in rules.policy.ladder)
        problem = f"no level {service.access.minimum!r} in policy; it has {levels}"
        yield ConfigError(f"{path}.minimum", problem)
        return
    for action in service.access.requires:
        if action not in rules.actions:
            yield _nobody(f"{path}.requires", action, rules.actions)
    if service.peer and service.peer.frontend not in frontends:
        yield _nobody(f"{path}.frontend", service.peer.frontend, frontends)
    if service.launch:
        yield from _launch(f"{path}", service.launch)
    if isinstance(decide(_stranger(service, rules, now), rules.policy), OutOfReach):
        problem = f"no method, nor two together, reach {service.access.minimum!r}"
        yield ConfigError(f"{path}.minimum", problem)


def _stranger(service: Service, rules: Rules, now: datetime) -> Case:
    offers = [
        Offer(card=method.card, possible=possible)
        for method in rules.methods.values()
        if (possible := contained.possible(method, None))
    ]
    return Case(
        request=LoginRequest(service=ServiceId(service.id), received_at=now),
        service=service,
        known=None,
        offers=offers,
        now=now,
        everywhere=tuple(
            name
            for name, action in rules.actions.items()
            if isinstance(action, Recurring) and action.everywhere
        ),
    )


def _launch(path: str, launch: Launch) -> Iterator[ConfigError]:
    for key, address in (("launch", launch.address), ("deep_link", launch.deep_link)):
        if address and urlsplit(address).scheme not in {"https", "http"}:
            yield ConfigError(f"{path}.{key}", "must begin with https:// or http://")
    holes = {name for _, name, _, _ in Formatter().parse(launch.deep_link or "") if name}
    for name in sorted(holes - launch.parameters.keys()):
        # A hole without a pattern would let a link write anything into the service's address.
        yield ConfigError(f"{path}.parameters.{name}", "the deep link uses it: give its pattern")
    for name, pattern in launch.parameters.items():
        try:
            re.compile(pattern)
        except re.error as error:
            yield ConfigError(f"{path}.parameters.{name}", f"not a regular expression: {error}")


def _nobody(path: str, name: str, there: Iterable[str]) -> ConfigError:
    known = ", ".join(sorted(map(str, there))) or "none"
    return ConfigError(path, f"{name!r} is contributed by no enabled plugin; there is {known}")
