"""Pictures of services come from the hub's own address, and are pictures."""

from dataclasses import replace

import pytest
from satosa.response import Response

from hub import (
    DeclaredPeer,
    Fetched,
    RawRequest,
    Registration,
    ServiceId,
    ServiceState,
)
from hub.pictures import MOST
from hub.testing.hub import service
from hub.testing.toolbox import NOON, MemoryFetcher, MemoryToolbox
from hub_frontends.oidc.answers import EndpointError
from hub_frontends.oidc.joining import Joining
from hub_frontends.oidc.logos import LARGEST, Logos, NoPicture, shown_at
from hub_frontends.oidc.registered import Applicant, described
from hub_frontends.oidc.registration_metadata import Metadata
from hub_frontends.oidc.settings import OidcSettings
from tests.test_pictures import jpeg, lossy, png

URI = "https://mail.test/logo.png"
PNG = png()
ASKED = RawRequest(method="GET", query="", body=b"", content_type="", authorization="")


def at(body: bytes, said: str = "image/png") -> MemoryFetcher:
    fetcher = MemoryFetcher()
    fetcher.documents[URI] = Fetched(body=body, content_type=said)
    return fetcher


def answer(fetcher: MemoryFetcher, state: ServiceState = ServiceState.ACTIVE) -> Response:
    toolbox = MemoryToolbox("oidc")
    peer = DeclaredPeer(frontend="oidc", table={})
    toolbox.registry.add(
        Registration(
            service=replace(service("mail"), peer=peer),
            since=NOON,
            state=state,
            kept={"metadata": {"logo_uri": URI}},
        )
    )
    return Logos(toolbox.registry, toolbox.services, fetcher).respond(ASKED, "mail")


def joining(fetcher: MemoryFetcher) -> Joining:
    return Joining(
        settings=OidcSettings(), relaxed=False, configured=(), fetcher=fetcher, issuer="x"
    )


def applicant(said: Metadata) -> Applicant:
    settings = OidcSettings(registration_minimum="simple")
    return Applicant(name="c-1", metadata=said, settings=settings)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PNG, "image/png"),
        (jpeg(), "image/jpeg"),
        (lossy(9, 9), "image/webp"),
    ],
)
def test_a_picture_is_called_what_it_is(body: bytes, kind: str) -> None:
    shown = answer(at(body, "text/html"))
    headers = dict(shown.headers)
    assert (shown.status, shown.message, headers["Content-Type"]) == ("200 OK", body, kind)
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"


NONES = (
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    b"<!doctype html><script>alert(1)</script>",
    b"",
    b"GIF89a",
    png(MOST + 1, 9),
    PNG + b"." * LARGEST,
)


@pytest.mark.parametrize("body", NONES)
def test_what_is_no_small_picture_is_not_shown(body: bytes) -> None:
    assert answer(at(body)).status == "404 Not Found"
    with pytest.raises(NoPicture):
        shown_at("mail", URI, at(body))


@pytest.mark.parametrize("body", NONES)
def test_whoever_registers_with_it_is_told_so(body: bytes) -> None:
    said = Metadata(redirect_uris=("https://mail.test/back",), logo_uri=URI)
    with pytest.raises(EndpointError) as refused:
        described(applicant(said), {}, joining(at(body)))
    assert refused.value.error == "invalid_client_metadata"
    assert "logo_uri" in refused.value.description and str(MOST) in refused.value.description


def test_a_picture_with_a_page_behind_it_is_served_as_a_picture_alone() -> None:
    both = PNG + b"<script>alert(1)</script>"
    headers = dict(answer(at(both, "text/html")).headers)
    assert (
        headers["Content-Type"] == "image/png" and "sandbox" in headers["Content-Security-Policy"]
    )


def test_a_service_nobody_may_meet_makes_the_hub_fetch_nothing() -> None:
    fetcher = at(PNG)
    assert answer(fetcher, ServiceState.PENDING).status == "404 Not Found"
    assert fetcher.asked == []


def test_the_tile_shows_an_address_of_our_own() -> None:
    fetcher = at(PNG)
    said = applicant(Metadata(redirect_uris=("https://mail.test/back",), logo_uri=URI))
    told, _ = described(said, {}, joining(fetcher))
    assert told.tile is not None and told.tile.logo.startswith("/oidc/logo/c-1?")
    without, _ = described(said, {}, joining(MemoryFetcher()))
    assert without.tile is not None and without.tile.logo == ""


def test_an_unknown_service_has_no_picture() -> None:
    toolbox = MemoryToolbox("oidc")
    logos = Logos(toolbox.registry, toolbox.services, at(PNG))
    assert logos.respond(ASKED, ServiceId("nobody")).status == "404 Not Found"
