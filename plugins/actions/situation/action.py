"""Choosing the place to act for: once in a session, by default, or anew from the header."""

from collections.abc import Callable, Sequence
from typing import Final

from hub import (
    Account,
    AccountId,
    ActionName,
    Answer,
    Ask,
    Done,
    Json,
    Refusal,
    Situation,
    Task,
    TaskStep,
)

from .tables import Defaults

NAME: Final = ActionName("situation")
NOT_CHOSEN: Final = Refusal(code="situation.not_chosen", counts=False)
Note = Callable[[str, AccountId, str], None]


class ChooseSituation:
    """What is chosen holds for the session; what is remembered, for the next ones too."""

    name = NAME

    def __init__(self, defaults: Defaults, note: Note) -> None:
        self._defaults = defaults
        self._note = note

    def remembered(self, account: Account, places: Sequence[Situation]) -> str | None:
        return self._defaults.of(account.id)

    def is_open(self, task: Task, *, fresh: bool) -> bool:
        """« Changer de situation » demands it, of whoever has a choice."""
        return len(task.places) > 1

    def begin(self, task: Task) -> TaskStep:
        return _ask(task, None)

    def advance(self, task: Task, answer: Answer) -> TaskStep:
        chosen = answer.fields.get("place", "")
        # Only one of those shown: a forged form names the place of somebody else.
        if chosen not in {each.id for each in task.places}:
            return _ask(task, NOT_CHOSEN)
        if answer.fields.get("remember") == "yes":
            self._defaults.keep(task.account.id, chosen)
            self._note("situation.remembered", task.account.id, chosen)
        return Done(situation=chosen)


def shown(place: Situation) -> str:
    """« CHU de Grandval, Nantes : Médecin, salarié »."""
    return f"{place.where}\N{NO-BREAK SPACE}: {place.role}"


def _ask(task: Task, refused: Refusal | None) -> Ask:
    places: list[Json] = [[each.id, shown(each)] for each in task.places]
    current = task.situation.id if task.situation else ""
    return Ask(
        template="choose.html", values={"places": places, "chosen": current}, refused=refused
    )
