"""Medimail's table in memory, and two doctors."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from hub import Account, Identifier, Situation
from hub.testing.memory import MemoryAccounts
from hub.testing.people import ANN
from hub.testing.tables import memory_database
from hub.testing.toolbox import MemoryToolbox
from hub_services.medimail.boxes import Mailbox
from hub_services.medimail.importing import COLUMNS, Imported, bring
from hub_services.medimail.mailboxes import Mailboxes
from hub_services.medimail.structures import Structures
from hub_services.medimail.tables import METADATA, Openings

CLINIC = Situation(id="c", structure="990000029", name="Clinique du Parc", role="", source="own")
SURGERY = Situation(id="s", structure="Cabinet des Tilleuls", role="médecin", source="own")
MARIE = replace(
    ANN,
    identifiers=(
        Identifier(system="login", number="Marie.Durand"),
        Identifier(system="rpps", number="99700075064"),
    ),
    situations=(CLINIC, SURGERY),
)
HEAD = ";".join(COLUMNS) + "\n"
LIST = (
    "marie@mss.test;PER;99700075064;;no",
    "accueil@mss.test;ORG;login:marie.durand;Cabinet des Tilleuls;yes",
    "urgences@mss.test;org;rpps:99700075064;clinique du parc;",
    "robot@mss.test;APP;marie.durand;;",
    "paul@mss.test;PER;99700434378;;",
)


@dataclass
class Post:
    toolbox: MemoryToolbox
    folder: Path

    def bring(self, *lines: str, head: str = HEAD) -> Imported:
        file = self.folder / "mailboxes.csv"
        file.write_bytes(("".join([head, *(f"{each}\n" for each in lines)])).encode())
        return bring(self.openings, Structures(self.toolbox.stores.values()), file)

    @property
    def openings(self) -> Openings:
        return Openings(self.toolbox.unit_of_work)

    @property
    def mailboxes(self) -> Mailboxes:
        return Mailboxes(self.toolbox)

    def here(self, place: Situation | None, account: Account = MARIE) -> list[str]:
        return [each.address for each in self.mailboxes.of(account, place).here]

    def first(self, place: Situation | None, account: Account = MARIE) -> str:
        (found,) = [each for each in self.mailboxes.of(account, place).here if each.first]
        assert isinstance(found, Mailbox)
        return found.address


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    unit_of_work, _, engine = memory_database(METADATA)
    people = MemoryAccounts([MARIE])
    yield Post(MemoryToolbox("medimail", people, unit_of_work=unit_of_work), tmp_path)
    engine.dispose()
