"""A policy as a table: what each authenticator is worth alone, and which make two factors."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from hub import Account, Evidence, Level, PolicyRow, value


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
        # The hub's own pages ask by the built-in names, whatever an operator calls them.
        return next(exact, None) or self._rungs.get(acr) or self._aliases.get(acr)

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

    def rows(self, evidence: Sequence[Evidence], now: datetime) -> Sequence[PolicyRow]:
        """What each proof was worth by which line, then what they made together."""
        told = [self._row(each, now) for each in evidence]
        together = frozenset(factor for row in told for factor in row.factors)
        level = self._rungs[self._worth.two_factors]
        if len(together) < 2 or level <= max(row.level for row in told):
            return told
        names = " + ".join(row.authenticator for row in told if row.factors)
        return [
            *told,
            PolicyRow(authenticator=names, row="two_factors", level=level, factors=together),
        ]

    def _row(self, evidence: Evidence, now: datetime) -> PolicyRow:
        counts = self._counts(evidence, now)
        return PolicyRow(
            authenticator=evidence.authenticator,
            row=next(self._lines(evidence, now)),
            level=self._rungs[self._alone(evidence)],
            factors=evidence.factors if counts else frozenset(),
        )

    def _lines(self, evidence: Evidence, now: datetime) -> Iterator[str]:
        """Those that speak of it, the weightiest first: what takes away, then what gives."""
        name, ends = evidence.authenticator, self._worth.until.get(evidence.authenticator)
        if not self._believed(evidence):
            yield "vouching"
        if name in self._worth.discounted:
            yield f"discounted.{name}"
        if ends is not None and now >= ends:
            yield f"until.{name}"
        if self._alone(evidence) == self._worth.vouched.get(evidence.vouched_acr or ""):
            yield f"vouched.{evidence.vouched_acr}"
        yield f"alone.{name}" if name in self._worth.alone else "alone"

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
