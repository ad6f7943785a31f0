"""Code flows with a live session: the hub on SQLite against the stock SATOSA in memory."""

from benchmarks.flow import Flow
from benchmarks.hub_side import hub
from benchmarks.provider import Provider
from benchmarks.rounds import Prepare, Round, measured
from benchmarks.stock_side import stock
from benchmarks.table import ROUND_HEAD, Section, median_per_cpu_second, round_row

ROUNDS = 5
FLOWS = 400
PROMISE = 8.0


def section() -> Section:
    with hub(people=100) as ours, stock() as theirs:
        measured(ours, flows(ours), FLOWS // 4)
        measured(theirs, flows(theirs), FLOWS // 4)
        # One after the other, again and again: whatever else the machine does hits both.
        rounds = [
            measured(side, flows(side), FLOWS) for _ in range(ROUNDS) for side in (ours, theirs)
        ]
    return _judged(ours, theirs, rounds)


def flows(provider: Provider) -> Prepare:
    """What each connection does: code flows at this provider, on keys it read itself."""
    return lambda connection: Flow(provider, connection).run


def _judged(ours: Provider, theirs: Provider, rounds: list[Round]) -> Section:
    own = median_per_cpu_second(rounds, ours.name)
    stock_rate = median_per_cpu_second(rounds, theirs.name)
    ratio = own / stock_rate
    return Section(
        title="Code flow with a live session",
        how=(
            "Authorize, token, UserInfo; ID token signature, issuer, audience, nonce, state and "
            "claims verified each time. Hub: `hub serve`, 2 workers, SQLite. Stock: SATOSA 8.6 "
            "with pyop in memory, gunicorn, 1 worker. Four connections, sides alternating, "
            "log level warning."
        ),
        head=ROUND_HEAD,
        rows=tuple(round_row(1 + at // 2, each) for at, each in enumerate(rounds)),
        verdict=(
            f"Medians per server CPU second: hub {own:.1f} ({1000 / own:.2f} ms each), stock "
            f"{stock_rate:.1f} ({1000 / stock_rate:.2f} ms each): {ratio:.1f} times; "
            f"promised {PROMISE:.0f}."
        ),
        kept=ratio >= PROMISE,
    )


if __name__ == "__main__":
    print(section().markdown())
