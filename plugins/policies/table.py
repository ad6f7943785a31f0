"""A policy as a table: what each authenticator is worth alone, and which make two factors."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from hub import Account, Evidence, Level, value


@value
class Worth:
    """One policy's opinions, as a person can read them. Levels stand under their built-in names."""

    alone: Mapping[str, str]
    """The level each authenticator reaches by itself; one not named here reaches none."""
    two_factors: str
    """The level reached by two different factors."""
    discounted: frozenset[str]
    """Authenticators that never add a factor."""
    until: Mapping[str, datetime]
    """Those that add one only before that moment."""
    vouched: Mapping[str, str]
    """What a provider's own acr is worth."""
    vouching: frozenset[str]
    """The providers believed above their level alone; empty: every one that is enabled."""


class TablePolicy:
    """An `AssurancePolicy` that reads a `Worth`."""

    def __init__(
        self, name: str, rungs: Mapping[str, Level], aliases: Mapping[str, Level], worth: Worth
    ) -> None:
        """*rungs* by built-in name, `none` among them."""
        self.name = name
        self.ladder: Sequence[Level] = tuple(sorted(rungs.values()))
        self._rungs = rungs
        self._aliases = aliases
        self._worth = worth

    def level(self, acr: str) -> Level | None:
        exact = (rung for rung in self.ladder if acr in (rung.name, rung.acr))
        return next(exact, None) or self._aliases.get(acr)

    def achieved(
        self, evidence: Sequence[Evidence], account: Account | None, now: datetime
    ) -> Level:
        names = [self._alone(each) for each in evidence]
        factors = {
            factor for each in evidence if self._counts(each, now) for factor in each.factors
        }
        if len(factors) >= 2:
            names.append(self._worth.two_factors)
        return max(self._rungs[name] for name in ["none", *names])

    def _alone(self, evidence: Evidence) -> str:
        own = self._worth.alone.get(evidence.authenticator, "none")
        vouched = self._worth.vouched.get(evidence.vouched_acr or "", "none")
        if evidence.vouched_by is None:
            return own
        if not self._believed(evidence):
            # Whatever it says was used: a card is a card only as far as who read it is believed.
            return min(own, self._worth.alone["provider"], key=self._rank)
        return max(own, vouched, key=self._rank)

    def _rank(self, name: str) -> Level:
        return self._rungs[name]

    def _counts(self, evidence: Evidence, now: datetime) -> bool:
        name = evidence.authenticator
        ends = self._worth.until.get(name)
        in_time = ends is None or now < ends
        return in_time and name not in self._worth.discounted and self._believed(evidence)

    def _believed(self, evidence: Evidence) -> bool:
        believed = self._worth.vouching
        return evidence.vouched_by is None or not believed or evidence.vouched_by in believed
