"""Keeps a method that breaks from closing the sign-in to everybody: it is left out, and said."""

import logging
from collections.abc import Callable, Iterable
from traceback import format_tb
from typing import Final, TypeVar

from hub.contract.accounts import Account
from hub.contract.errors import HubError, StoreUnavailable
from hub.contract.events import Evidence
from hub.contract.methods import Attempt, AuthenticationMethod
from hub.contract.steps import Ask
from hub.contract.tasks import RequiredAction, Task

_log: Final = logging.getLogger(__name__)
T = TypeVar("T")


class StepFailed(HubError):
    """A method or an action broke while it worked. Nothing moved; the trail says so.

    *support* is the login's own code; the cause says where it broke.
    """

    def __init__(self, support: str) -> None:
        super().__init__(support)
        self.support = support


def possible(method: AuthenticationMethod, account: Account | None) -> tuple[Evidence, ...]:
    """What *method* may prove; nothing when it breaks."""
    return unless_broken(method.card.name, lambda: _evidence(method.possible(account)), ())


def form(method: AuthenticationMethod, attempt: Attempt) -> Ask | None:
    """The form of an immediate method; `None` when it has none, or breaks."""
    step = unless_broken(method.card.name, lambda: method.begin(attempt), None)
    return step if isinstance(step, Ask) else None


def asked(action: RequiredAction, task: Task) -> Ask | None:
    """What an action asks first; `None` when it asks nothing of its own, or breaks."""
    step = unless_broken(action.name, lambda: action.begin(task), None)
    return step if isinstance(step, Ask) else None


def sound(step: T, *kinds: type) -> T:
    """*step*, if it is of a kind the contract knows; an answer of another is a method broken."""
    if not isinstance(step, kinds):
        raise TypeError(f"answered with {type(step).__qualname__}")
    return step


def _evidence(given: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sound(each, Evidence) for each in given)


def unless_broken(name: str, asked: Callable[[], T], otherwise: T) -> T:
    """What *asked* of the method or action *name* gives; *otherwise* when it breaks."""
    try:
        return asked()
    except StoreUnavailable:
        raise
    except Exception as error:  # whatever a stranger's method raises
        # The places, not the message: it may quote a person or a secret.
        trace = "".join(format_tb(error.__traceback__))
        kind = type(error).__qualname__
        _log.error("method.failed method=%s kind=%s\n%s", name, kind, trace)
        return otherwise
