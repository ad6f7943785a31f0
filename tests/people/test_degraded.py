"""When nothing leaves by a chain of carriers, and when one of them may."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from hub.people.degraded import Ailing, chains_silence

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)
SMS, MAIL = ("smpp", "sms_http"), ("smtp",)


def failing(name: str, since: datetime, last: datetime = LATER, kind: str = "carrier") -> Ailing:
    return Ailing(kind=kind, name=name, since=since, last=last)


@pytest.mark.parametrize(
    ("chains", "ailing", "silence"),
    [
        ([SMS], [], None),
        ([SMS], [failing("smpp", NOON)], None),
        ([SMS], [failing("smpp", NOON), failing("sms_http", LATER)], LATER),
        ([SMS, MAIL], [failing("smpp", NOON), failing("sms_http", NOON)], None),
        ([MAIL], [failing("smtp", NOON, kind="party")], None),
        # Of whom nothing was heard since, nothing is known.
        ([MAIL], [failing("smtp", NOON, last=NOON)], None),
        # A kind that nobody carries never left: it says nothing of the other one.
        ([(), MAIL], [failing("smtp", NOON)], NOON),
        ([()], [failing("smtp", NOON)], None),
        ([], [failing("smtp", NOON)], None),
    ],
)
def test_a_chain_is_silent_while_each_of_its_carriers_fails(
    chains: Sequence[Sequence[str]], ailing: Sequence[Ailing], silence: datetime | None
) -> None:
    assert chains_silence(chains, ailing, NOON) == silence
