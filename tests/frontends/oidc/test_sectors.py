"""Among whom a person has one name: OpenID Connect Core 8.1."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hub import ConfigErrors, DeclaredPeer, Fetched, Json, Launch, Service, ServiceId
from hub.testing.hub import service
from hub.testing.running import BASE, running_hub
from hub.testing.toolbox import MemoryFetcher
from hub_frontends.oidc.clients import declared_by
from hub_frontends.oidc.joining import Joining
from hub_frontends.oidc.sectors import PUBLIC, sector_of, sector_of_stranger
from hub_frontends.oidc.settings import OidcSettings
from tests.frontends.oidc.party import BACK, declared

LIST = "https://sector.test/list.json"


def joining(fetcher: MemoryFetcher) -> Joining:
    return Joining(
        settings=OidcSettings(),
        relaxed=False,
        configured=(),
        fetcher=fetcher,
        issuer="https://hub.test",
    )


def speaking(**more: Json) -> Service:
    peer = DeclaredPeer(frontend="oidc", table=declared("mail", **more))
    return replace(service("mail"), peer=peer)


def listing(body: bytes) -> MemoryFetcher:
    fetcher = MemoryFetcher()
    fetcher.documents[LIST] = Fetched(body=body, content_type="application/json")
    return fetcher


@pytest.mark.parametrize(
    ("more", "of_operator", "of_stranger"),
    [
        ({}, "", "sector:mail.test"),
        ({"subject_type": "public"}, PUBLIC, PUBLIC),
        ({"sector_identifier_uri": LIST}, "sector:sector.test", "sector:sector.test"),
        ({"redirect_uris": ["https://a.test/", "https://b.test/"]}, "", ""),
        ({"application_type": "native", "redirect_uris": ["http://127.0.0.1/"]}, "", ""),
    ],
)
def test_a_service_is_its_own_sector_unless_it_says_otherwise(
    more: dict[str, Json], of_operator: str, of_stranger: str
) -> None:
    table = declared_by(declared("mail", **more), "")
    assert sector_of(table) == of_operator
    assert sector_of_stranger(table) == of_stranger


def test_a_sector_lists_every_address_of_its_service() -> None:
    fetcher = listing(json.dumps([BACK, "https://other.test/"]).encode())
    checked = joining(fetcher).checked(speaking(sector_identifier_uri=LIST))
    assert checked.sector == "sector:sector.test"


@pytest.mark.parametrize(
    "body", [b'["https://other.test/"]', b"{}", b"[1]", b"no", b"[" * 10_000, b"[]"]
)
def test_nobody_joins_a_sector_that_does_not_list_them(body: bytes) -> None:
    with pytest.raises(ConfigErrors, match=r"service\.mail\.oidc\.sector_identifier_uri"):
        joining(listing(body)).checked(speaking(sector_identifier_uri=LIST))


def test_what_cannot_be_fetched_is_no_sector() -> None:
    with pytest.raises(ConfigErrors, match="cannot be fetched"):
        joining(MemoryFetcher()).checked(speaking(sector_identifier_uri=LIST))


@pytest.mark.parametrize("uri", ["http://sector.test/", "https://sector.test/#x", "file:///etc"])
def test_a_sector_is_published_over_https(uri: str) -> None:
    with pytest.raises(ConfigErrors, match="must be https"):
        joining(MemoryFetcher()).checked(speaking(sector_identifier_uri=uri))


def test_the_hub_knows_services_as_their_frontend_understands_them(
    tmp_path: Path, keys: Path
) -> None:
    begins = "https://mail.test/begin"
    mail = {
        "title": "Mail",
        "minimum": "simple",
        "frontend": "oidc",
        "oidc": declared("mail", sector_identifier_uri=LIST, initiate_login_uri=begins),
    }
    wiki = {**mail, "oidc": declared("wiki"), "launch": "https://wiki.test/"}
    running = running_hub(
        tmp_path,
        plugins=[*BASE["plugins"], "oidc"],
        service={"mail": mail, "wiki": wiki},
        plugin={"oidc": {"keys": str(keys / "secrets" / "oidc")}},
    )
    known = running.app.services
    of_mail, of_wiki = known[ServiceId("mail")], known[ServiceId("wiki")]
    running.app.database.engine.dispose()
    assert (of_mail.sector, of_wiki.sector) == ("sector:sector.test", "")
    assert of_mail.launch == Launch(address=f"{begins}?iss=https%3A%2F%2Fhub.test")
    assert of_wiki.launch == Launch(address="https://wiki.test/")
