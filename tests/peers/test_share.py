"""Shares, codes and tickets hold on PostgreSQL as they do on SQLite, many at once included."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.peers.database import Cluster
from tests.services_catalog.emage import (
    test_form,
    test_mine,
    test_recipient,
    test_tickets,
)
from tests.services_catalog.emage.region import Region, composed, made

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

Promise = Callable[[Region], None]
PROMISES: tuple[Promise, ...] = (
    test_form.test_a_form_sent_by_many_tabs_at_once_sends_one_mail,
    test_recipient.test_the_right_code_sent_by_many_at_once_gives_one_ticket,
    test_recipient.test_a_hundred_guesses_at_once_are_three,
    test_tickets.test_fifty_at_once_redeem_a_ticket_once,
    test_mine.test_the_shares_of_a_closed_account_go_with_it,
)


@pytest.fixture
def region(postgres: Cluster, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Region]:
    address = postgres.create(f"share_{PROMISES.index(request.getfixturevalue('promise'))}")
    made(tmp_path / "hub", database=address)
    region = Region(hub=composed(tmp_path / "hub", database=address), folder=tmp_path / "hub")
    yield region
    region.hub.app.database.engine.dispose()


@pytest.mark.parametrize("promise", PROMISES, ids=lambda each: each.__name__)
def test_postgresql_keeps_the_promise(promise: Promise, region: Region) -> None:
    promise(region)
