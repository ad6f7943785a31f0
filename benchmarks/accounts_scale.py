"""Code flows with 100 accounts against 100 000: looking people up must not cost more."""

from benchmarks.code_flow import flows
from benchmarks.hub_side import hub
from benchmarks.rounds import measured
from benchmarks.table import ROUND_HEAD, Section, median_per_cpu_second, round_row

ROUNDS = 5
FLOWS = 400
FEW, MANY = 100, 100_000
UNCHANGED = 0.9


def section() -> Section:
    with (
        hub(people=FEW, name=f"{FEW} accounts") as few,
        hub(people=MANY, name=f"{MANY} accounts") as many,
    ):
        for side in (few, many):
            measured(side, flows(side), FLOWS // 4)
        rounds = [measured(side, flows(side), FLOWS) for _ in range(ROUNDS) for side in (few, many)]
    small, large = (median_per_cpu_second(rounds, side.name) for side in (few, many))
    return Section(
        title="The same with many accounts",
        how="Two hubs, each with its own SQLite database, alternating.",
        head=ROUND_HEAD,
        rows=tuple(round_row(1 + at // 2, each) for at, each in enumerate(rounds)),
        verdict=(
            f"Medians per server CPU second: {small:.1f} with {FEW}, {large:.1f} with {MANY}: "
            f"{large / small:.2f} times; at least {UNCHANGED} counts as unchanged."
        ),
        kept=large / small >= UNCHANGED,
    )


if __name__ == "__main__":
    print(section().markdown())
