"""Lends the operator's pages and « Pourquoi ? » what they read and write."""

from hub.federation.declared_providers import OWNER
from hub.contract.identifiers import MethodName
from hub.lending import Books, Ground
from hub.store.searching import SqlAudit
from hub.web.operator_desk import OperatorDesk, OutsideProvider, Party


def operator_desk_of(ground: Ground, books: Books) -> OperatorDesk:
    def parties() -> list[Party]:
        return [
            Party(
                plugin=each.plugin,
                name=each.party,
                failures=each.failures,
                failed_at=each.failed_at,
                rests_until=each.rests_until,
            )
            for each in books.outbound.standing()
        ]

    return OperatorDesk(
        operating=ground.operator,
        audit=SqlAudit(ground.database, ground.keyring, ground.clock, books.anchor),
        live=books.sessions.live,
        parties=parties,
        providers=_providers(ground),
        written=ground.configuration.written,
    )


def _providers(ground: Ground) -> list[OutsideProvider]:
    """Those of plugins, then those of hub.toml."""
    contributed = [
        OutsideProvider(
            name=name, owner=ground.contributions.providers[name], module=each.module.module
        )
        for name, each in ground.contributions.backends.items()
    ]
    declared = [
        OutsideProvider(name=MethodName(name), owner=OWNER, module=each.module or each.file)
        for name, each in ground.configuration.hub.provider.items()
    ]
    return [*contributed, *declared]
