"""Each operation of the OpenID provider, beside the stock SATOSA and npm's oidc-provider.

Both of these keep everything in memory; the hub keeps it in SQLite, and in PostgreSQL.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from statistics import median

from benchmarks.bare import Bare, bare
from benchmarks.flow import Flow
from benchmarks.hub_side import hub
from benchmarks.node_side import oidc_provider
from benchmarks.provider import Provider
from benchmarks.rounds import Prepare, Work, measured
from benchmarks.stock_side import stock
from benchmarks.table import Section
from hub.contract.values import value
from tests.peers.database import cluster

ROUNDS = 3
SQLITE, POSTGRESQL, STOCK, NODE = "hub, SQLite", "hub, PostgreSQL", "stock SATOSA", "oidc-provider"
MORE = """
refresh_tokens = true
introspection = true
audience = ["https://api.test"]
"""
Begin = Callable[[Flow], Work]


@value
class Operation:
    """`begin` does once what comes before; what it returns is what is measured."""

    name: str
    begin: Begin
    times: int
    """In one round: CPU time is counted in hundredths of a second."""
    needs: Callable[[Provider], bool] = lambda side: True


@value
class Cost:
    """Milliseconds of server CPU for one operation, a median of rounds."""

    operation: str
    side: str
    ms: float


def _authorize(flow: Flow) -> Work:
    return lambda: flow.authorize("v" * 43, "state", "nonce")


def _claims(flow: Flow) -> Work:
    tokens = flow.tokens()
    return lambda: flow.claims(tokens)


def _refresh(flow: Flow) -> Work:
    held = [flow.tokens()]

    def refresh() -> None:
        held[0] = flow.refreshed(held[0])

    return refresh


def _introspection(flow: Flow) -> Work:
    tokens = flow.tokens()
    return lambda: flow.introspected(tokens)


OPERATIONS = (
    Operation(name="whole flow", begin=lambda flow: flow.run, times=300),
    Operation(name="authorize with a session", begin=_authorize, times=400),
    Operation(name="authorize and token", begin=lambda flow: flow.tokens, times=300),
    Operation(name="refresh", begin=_refresh, times=400, needs=lambda side: side.name != STOCK),
    Operation(name="UserInfo", begin=_claims, times=1200),
    Operation(
        name="introspection",
        begin=_introspection,
        times=1200,
        needs=lambda side: bool(side.endpoints.introspection),
    ),
    Operation(name="JWKS", begin=lambda flow: flow.keys, times=2000),
)


def section() -> Section:
    with ExitStack() as stack:
        database = stack.enter_context(cluster()).create("hub")
        sides = [
            stack.enter_context(hub(people=100, name=SQLITE, more=MORE)),
            stack.enter_context(hub(people=100, name=POSTGRESQL, more=MORE, database=database)),
            stack.enter_context(stock()),
            stack.enter_context(oidc_provider()),
        ]
        costs = [cost for each in OPERATIONS for cost in _costs(each, sides)]
    return _judged(costs, bare())


def _costs(operation: Operation, sides: Sequence[Provider]) -> Iterator[Cost]:
    able = [side for side in sides if operation.needs(side)]
    spent: dict[str, list[float]] = {side.name: [] for side in able}
    for side in able:
        measured(side, _prepare(operation, side), operation.times // 4)
    for _ in range(ROUNDS):
        for side in able:
            done = measured(side, _prepare(operation, side), operation.times)
            spent[side.name].append(1000 / done.per_cpu_second)
    for name, each in spent.items():
        yield Cost(operation=operation.name, side=name, ms=median(each))


def _prepare(operation: Operation, side: Provider) -> Prepare:
    return lambda connection: operation.begin(Flow(side, connection))


def _judged(costs: Sequence[Cost], floor: Bare) -> Section:
    ms = {(each.operation, each.side): each.ms for each in costs}
    flow = ms["whole flow", SQLITE] / ms["whole flow", NODE]
    token = ms["authorize and token", SQLITE] - ms["authorize with a session", SQLITE]
    refresh = ms["refresh", SQLITE]
    ahead, behind = token / floor.signed, refresh / floor.signed
    return Section(
        title="Operations of the OpenID provider",
        how=(
            "Milliseconds of server CPU for one operation, medians of "
            f"{ROUNDS} alternated rounds, four connections, every answer verified. The database "
            "server's own CPU is not counted. Bare, in the same run, by the same server with "
            f"nothing behind it: an empty answer {floor.empty:.2f} ms, one with an RS256 signature "
            f"and a row committed to SQLite {floor.signed:.2f} ms. A flow is three answers, one "
            "signature and four commits; the rest is its eight reads, the hub, SATOSA and Authlib."
        ),
        head=("operation", SQLITE, POSTGRESQL, STOCK, NODE),
        rows=tuple(_row(each.name, ms) for each in OPERATIONS),
        verdict=(
            f"The whole flow on SQLite costs {flow:.2f} times oidc-provider's in memory, to be "
            f"under 1. Token {token:.2f} ms and refresh {refresh:.2f} ms are {ahead:.1f} and "
            f"{behind:.1f} times the bare answer with signature and commit, to be under 2."
        ),
        kept=flow < 1 and max(ahead, behind) < 2,
    )


def _row(operation: str, ms: dict[tuple[str, str], float]) -> tuple[str, ...]:
    cells = (ms.get((operation, side)) for side in (SQLITE, POSTGRESQL, STOCK, NODE))
    return (operation, *("—" if cell is None else f"{cell:.2f}" for cell in cells))


if __name__ == "__main__":
    print(section().markdown())
