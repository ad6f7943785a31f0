"""What « Diagnostic de mon poste » checks: which outcomes there are, and how each is told.

Closed sets: whatever a browser sends, nothing but a name of one of these is kept.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

import flask

from hub.contract.values import value
from hub.contract.workstation import Check, ChecksWorkstation, Verdict, WorkstationChecks
from hub.broker.contained import unless_broken
from hub.web.drawing import words, words_or
from hub.web.parts import hub
from hub.web.words import HUB

GOOD, BAD, UNKNOWN = Verdict.GOOD, Verdict.BAD, Verdict.UNKNOWN
COOKIES: Final = Check(
    name="cookies", outcomes={"unchecked": UNKNOWN, "kept": GOOD, "refused": BAD}
)
SCRIPT: Final = Check(name="script", outcomes={"off": UNKNOWN, "runs": GOOD})
CLOCK: Final = Check(
    name="clock", outcomes={"unchecked": UNKNOWN, "right": GOOD, "ahead": BAD, "behind": BAD}
)
BROWSER: Final = Check(name="browser", outcomes={"unknown": UNKNOWN, "fit": GOOD, "old": BAD})
LINE: Final = Check(
    name="line", outcomes={"unknown": UNKNOWN, "tls13": GOOD, "tls12": GOOD, "old": BAD}
)
OWN: Final[Sequence[Check]] = (COOKIES, SCRIPT, CLOCK, BROWSER, LINE)
NOTED: Final = "workstation.checked"
"""In the trail."""
TOLD_BY_SCRIPT: Final = frozenset({"script", "clock"})
"""Of our own; the others the hub sees by itself, and takes nobody's word for."""
TLS_HEADER: Final = "Hub-Tls"
"""In which a trusted proxy says by what the browser reached it: `TLSv1.3`."""
_LINES: Final = {
    "TLSv1.3": "tls13",
    "TLSv1.2": "tls12",
    "TLSv1.1": "old",
    "TLSv1": "old",
    "TLSv1.0": "old",
    "SSLv3": "old",
}
_FITTING: Final = (
    (re.compile(r"Firefox/(\d{1,4})\.(\d{1,4})"), (120, 0)),
    (re.compile(r"(?:Chrome|CriOS)/(\d{1,4})\.(\d{1,4})"), (123, 0)),
    (re.compile(r"Version/(\d{1,4})\.(\d{1,4})[.\d]* (?:Mobile/\w+ )?Safari/"), (17, 5)),
)
"""The first versions that draw our pages as they are meant: `light-dark()` in style sheets."""


@value
class Line:
    """One check in words."""

    name: str
    title: str
    outcome: str
    told: Sequence["Told"]


@value
class Told:
    outcome: str
    verdict: Verdict
    words: str
    next: str


def of_plugins() -> Iterator[tuple[str, WorkstationChecks]]:
    """With the plugin that offers them; a method that breaks offers none."""
    for name, method in hub().rules.methods.items():
        if isinstance(method, ChecksWorkstation):
            found = unless_broken(name, partial(method.workstation_checks), None)
            if found:
                yield hub().owner_of_method(name), found


def every() -> Iterator[tuple[str, Check]]:
    """Each with its owner: the hub's, then those of plugins, which are called `cps.agent`."""
    yield from ((HUB, check) for check in OWN)
    for owner, theirs in of_plugins():
        yield from ((owner, check) for check in theirs.checks)


def called(owner: str, check: Check) -> str:
    return check.name if owner == HUB else f"{owner}.{check.name}"


def found(sent: Mapping[str, str], seen: Mapping[str, str]) -> dict[str, str]:
    """By name, the outcome: what the hub has *seen*, else what was *sent* if that is one."""
    outcomes: dict[str, str] = {}
    for owner, check in every():
        name = called(owner, check)
        told = sent.get(name, "") if owner != HUB or name in TOLD_BY_SCRIPT else seen.get(name, "")
        outcomes[name] = told if told in check.outcomes else next(iter(check.outcomes))
    return outcomes


def lines(outcomes: Mapping[str, str]) -> Iterator[Line]:
    for owner, check in every():
        name = called(owner, check)
        yield Line(
            name=name,
            title=words(f"diagnostic.{check.name}", owner),
            outcome=outcomes[name],
            told=[_told(owner, check, outcome) for outcome in check.outcomes],
        )


def in_words(details: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """The same for the support, of what was noted once; what no plugin says any more stands raw."""
    owners = {called(owner, check): (owner, check.name) for owner, check in every()}
    return [
        (words(f"diagnostic.{key}", owner), words_or(f"diagnostic.{key}.{text}", owner, text))
        if name in owners
        else (name, text)
        for name, text in details.items()
        for owner, key in [owners.get(name, (HUB, name))]
    ]


def seen(fresh: bool, agent: str) -> dict[str, str]:
    """What the hub finds out by itself. *fresh*: the cookie given before did not come back."""
    told = flask.request.headers.get(TLS_HEADER, "") if hub().cookies.behind_a_hop else ""
    return {
        "cookies": "refused" if fresh else "kept",
        "browser": fitness(agent),
        "line": _LINES.get(told, "unknown"),
    }


def fitness(agent: str) -> str:
    if "Trident/" in agent or "MSIE " in agent:
        return "old"
    versions = ((pattern.search(agent), least) for pattern, least in _FITTING)
    known = next(((match, least) for match, least in versions if match), None)
    if known is None:
        return "unknown"
    match, least = known
    return "fit" if (int(match[1]), int(match[2])) >= least else "old"


def _told(owner: str, check: Check, outcome: str) -> Told:
    key = f"diagnostic.{check.name}.{outcome}"
    verdict = check.outcomes[outcome]
    return Told(
        outcome=outcome,
        verdict=verdict,
        words=words(key, owner),
        next=words(f"{key}.next", owner) if verdict is BAD else "",
    )
