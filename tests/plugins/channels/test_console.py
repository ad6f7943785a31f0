"""The development inbox shows what would have been sent, and is never there in production."""

import runpy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine
from werkzeug.test import Client

from hub.contract.errors import ConfigError
from hub.contract.identifiers import ChannelKind
from hub.contract.messages import Letter
from hub.contract.sql import UnitOfWork
from hub.testing.running import running_hub
from hub.testing.settings import TableSettings
from hub.testing.tables import memory_database
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.channels import console
from hub_plugins.channels.console.tables import METADATA, Letters, tables
from tests.plugins.pieces import keys

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SMS = Letter(kind=ChannelKind("sms"), to="+33639980042", text="042042 : votre code")
MAIL = Letter(
    kind=ChannelKind("mail"),
    to="ann@hub.test",
    subject="<b>Bonjour</b>",
    text="Ouvrez https://hub.test/x?a=1&b=2",
    qr="https://hub.test/x",
)


@pytest.fixture
def unit_of_work() -> Iterator[UnitOfWork]:
    unit_of_work, _, engine = memory_database(METADATA)
    yield unit_of_work
    engine.dispose()


def test_letters_of_every_kind_are_kept_newest_first(unit_of_work: UnitOfWork) -> None:
    box = MemoryToolbox("console", unit_of_work=unit_of_work)
    (channel,) = console.message_channels(TableSettings(), box)
    first, second = channel.send(SMS), channel.send(MAIL)
    assert (first.reference, second.reference) == ("1", "2")
    assert [kept.letter for kept in Letters(unit_of_work).last()] == [MAIL, SMS]
    assert {kept.at for kept in Letters(unit_of_work).last()} == {box.time()}


def test_only_the_last_ones_are_kept(unit_of_work: UnitOfWork) -> None:
    letters = Letters(unit_of_work)
    for minute in range(5):
        letters.keep(SMS, NOON + timedelta(minutes=minute), most=3)
    assert [kept.at.minute for kept in letters.last()] == [4, 3, 2]


@pytest.mark.parametrize("hook", [console.message_channels, console.pages])
def test_production_refuses_it(hook: object, unit_of_work: UnitOfWork) -> None:
    settings = TableSettings()
    box = MemoryToolbox("console", unit_of_work=unit_of_work)
    assert list(hook(settings, box))  # type: ignore[operator]
    settings.environment = "production"
    with pytest.raises(ConfigError, match="not in production"):
        hook(settings, box)  # type: ignore[operator]


def test_migrating_makes_the_table_the_code_speaks_of() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            for script in sorted(Path(tables().migrations).glob("*.py")):
                runpy.run_path(str(script))["upgrade"]()
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "title"), [("fr", "Boîte de"), ("en", "Development")])
def test_the_inbox_draws_letters_as_text_and_loads_again(
    tmp_path: Path, language: str, title: str
) -> None:
    hub = running_hub(tmp_path, plugins=["own", "regional", "password", "oidc", "console"])
    browser = Client(hub.app.wsgi)
    asked = {"Accept-Language": language}
    empty = browser.get("https://hub.test/apps/console/", headers=asked)
    assert title in empty.text and empty.status_code == 200
    channel = hub.app.equipped.channels["console"]
    channel.send(SMS)
    channel.send(MAIL)
    page = browser.get("https://hub.test/apps/console/", headers=asked)
    assert "042042" in page.text and "+33639980042" in page.text
    assert "&lt;b&gt;Bonjour" in page.text and "<b>Bonjour" not in page.text
    assert 'href="https://hub.test/x?a=1&amp;b=2"' in page.text
    # WCAG 2.2.1: a page that loads by itself is taken away from whoever reads it slowly.
    assert 'http-equiv="refresh"' not in page.text and 'href="/apps/console/"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_both_languages_say_the_same_things() -> None:
    there = keys(Path(console.__file__).parent)
    assert there["fr"] == there["en"]
