"""What can be done with a person's password: checked, chosen, handed over, taken away."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from hub import Account, AccountId, Refusal, SessionId, StaleCredential, Toolbox, value

from .hashing import Hashing, Verdict
from .judging import Marks
from .letters import changed
from .rules import Rules
from .settings import PasswordSettings
from .vault import Kept, Vault, chosen, lent, rehashed, used_before

BUSY: Final = Refusal(code="password.busy", counts=False)
MEANWHILE: Final = Refusal(code="password.changed_meanwhile", counts=False)
NOBODY: Final = AccountId("")
"""Whose drawer is opened when nobody is called so: time must not tell who exists."""

# No letter that is mistaken for another when read aloud or copied from paper.
_ALOUD: Final = "abcdefghjkmnpqrstuvwxyz23456789"


@value
class Checked:
    verdict: Verdict
    kept: Kept | None
    """Whose it is, when the verdict is right."""


class Passwords:
    def __init__(
        self, toolbox: Toolbox, settings: PasswordSettings, hashing: Hashing, rules: Rules
    ) -> None:
        self.rules = rules
        self.marks = Marks(toolbox)
        self._toolbox = toolbox
        self._settings = settings
        self._hashing = hashing
        self._vault = Vault(toolbox.drawer("password"))

    def of(self, account: AccountId) -> Kept | None:
        return self._vault.of(account)

    def check(self, account: Account | None, typed: str) -> Checked:
        """The same work for an unknown, suspended or password-less person, and the same answer."""
        able = account is not None and not account.locked
        kept = self._vault.of(account.id if account and able else NOBODY)
        verdict = self._hashing.verify(kept.hashed if kept else None, typed)
        if kept and verdict is Verdict.OUTDATED:
            self._rehash(kept, typed)
        right = verdict in (Verdict.RIGHT, Verdict.OUTDATED)
        return Checked(verdict=verdict, kept=kept if right else None)

    def broken(self, account: Account | None, new: str) -> Sequence[Refusal]:
        """Every rule that *new* breaks, former passwords apart."""
        return [self._refusal(rule) for rule in self.rules.broken(new, account)]

    def choose(
        self, account: Account, new: str, now: datetime, language: str, here: SessionId | None
    ) -> Refusal | None:
        """Keep *new*, end every session but *here*, tell the person; or why not, nothing kept."""
        kept = self._vault.of(account.id)
        why = next(iter(self.broken(account, new)), None) or self._used(kept, new)
        if why:
            return why
        hashed = self._hashing.hash(new)
        if hashed is None:
            return BUSY
        remember = self._settings.remembered
        try:
            with self._toolbox.together():
                new_one = chosen(account.id, hashed, now, self._settings.life, kept, remember)
                self._vault.put(new_one)
                # Whoever came in by the old password must not outlive it.
                self._toolbox.sessions.end_all(account.id, here)
                self._toolbox.note("password.changed", account.id)
                for message in changed(account, language):
                    self._toolbox.messenger.post(message)
        except StaleCredential:
            return MEANWHILE
        return None

    def settle(self, account: Account, new: str, expires: datetime | None) -> Refusal | None:
        """Keep *new*, set by the operator, until *expires*; `None`: as one chosen today."""
        now = self._toolbox.clock()
        why = next(iter(self.broken(account, new)), None)
        hashed = None if why else self._hashing.hash(new)
        if hashed is None:
            return why or BUSY
        kept = self._vault.of(account.id)
        life = expires - now if expires else self._settings.life
        remember = self._settings.remembered
        self._vault.put(chosen(account.id, hashed, now, life, kept, remember))
        self._toolbox.note("password.set", account.id)
        return None

    def temporary(self, account: AccountId) -> str | None:
        """A first password to hand over: good for a day, then changed. `None`: busy."""
        words = "-".join("".join(secrets.choice(_ALOUD) for _ in range(4)) for _ in range(4))
        hashed = self._hashing.hash(words)
        if hashed is None:
            return None
        now, kept = self._toolbox.clock(), self._vault.of(account)
        first = chosen(account, hashed, now, "none", kept, self._settings.remembered)
        with self._toolbox.together():
            self._vault.put(lent(first, now + self._settings.first_life))
            self._toolbox.note("password.given", account)
        return words

    def remove(self, account: AccountId) -> None:
        self._vault.remove(account)
        self._toolbox.note("password.removed", account)

    def _used(self, kept: Kept | None, new: str) -> Refusal | None:
        for hashed in used_before(kept):
            match self._hashing.verify(hashed, new):
                case Verdict.RIGHT | Verdict.OUTDATED:
                    return self._refusal("used_before")
                case Verdict.BUSY:
                    return BUSY
                case Verdict.WRONG:
                    pass
        return None

    def _rehash(self, kept: Kept, typed: str) -> None:
        hashed = self._hashing.hash(typed)
        if hashed is None:
            return
        try:
            self._vault.put(rehashed(kept, hashed))
        except StaleCredential:
            # Changed meanwhile: the newer one stays.
            return

    def _refusal(self, rule: str) -> Refusal:
        detail = {"shortest": self.rules.shortest}
        return Refusal(code=f"password.{rule}", counts=False, detail=detail)
