"""What the operator's pages and « Pourquoi ? » are lent beside the desk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime

from hub.contract.identifiers import AccountId, MethodName
from hub.contract.values import value
from hub.broker.records import BrowserSession
from hub.people.auditing import AuditBook
from hub.people.operating import OperatorBook


@value
class Party:
    """An outside party as this process has found it."""

    plugin: str
    name: str
    failures: int
    """In a row; 0: it answered last time."""
    failed_at: datetime | None
    rests_until: datetime | None
    """It is left alone until then; `None`: it is called."""


@value
class OutsideProvider:
    """A provider people may come from, as it was configured."""

    name: MethodName
    owner: str
    """The plugin that contributed it; `hub`: it stands in hub.toml."""
    module: str
    """The class of its SATOSA backend."""


@value
class OperatorDesk:
    operating: OperatorBook
    audit: AuditBook
    live: Callable[[AccountId], Sequence[BrowserSession]]
    """A person's live sessions as the broker reads them, the last used first."""
    parties: Callable[[], Sequence[Party]] = tuple
    """Those that this process has called since it started."""
    providers: Sequence[OutsideProvider] = ()
    written: Mapping[str, str] = field(default_factory=dict)
    """Where each table and key of `hub.toml` stands: `provider.word` at `hub.toml:42`."""
