"""What the agent of a workstation tells « Diagnostic de mon poste »: itself, the reader, a card.

What is shown beside an outcome (a reader's name, a date) stays in the browser.
"""

from typing import Final

from hub import Check, Verdict, WorkstationChecks

GOOD, BAD, UNKNOWN = Verdict.GOOD, Verdict.BAD, Verdict.UNKNOWN
CHECKS: Final = (
    Check(
        name="permission",
        outcomes={"unchecked": UNKNOWN, "granted": GOOD, "unasked": GOOD, "denied": BAD},
    ),
    Check(
        name="agent", outcomes={"unchecked": UNKNOWN, "there": GOOD, "absent": BAD, "refuses": BAD}
    ),
    Check(name="version", outcomes={"unchecked": UNKNOWN, "current": GOOD, "old": BAD}),
    Check(name="shared", outcomes={"unchecked": UNKNOWN, "own": GOOD, "many": GOOD}),
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
    Check(
        name="certificate",
        outcomes={"unchecked": UNKNOWN, "valid": GOOD, "soon": BAD, "expired": BAD},
    ),
)


def checks_at(address: str) -> WorkstationChecks | None:
    """*address*: the agent's; empty: this hub does without."""
    if not address:
        return None
    return WorkstationChecks(checks=CHECKS, script="diagnostic.js", address=address)
