"""A new password, asked for on the account page or before a service."""

from collections.abc import Mapping, Sequence
from typing import Final

from hub import (
    Account,
    AccountId,
    ActionName,
    Answer,
    Ask,
    AuthenticationEvent,
    Clock,
    Done,
    Json,
    Refusal,
    Task,
    TaskStep,
)

from .hashing import Verdict
from .letters import language_of
from .passwords import BUSY, Passwords

NOT_THE_SAME: Final = Refusal(code="password.not_the_same", counts=False)
WRONG_CURRENT: Final = Refusal(code="password.wrong_current")


class Change:
    """The form both share: the new password twice, and the current one where it is asked."""

    def __init__(self, passwords: Passwords) -> None:
        self._passwords = passwords

    def ask(
        self, account: AccountId, why: str, *, current: bool, refused: Refusal | None = None
    ) -> Ask:
        values: Mapping[str, Json] = {
            "why": why,
            "current": current,
            "shortest": self._passwords.rules.shortest,
            "whose": self._passwords.marks.of(account),
        }
        return Ask(template="change.html", values=values, refused=refused)

    def take(self, task: Task, answer: Answer) -> Refusal | None:
        """Keep the new password, or say why not."""
        new = answer.fields.get("new_password", "")
        if new != answer.fields.get("new_password_again", ""):
            return NOT_THE_SAME
        language = language_of(task.languages)
        return self._passwords.choose(task.account, new, task.now, language, task.session)

    def wrong_current(self, task: Task, answer: Answer) -> Refusal | None:
        checked = self._passwords.check(task.account, answer.fields.get("password", ""))
        if checked.kept:
            return None
        return BUSY if checked.verdict is Verdict.BUSY else WRONG_CURRENT


class ChangePassword:
    """Required before every service from who signed in with a password that must be changed.

    The current one is not asked again: it was proved in this very sign-in.
    """

    name = ActionName("password.change")
    everywhere = True

    def __init__(self, passwords: Passwords, clock: Clock) -> None:
        self._passwords = passwords
        self._change = Change(passwords)
        self._clock = clock

    def due(self, account: Account, events: Sequence[AuthenticationEvent]) -> bool:
        if not any(event.evidence.authenticator == "password" for event in events):
            return False
        kept = self._passwords.of(account.id)
        return kept is not None and kept.due(self._clock())

    def begin(self, task: Task) -> TaskStep:
        return self._change.ask(task.account.id, self._why(task), current=False)

    def advance(self, task: Task, answer: Answer) -> TaskStep:
        why_not = self._change.take(task, answer)
        if why_not is None:
            return Done()
        why = self._why(task)
        return self._change.ask(task.account.id, why, current=False, refused=why_not)

    def _why(self, task: Task) -> str:
        kept = self._passwords.of(task.account.id)
        return "first" if kept and kept.must_change else "expired"
