"""The job that goes on with files of people, for as long as one look of the worker may take."""

from collections.abc import Mapping
from typing import Final

from hub.contract.identifiers import MethodName
from hub.contract.methods import AuthenticationMethod
from hub.contract.operations import Job
from hub.people.import_work import Importing
from hub.worker import every, within

TURN: Final = 0.7
"""Seconds: other jobs wait for it, and none of them should by more than a second."""
_EVERY: Final = 0.75
"""Less than from one look to the next, else a lease taken late would cost every second turn."""


def import_job(importing: Importing, methods: Mapping[MethodName, AuthenticationMethod]) -> Job:
    """*methods*: read at each turn; whoever among them invites newcomers."""

    def turn() -> None:
        importing.turn(methods.values(), within(TURN))

    # The few lines begun before its time is over may take theirs: two nodes never go on with one
    # file at once.
    return every(_EVERY, "hub.imports", turn, longest=3 * TURN)
