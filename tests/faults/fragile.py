"""Methods that hang or break, as the plugins of strangers do; entered like any plugin."""

from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from threading import Event

import pytest

from hub import extensions
from hub.contract.accounts import Account
from hub.contract.events import Evidence, Factor
from hub.contract.hookspecs import hookimpl
from hub.contract.identifiers import MethodName
from hub.contract.methods import Attempt, AuthenticationMethod, MethodCard
from hub.contract.settings import Settings
from hub.contract.steps import Answer, Ask, Proved, Refused, Refusal, Step
from hub.contract.toolbox import Toolbox

EVIDENCE = Evidence(factors=frozenset({Factor.POSSESSION}), authenticator="totp", amr=("otp",))
SECRET = "a telephone number nobody must read"


class Fragile:
    """Proves whoever answers, unless `advancing`, `beginning` or `looking` does otherwise."""

    card = MethodCard(
        name=MethodName("fragile"), title="Fragile", identifies=False, immediate=False
    )

    def __init__(self) -> None:
        self.beginning: Callable[[], object] = lambda: None
        self.advancing: Callable[[], object] = lambda: None
        self.looking: Callable[[], object] = lambda: None

    def possible(self, account: Account | None) -> tuple[Evidence, ...]:
        self.looking()
        return (EVIDENCE,)

    def begin(self, attempt: Attempt) -> Step:
        self.beginning()
        return Ask(template="hub/wait.html", values={"why_key": "front.title"})

    def advance(self, attempt: Attempt, answer: Answer) -> Step:
        self.advancing()
        if attempt.account is None:
            return Refused(why=Refusal(code="fragile.nobody"))
        return Proved(account=attempt.account.id, evidence=EVIDENCE)


class Plugin:
    def __init__(self) -> None:
        self.method = Fragile()
        self.entering: Callable[[], object] = lambda: None

    @hookimpl
    def authentication_methods(
        self, settings: Settings, toolbox: Toolbox
    ) -> Iterable[AuthenticationMethod]:
        self.entering()
        return [self.method]


PLUGIN = Plugin()


def install(monkeypatch: pytest.MonkeyPatch, *extra: EntryPoint) -> Plugin:
    """Beside what is really installed: `fragile`, and *extra* entry points."""
    plugin = Plugin()
    monkeypatch.setattr(f"{__name__}.PLUGIN", plugin)
    points = [EntryPoint("fragile", f"{__name__}:PLUGIN", "hub"), *extra]

    def offered(*, group: str) -> EntryPoints:
        return EntryPoints([*entry_points(group=group), *points]).select(group=group)

    monkeypatch.setattr(extensions, "entry_points", offered)
    return plugin


def breaks() -> None:
    raise RuntimeError(SECRET)


class Hanging:
    """Blocks whoever calls it until the test lets go."""

    def __init__(self) -> None:
        self.reached, self.released = Event(), Event()

    def __call__(self) -> None:
        self.reached.set()
        if not self.released.wait(60):
            raise TimeoutError("the test never let go")
