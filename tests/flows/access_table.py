"""Reads `tests/access.toml`, and says what came of one request in its words."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.routing import Map
from werkzeug.test import TestResponse

from hub.contract.values import value
from tests.flows.access_world import ROLES, World

FILE = Path(__file__).parents[1] / "access.toml"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OUTCOMES = frozenset({"open", "sign-in", "more", "hidden", "barred", "gone", "token"})
_PART = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
_STATUSES = {401: "token", 403: "barred", 404: "hidden", 405: "no method", 410: "gone"}


@value
class Entry:
    """Routes that behave alike. What differs between one's own and others' has two kinds."""

    routes: Sequence[str]
    expected: Mapping[str, Mapping[str, str]]
    """By method and by whose thing it is (`own`, `other` …): a kind."""
    values: Mapping[str, Mapping[str, str]]
    """What stands in the variable parts of the address, by whose thing it is."""
    send: Mapping[str, str]
    """Fields of the form, beside the one against forgery."""


@value
class Table:
    kinds: Mapping[str, Mapping[str, str]]
    """By name: what each role meets."""
    entries: Sequence[Entry]

    def of(self, rule: str) -> Sequence[Entry]:
        return [each for each in self.entries if rule in each.routes]


@value
class Cell:
    rule: str
    method: str
    whose: str
    role: str
    expected: str
    entry: Entry

    def came(self, world: World) -> str:
        return outcome(self.asked(world), self.path(world), self.role)

    def asked(self, world: World) -> TestResponse:
        given = {name: _told(text, self.role, world) for name, text in self.entry.send.items()}
        return world.ask(self.role, self.method, self.path(world), given)

    def path(self, world: World) -> str:
        return address(self.rule, self.entry.values.get(self.whose, {}), self.role, world)


def table() -> Table:
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Table(kinds=read["kind"], entries=[_entry(each) for each in read["page"]])


def routed(rules: Map) -> Mapping[str, frozenset[str]]:
    """Every address there is, and the methods it answers to."""
    found: dict[str, frozenset[str]] = {}
    for each in rules.iter_rules():
        methods = frozenset(each.methods or ()) & frozenset(METHODS)
        found[each.rule] = found.get(each.rule, frozenset()) | methods
    return found


def cells(here: Table, rules: Map) -> Iterator[Cell]:
    """All that can be tried: what is missing in the table is found by other tests."""
    for rule, methods in routed(rules).items():
        for entry in here.of(rule):
            for method in sorted(methods & entry.expected.keys()):
                for whose, kind in entry.expected[method].items():
                    for role, expected in here.kinds[kind].items():
                        yield Cell(
                            rule=rule,
                            method=method,
                            whose=whose,
                            role=role,
                            expected=expected,
                            entry=entry,
                        )


def address(rule: str, values: Mapping[str, str], role: str, world: World) -> str:
    return _PART.sub(lambda part: _told(values.get(part[1], "x"), role, world), rule)


def outcome(answer: TestResponse, path: str, role: str) -> str:
    """Fail where the test itself went wrong: a stale form says nothing about access."""
    assert answer.status_code < 500, f"{path}: {answer.text}"
    here = answer.location or ""
    assert "stale" not in here and "La page avait expiré" not in answer.text, path
    led = urlsplit(here).path
    if re.fullmatch(r"/login/[^/]+", led) and not path.startswith(f"{led}/"):
        return "sign-in" if role == "nobody" else "more"
    return _STATUSES.get(answer.status_code, "open")


def advice(rule: str, methods: frozenset[str], here: Table, world: World) -> str:
    """What to write for an address that the table lacks, from what it does now."""
    lines = ["", "[[page]]", f'routes = ["{rule}"]']
    if parts := _PART.findall(rule):
        lines.append("own = { " + ", ".join(f'{each} = "x"' for each in parts) + " }")
    for method in sorted(methods):
        met = {each: _met(rule, method, each, world) for each in ROLES}
        alike = [name for name, kind in here.kinds.items() if kind == met]
        lines.append(f'{method} = "{alike[0] if alike else "?"}"  # now: {met}')
    return "\n".join(lines)


def _met(rule: str, method: str, role: str, world: World) -> str:
    path = address(rule, {}, role, world)
    return outcome(world.ask(role, method, path, {}), path, role)


def _entry(read: Mapping[str, object]) -> Entry:
    methods = {name: kinds for name, kinds in read.items() if name in METHODS}
    rest = {name: given for name, given in read.items() if name not in METHODS}
    routes, send = rest.pop("routes"), rest.pop("send", {})
    assert isinstance(routes, list) and isinstance(send, dict)
    assert all(isinstance(each, dict) for each in rest.values()), f"{routes}: {sorted(rest)}"
    return Entry(
        routes=routes,
        expected={name: _by_owner(kinds) for name, kinds in methods.items()},
        values={whose: given for whose, given in rest.items() if isinstance(given, dict)},
        send=send,
    )


def _by_owner(kinds: object) -> Mapping[str, str]:
    return (
        {str(whose): str(kind) for whose, kind in kinds.items()}
        if isinstance(kinds, dict)
        else {"own": str(kinds)}
    )


def _told(text: str, role: str, world: World) -> str:
    """`@login` and `@link` are one's own, `@others-login` another's, `@account:<login>` an id."""
    roles = [each for each in ROLES if ROLES[each]]
    other = roles[(roles.index(role) + 1) % len(roles)] if role in roles else roles[0]
    if text == "@style":
        return world.style
    if text.startswith("@account:"):
        return world.account(text.removeprefix("@account:"))
    name, whose = text.removeprefix("@others-"), other
    if name == text:
        name, whose = text.removeprefix("@"), role
    if name == text:
        return text
    return world.visits[whose].login if name == "login" else f"{name}-{whose}"
