"""Signing in with an identifier and a password, and looking after the password."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from hub import (
    IDENTIFIER,
    Account,
    AccountId,
    Answer,
    Ask,
    Attempt,
    ConfigError,
    Done,
    Evidence,
    Factor,
    HubError,
    Json,
    Means,
    MethodCard,
    MethodName,
    Proved,
    Refusal,
    Refused,
    Step,
    Task,
    TaskStep,
    Toolbox,
)

from .change import Change
from .hashing import Verdict
from .letters import invitation
from .passwords import BUSY, Passwords
from .settings import PasswordSettings
from .tickets import Tickets
from .vault import ID, Kept

EVIDENCE: Final = Evidence(
    factors=frozenset({Factor.KNOWLEDGE}), authenticator="password", amr=("pwd",)
)
WRONG: Final = Refusal(code="password.wrong")
FIRST_EXPIRED: Final = Refusal(code="password.first_expired", counts=False)


class PasswordMethod:
    card = MethodCard(
        name=MethodName("password"),
        title="Mot de passe",
        identifies=True,
        immediate=True,
        icon="key-round",
    )

    def __init__(self, toolbox: Toolbox, settings: PasswordSettings, passwords: Passwords) -> None:
        self._toolbox = toolbox
        self._settings = settings
        self._passwords = passwords
        self._tickets = Tickets(toolbox, passwords)
        self._change = Change(passwords)

    def possible(self, account: Account | None) -> tuple[Evidence, ...]:
        able = account is None or self._passwords.of(account.id) is not None
        return (EVIDENCE,) if able else ()

    def begin(self, attempt: Attempt) -> Step:
        return _ask(attempt, None)

    def advance(self, attempt: Attempt, answer: Answer) -> Step:
        account = self._toolbox.accounts.by_login(answer.fields.get(IDENTIFIER, ""))
        checked = self._passwords.check(account, answer.fields.get("password", ""))
        if checked.verdict is Verdict.BUSY:
            return _ask(attempt, BUSY)
        if checked.kept is None:
            return _ask(attempt, WRONG)
        if _first_expired(checked.kept, attempt.now):
            return _ask(attempt, FIRST_EXPIRED)
        return Proved(account=checked.kept.account, evidence=EVIDENCE)

    def means(self, account: AccountId) -> Sequence[Means]:
        kept = self._passwords.of(account)
        return [Means(id=ID, label="", since=kept.set_at)] if kept else []

    def begin_enrolment(self, task: Task) -> TaskStep | Refused:
        return self._change.ask(task.account.id, "chosen", current=self._has_one(task))

    def advance_enrolment(self, task: Task, answer: Answer) -> TaskStep | Refused:
        current = self._has_one(task)
        wrong = self._change.wrong_current(task, answer) if current else None
        why_not = wrong or self._change.take(task, answer)
        if why_not is None:
            return Done()
        return self._change.ask(task.account.id, "chosen", current=current, refused=why_not)

    def remove(self, account: AccountId, means_id: str) -> None:
        if means_id == ID:
            self._passwords.remove(account)

    def invitation(self, account: AccountId) -> str:
        return self._tickets.issue(account, self._settings.invitation_life)

    def reset(self, account: AccountId) -> None:
        """The password opens nothing any more; a link to choose another leaves by mail."""
        self._passwords.remove(account)
        known = self._toolbox.accounts.by_id(account)
        if known is None:
            return
        link = self._toolbox.public_address + self.invitation(account)
        for message in invitation(known, link, self._settings.invitation_life, "fr"):
            self._toolbox.messenger.post(message)

    def set_secret(self, account: AccountId, secret: str, expires: datetime | None) -> None:
        known = self._toolbox.accounts.by_id(account)
        if known is None:
            raise HubError("no such account")
        if why_not := self._passwords.settle(known, secret, expires):
            raise ConfigError("password", why_not.code)

    def temporary(self, account: AccountId) -> str:
        given = self._passwords.temporary(account)
        if given is None:
            raise HubError("password.busy")
        return given

    def _has_one(self, task: Task) -> bool:
        return self._passwords.of(task.account.id) is not None


def _ask(attempt: Attempt, refused: Refusal | None) -> Ask:
    # The page of the sign-in they came from: choosing a new password leads back to it.
    back = attempt.return_url.rpartition("/")[0]
    values: Mapping[str, Json] = {"login": _login_of(attempt.account), "back": back}
    return Ask(template="sign_in.html", values=values, refused=refused)


def _login_of(account: Account | None) -> str:
    numbers = {each.system: each.number for each in account.identifiers} if account else {}
    return numbers.get("login", "")


def _first_expired(kept: Kept, now: datetime) -> bool:
    return kept.must_change and kept.expired(now)
