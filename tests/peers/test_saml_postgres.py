"""SAML on PostgreSQL: a sign-in, an answer that is told once, a leaving that ends every session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.testing.running import RunningHub
from tests.frontends.saml.sp import HUB, ServiceProvider, redirected
from tests.frontends.saml.test_whole_logout import entered, inside, leaving
from tests.frontends.saml.two import status_of
from tests.frontends.saml.whole import PHRASE, browser, opened, told
from tests.flows.steps import with_password
from tests.peers.database import Cluster

pytestmark = pytest.mark.postgres


@pytest.fixture
def hub(postgres: Cluster, tmp_path: Path) -> Iterator[RunningHub]:
    running = opened(tmp_path, postgres.create("saml"), name_ids=["persistent"])
    yield running
    running.app.database.engine.dispose()


def test_a_request_is_answered_once_and_a_leaving_ends_every_session(hub: RunningHub) -> None:
    visitor = browser(hub)
    asking = f"{HUB}/saml/sso?{redirected(ServiceProvider().request(ID='_once'))}"
    given = told(with_password(visitor, visitor.open(asking), "ann", PHRASE))
    assert given.codes() == ["Success"]
    assert visitor.open(asking).status == 400
    other, _ = entered(hub)
    assert status_of(visitor.open(leaving(given.name.text))) == ["Success"]
    assert not inside(visitor) and not inside(other)
    hub.clock.later(days=3)
    hub.turn()
