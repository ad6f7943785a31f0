"""SAML in a whole hub: files of hub.toml, real pages, real store, the tile, the commands."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import cli
from hub.contract.errors import ConfigErrors
from hub.testing.running import BASE, RunningHub, running_hub
from tests.flows.steps import with_password
from tests.frontends.saml.sp import ACS, HUB, ServiceProvider, classes, redirected
from tests.frontends.saml.whole import CLASSES, PHRASE, browser, image, opened, told

pytestmark = pytest.mark.slow


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    running = opened(tmp_path)
    yield running
    running.app.database.engine.dispose()


def test_a_password_opens_a_service_by_saml_in_four_requests(hub: RunningHub) -> None:
    visitor, sp = browser(hub), ServiceProvider()
    page = visitor.open(f"{HUB}/saml/sso?{redirected(sp.request(), 'to/42')}")
    given = told(with_password(visitor, page, "ann", PHRASE))
    assert given.address == ACS
    assert given.fields["RelayState"] == "to/42"
    assert given.codes() == ["Success"]
    assert given.attributes()["urn:oid:2.5.4.42"] == ["Ann"]
    assert given.one(".//saml:AuthnStatement").get("SessionNotOnOrAfter")
    assert len(visitor.sent) == 4


def test_the_class_of_a_password_is_the_one_that_was_asked(hub: RunningHub) -> None:
    visitor = browser(hub)
    xml = ServiceProvider().request(classes(f"{CLASSES}PasswordProtectedTransport"))
    page = visitor.open(f"{HUB}/saml/sso?{redirected(xml)}")
    given = told(with_password(visitor, page, "ann", PHRASE))
    assert given.context == f"{CLASSES}PasswordProtectedTransport"


def test_a_tile_leads_to_the_service_which_then_asks(hub: RunningHub) -> None:
    visitor = browser(hub)
    with_password(visitor, visitor.open(f"{HUB}/services"), "ann", PHRASE)
    assert visitor.open(f"{HUB}/open/image?study=42").address == "https://image.test/study/42"


def test_a_tile_may_sign_in_by_itself_and_takes_the_deep_link_along(tmp_path: Path) -> None:
    hub = opened(tmp_path, unsolicited=True)
    visitor = browser(hub)
    with_password(visitor, visitor.open(f"{HUB}/services"), "ann", PHRASE)
    given = told(visitor.open(f"{HUB}/open/image?study=42"))
    assert given.address == ACS
    assert given.root.get("InResponseTo") is None
    assert given.fields["RelayState"] == "https://image.test/study/42"
    hub.app.database.engine.dispose()


def test_nobody_opens_a_service_without_the_portals_ticket(tmp_path: Path) -> None:
    hub = opened(tmp_path, unsolicited=True)
    assert browser(hub).open(f"{HUB}/saml/open/image").status == 403
    hub.app.database.engine.dispose()


def test_a_wrong_file_is_an_error_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "sp.xml").write_text("<nothing/>", encoding="utf-8")
    plugins = [*BASE["plugins"], "saml"]
    with pytest.raises(ConfigErrors, match=r"service\.image\.saml\.metadata"):
        running_hub(tmp_path, plugins=plugins, service={"image": image()})


def test_an_operator_adds_a_service_that_speaks_saml(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ServiceProvider(entity_id="https://other.test", consumers=("https://other.test/acs",))
    (tmp_path / "other.xml").write_text(other.metadata(), encoding="utf-8")
    (tmp_path / "hub.toml").write_text(
        'public_address = "https://hub.test"\nenvironment = "test"\n'
        'database = "sqlite:///hub.db"\n'
        'plugins = ["own", "regional", "password", "saml"]\npolicy = "regional"\n',
        encoding="utf-8",
    )
    config = ["--config", str(tmp_path / "hub.toml")]
    assert cli.main(["setup", *config]) == 0
    words = ["service", "add", "other", "--title", "Other", "--minimum", "simple"]
    saml = ["--saml", str(tmp_path / "other.xml"), "--set", "sign=response"]
    assert cli.main([*words, *saml, *config]) == 0
    assert cli.main(["service", "list", *config]) == 0
    assert "other" in capsys.readouterr().out
