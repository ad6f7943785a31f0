"""What methods and actions say of one person in one moment, each asked once and only if it matters.

A page of tiles puts one question for each service; what a method has set up is the same for all.
"""

from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from hub.contract.identifiers import ActionName, MethodName
from hub.broker import contained
from hub.broker.assurance import Offer
from hub.broker.rules import Rules

if TYPE_CHECKING:
    from hub.broker.scene import Seen


class AskedOnce:
    """For one page or one step: kept no longer, since both may change with any request."""

    def __init__(
        self, rules: Rules, seen: "Seen | None", used: frozenset[MethodName] = frozenset()
    ) -> None:
        """*used* are the methods that served in this login."""
        self._rules = rules
        self._seen = seen
        self._due: dict[ActionName, bool] = {}
        self.offers: Collection[Offer] = _Offers(lambda: tuple(_offers(rules, seen, used)))

    def due(self, name: ActionName) -> bool:
        """Of a recurring action; nothing is due of nobody."""
        if self._seen is None:
            return False
        if name not in self._due:
            action = self._rules.recurring[name]
            self._due[name] = action.due(self._seen.account, self._seen.session.events)
        return self._due[name]


class _Offers(Collection[Offer]):
    """Asked of the methods only when a proof is missing: a session that is enough reads nothing."""

    def __init__(self, ask: Callable[[], tuple[Offer, ...]]) -> None:
        self._ask = ask

    @cached_property
    def _every(self) -> tuple[Offer, ...]:
        return self._ask()

    def __contains__(self, offer: object) -> bool:
        return offer in self._every

    def __iter__(self) -> Iterator[Offer]:
        return iter(self._every)

    def __len__(self) -> int:
        return len(self._every)


def _offers(rules: Rules, seen: "Seen | None", used: frozenset[MethodName]) -> Iterator[Offer]:
    # A method that gave less than hoped would be offered for ever.
    given = {event.method for event in seen.session.events} if seen else set()
    # What the operator switched off serves nobody, whoever asks for it.
    for name, method in rules.offered():
        possible = contained.possible(method, seen.account if seen else None)
        if possible and name not in used & given:
            yield Offer(card=method.card, possible=possible)
