"""The mailboxes of one person: as services learn them, and as they go with the account."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from hub import Account, Fact, Json, Situation, Standing, Toolbox, value

from .boxes import Mailbox, opened_here
from .choice import Choice
from .tables import Openings

CLAIM: Final = "mailboxes"


@value
class Mine:
    here: Sequence[Mailbox]
    """Those that count for the place acted for."""
    elsewhere: int
    """How many more there are for other places."""


class Mailboxes:
    """Tells services the claim `mailboxes`."""

    name = "medimail.mailboxes"
    claims = frozenset({CLAIM})

    def __init__(self, toolbox: Toolbox) -> None:
        self._openings = Openings(toolbox.unit_of_work)
        self.choice = Choice(toolbox.drawer("choice"))

    def of(self, account: Account, situation: Situation | None) -> Mine:
        boxes = self._openings.of(account)
        here = opened_here(boxes, situation, self.choice.of(account.id) if boxes else ())
        every = {each.address for each in boxes}
        return Mine(here=here, elsewhere=len(every) - len(here))

    def tell(self, account: Account, situation: Situation | None) -> Mapping[str, Fact]:
        """The one that opens first stands first, for protocols that know nothing but order."""
        mine = sorted(self.of(account, situation).here, key=lambda each: not each.first)
        shape: list[Json] = [
            {"address": each.address, "kind": each.kind.value, "default": each.first}
            for each in mine
        ]
        return {CLAIM: Fact(texts=tuple(each.address for each in mine), shape=shape)}

    def kept_of(self, account: Account) -> Json:
        """For whoever takes their data along."""
        boxes: list[Json] = [
            {"address": each.address, "kind": each.kind.value, "structure": each.structure}
            for each in self._openings.of(account)
        ]
        return {"may_open": boxes, "opens_first": [*self.choice.of(account.id)]}


class OpeningsHolding:
    """Who may open what goes with the account; its choice stands in the plugin's drawer."""

    kind = "medimail.openings"
    kept_for: timedelta | None = None

    def __init__(self, toolbox: Toolbox) -> None:
        self._openings = Openings(toolbox.unit_of_work)

    def standing(self) -> Standing:
        return Standing(rows=self._openings.count())

    def forget(self, account: Account) -> int:
        return self._openings.forget(account)

    def purge(self, now: datetime) -> int:
        return 0
