"""Results as Markdown: what was measured, on what, and every raw number."""

from collections.abc import Sequence
from statistics import median

from benchmarks.rounds import Round
from hub.contract.values import value


@value
class Section:
    """One scenario. `verdict` says in one sentence whether the promise was kept."""

    title: str
    how: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    verdict: str
    kept: bool

    def markdown(self) -> str:
        lines = [
            f"## {self.title}",
            "",
            self.how,
            "",
            _row(self.head),
            _row(["---"] * len(self.head)),
        ]
        mark = "kept" if self.kept else "**not kept**"
        return "\n".join(
            [*lines, *(_row(row) for row in self.rows), "", f"{self.verdict} ({mark})"]
        )


ROUND_HEAD = (
    "round", "side", "done", "wall s", "per s", "server CPU s", "per server CPU s",
    "client CPU s", "p50 ms", "p95 ms",
)  # fmt: skip


def round_row(number: int, one: Round) -> tuple[str, ...]:
    return (
        str(number),
        one.name,
        str(one.done),
        f"{one.seconds:.2f}",
        f"{one.per_second:.1f}",
        f"{one.server_cpu:.2f}",
        f"{one.per_cpu_second:.1f}",
        f"{one.client_cpu:.2f}",
        f"{one.percentile(0.5):.1f}",
        f"{one.percentile(0.95):.1f}",
    )


def median_per_cpu_second(rounds: Sequence[Round], name: str) -> float:
    return median(each.per_cpu_second for each in rounds if each.name == name)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
