"""Memory of each worker after 1 000 sign-ins and after 10 000 more by different people."""

from benchmarks.hub_side import hub, workers
from benchmarks.meter import private_megabytes
from benchmarks.password_rate import sign_ins
from benchmarks.provider import Provider
from benchmarks.rounds import measured
from benchmarks.table import Section

WARM_UP = 1_000
SIGN_INS = 10_000
STEPS = 5
LIMIT_MB = 10.0


def section() -> Section:
    people = WARM_UP + SIGN_INS
    with hub(people=people, passwords=people) as ours:
        prepare = sign_ins(ours, people)
        measured(ours, prepare, WARM_UP, connections=8)
        rows = [_row(ours, 0)]
        for step in range(1, STEPS + 1):
            measured(ours, prepare, SIGN_INS // STEPS, connections=8)
            rows.append(_row(ours, step * SIGN_INS // STEPS))
    growth = max(last - first for first, last in zip(rows[0][1:], rows[-1][1:], strict=True))
    return Section(
        title="Memory per worker",
        how=f"Proportional set size in MB, after {WARM_UP} sign-ins to warm up.",
        head=("sign-ins since", *(f"process {at}" for at in range(1, len(rows[0])))),
        rows=tuple((f"{row[0]:.0f}", *(f"{each:.1f}" for each in row[1:])) for row in rows),
        verdict=f"Largest growth {growth:.1f} MB; promised less than {LIMIT_MB:.0f} MB.",
        kept=growth < LIMIT_MB,
    )


def _row(ours: Provider, done: int) -> tuple[float, ...]:
    return (float(done), *(private_megabytes(pid) for pid in workers(ours)))


if __name__ == "__main__":
    print(section().markdown())
