"""What the agent of a workstation tells « Diagnostic de mon poste »: itself, the reader, a card."""

from typing import Final

from hub import Check, Verdict, WorkstationChecks

GOOD, BAD, UNKNOWN = Verdict.GOOD, Verdict.BAD, Verdict.UNKNOWN
CHECKS: Final = (
    Check(
        name="agent", outcomes={"unchecked": UNKNOWN, "there": GOOD, "absent": BAD, "denied": BAD}
    ),
    Check(
        name="reader", outcomes={"unchecked": UNKNOWN, "there": GOOD, "none": BAD, "software": BAD}
    ),
    Check(
        name="card",
        outcomes={
            "unchecked": UNKNOWN,
            "there": GOOD,
            "none": BAD,
            "several": BAD,
            "blocked": BAD,
            "unreadable": BAD,
        },
    ),
)


def checks_at(address: str) -> WorkstationChecks | None:
    """*address*: the agent's; empty: this hub does without."""
    if not address:
        return None
    return WorkstationChecks(checks=CHECKS, script="diagnostic.js", address=address)
