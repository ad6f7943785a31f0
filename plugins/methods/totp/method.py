"""The one step of an authenticator application: type what it shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never

from hub import (
    Account,
    AccountId,
    Answer,
    Ask,
    Attempt,
    ConfigError,
    Evidence,
    Factor,
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

from .authenticators import Authenticators, Spent
from .enrolment import Enrolment
from .settings import TotpSettings
from .steps import typed_code, well_formed

EVIDENCE: Final = Evidence(
    factors=frozenset({Factor.POSSESSION}), authenticator="totp", amr=("otp",)
)
NOT_ENROLLED = Refusal(code="totp.not_enrolled", counts=False)
UNREADABLE = Refusal(code="totp.unreadable", counts=False)
WRONG = Refusal(code="totp.wrong")
USED = Refusal(code="totp.used")
NO_STEP: Final = 0
"""Before every code."""


class Totp:
    """Also `Enrollable`, `Resets` for a lost telephone, `SetsSecret` for a seed made elsewhere."""

    card = MethodCard(
        name=MethodName("totp"),
        title="Application d’authentification",
        identifies=False,
        immediate=True,
        icon="smartphone",
    )

    def __init__(self, settings: TotpSettings, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self._authenticators = Authenticators(toolbox.drawer("authenticators"))
        self._enrolment = Enrolment(settings, toolbox, self._authenticators)

    def possible(self, account: Account | None) -> tuple[Evidence, ...]:
        return (EVIDENCE,) if account is None or self._authenticators.of(account.id) else ()

    def begin(self, attempt: Attempt) -> Step:
        return _code() if attempt.account else Refused(why=NOT_ENROLLED)

    def advance(self, attempt: Attempt, answer: Answer) -> Step:
        if attempt.account is None:
            return Refused(why=NOT_ENROLLED)
        code = typed_code(answer.fields.get("code", ""))
        if code is None:
            return _code(UNREADABLE)
        spent = self._authenticators.spend(attempt.account.id, code, attempt.now)
        match spent:
            case Spent.RIGHT:
                return Proved(account=attempt.account.id, evidence=EVIDENCE)
            case Spent.WRONG:
                return _code(WRONG)
            case Spent.USED:
                return _code(USED)
        assert_never(spent)

    def means(self, account: AccountId) -> Sequence[Means]:
        return self._authenticators.of(account)

    def begin_enrolment(self, task: Task) -> TaskStep | Refused:
        return self._enrolment.begin(task)

    def advance_enrolment(self, task: Task, answer: Answer) -> TaskStep | Refused:
        return self._enrolment.advance(task, answer)

    def remove(self, account: AccountId, means_id: str) -> None:
        self._enrolment.remove(account, means_id)

    def reset(self, account: AccountId) -> None:
        """All of them: whoever found the telephone may hold any."""
        with self._toolbox.together():
            for each in self._authenticators.of(account):
                self._authenticators.remove(account, each.id)
            self._toolbox.note("totp.reset", account)

    def set_secret(self, account: AccountId, secret: str, expires: datetime | None) -> None:
        """A seed made elsewhere takes the place of all there were; seeds do not run out."""
        if not well_formed(secret):
            raise ConfigError("totp", "the seed must be 32 or more letters of base32, A-Z and 2-7")
        for each in self._authenticators.of(account):
            self._authenticators.remove(account, each.id)
        now = self._toolbox.clock()
        self._authenticators.add(account, self.card.title, secret, NO_STEP, now)
        self._toolbox.note("totp.added", account)


def _code(refused: Refusal | None = None) -> Ask:
    return Ask(template="code.html", refused=refused)
