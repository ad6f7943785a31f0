"""A service begins its sign-in itself when its tile is opened (OpenID Connect Core 4)."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from hub.contract.errors import ConfigErrors
from hub.testing.running import BASE, RunningHub, running_hub
from tests.flows.browser import Browser
from tests.frontends.oidc.party import Party, declared

HUB, BEGIN = "https://hub.test", "https://mail.test/begin"


def running(folder: Path, keys: Path, **oidc: str) -> RunningHub:
    mail = {
        "title": "Mail",
        "minimum": "simple",
        "frontend": "oidc",
        "launch": "https://mail.test/inside",
        "deep_link": "https://mail.test/message/{message}",
        "parameters": {"message": "[0-9]{1,12}"},
        "oidc": declared("mail", **oidc),
    }
    return running_hub(
        folder,
        plugins=[*BASE["plugins"], "oidc"],
        service={"mail": mail},
        plugin={"oidc": {"keys": str(keys / "secrets" / "oidc")}},
    )


def opened(hub: RunningHub, path: str) -> str:
    """Where the tile leads, and nothing more: the service itself is out of reach."""
    address = Browser({HUB: hub.app.wsgi}).open(HUB + path).address
    hub.app.database.engine.dispose()
    return address


def test_the_tile_tells_the_service_who_begins_and_where_the_person_was_going(
    tmp_path: Path, keys: Path
) -> None:
    address = opened(running(tmp_path, keys, initiate_login_uri=BEGIN), "/open/mail?message=42")
    assert address.startswith(f"{BEGIN}?")
    told = parse_qs(urlsplit(address).query)
    assert told == {"iss": [HUB], "target_link_uri": ["https://mail.test/message/42"]}


def test_a_service_without_such_an_address_is_opened_where_it_is(
    tmp_path: Path, keys: Path
) -> None:
    assert opened(running(tmp_path, keys), "/open/mail") == "https://mail.test/inside"


@pytest.mark.parametrize("address", ["http://mail.test/begin", "javascript:alert(1)", "/begin"])
def test_only_an_address_over_https_may_be_registered(keys: Path, address: str) -> None:
    with pytest.raises(ConfigErrors) as refused:
        Party(keys, initiate_login_uri=address)
    assert {each.path for each in refused.value.errors} == {"service.mail.oidc.initiate_login_uri"}
