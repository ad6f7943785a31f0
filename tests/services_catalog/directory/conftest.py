"""The directory's tables beside those of the own account store."""

import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from hub.testing.tables import Statements
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.stores.own.store import OwnSettings, OwnStore
from hub_plugins.stores.own.tables import METADATA
from hub_services.directory.extraction import COLUMNS
from hub_services.directory.importing import Imported, Importing, Progress
from hub_services.directory.people import People
from hub_services.directory.search import Found, Query, Search
from hub_services.directory.tables import TABLES

ME = "account-of-the-reader"


@dataclass
class Town:
    """One directory, whoever looks in it, and the region's accounts."""

    toolbox: MemoryToolbox
    store: OwnStore
    statements: Statements
    folder: Path

    def bring(self, *lines: str, name: str = "extraction.txt", **options: bool) -> Imported:
        file = self.folder / name
        file.write_text("".join([header(), *lines]), encoding="utf-8")
        return self.importing().run(file, **options)

    def importing(self) -> Importing:
        return Importing(self.toolbox.unit_of_work, told.append)

    def people(self) -> People:
        return People(self.toolbox)

    def search(self, *mine: str) -> Search:
        return Search(self.toolbox.unit_of_work, ME, mine)

    def found(self, *mine: str, **query: str) -> Found:
        return self.search(*mine).find(Query(**query))  # type: ignore[arg-type]

    def names(self, *mine: str, **query: str) -> list[str]:
        return [each.person.name for each in self.found(*mine, **query).entries]


told: list[Progress] = []


def header() -> str:
    return "|".join(COLUMNS) + "\n"


def line(number: str, family: str, given: str = "Ann", **said: str) -> str:
    """One line of the extraction; *said* by the first words of a column's name."""
    cells = {
        "Type d'identifiant PP": "8",
        "Identifiant PP": number,
        "Nom d'exercice": family,
        "Prénom d'exercice": given,
        "Libellé profession": said.get("profession", "Médecin"),
        "Libellé savoir-faire": said.get("skill", ""),
        "Raison sociale site": said.get("structure", "Cabinet du Port"),
        "Code postal": said.get("postcode", "54000"),
        "Libellé commune": said.get("town", "Nancy"),
        "Code Département (structure)": said.get("digits", "54"),
        "Libellé Département (structure)": said.get("department", "Meurthe-et-Moselle"),
        "Adresse e-mail": said.get("mail", ""),
        "Téléphone": said.get("telephone", ""),
    }
    return "|".join(cells.get(name, "") for name in COLUMNS) + "\n"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    METADATA.create_all(engine)
    with engine.begin() as connection:
        migrated(connection)

    @contextmanager
    def unit_of_work() -> Iterator[Connection]:
        with engine.begin() as connection:
            yield connection

    toolbox = MemoryToolbox("directory", unit_of_work=unit_of_work)
    store = OwnStore(OwnSettings(), unit_of_work)
    toolbox.stores = {"own": store}  # type: ignore[dict-item]
    toolbox.accounts = store  # type: ignore[assignment]
    yield Town(toolbox, store, Statements(engine), tmp_path)
    engine.dispose()


def migrated(connection: Connection) -> MigrationContext:
    context = MigrationContext.configure(connection)
    with Operations.context(context):
        for script in sorted(Path(TABLES.migrations).glob("*.py")):
            runpy.run_path(str(script))["upgrade"]()
    return context
