"""Somebody clicks the hospital's name on the sign-in page and is in, or is told why not."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from hub import saml
from tests.backends.saml_provider.region import Region
from tests.backends.saml_provider.signing_in import IDP, NAME, metadata
from tests.federation.visits import HUB, browser_of
from tests.vectors.saml.keys import pair


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    yield Region(tmp_path)


def test_somebody_known_by_the_number_the_hospital_vouches_for_is_in(region: Region) -> None:
    page = region.sign_in()
    assert page.path == "/services", page.words
    assert "Ann Martin" in page.words


def test_an_encrypted_answer_signs_in_too(region: Region) -> None:
    assert region.sign_in(reader=pair("sp")).path == "/services"


def test_a_forged_answer_signs_nobody_in_and_offers_the_other_means(region: Region) -> None:
    page = region.sign_in(owner="stranger")
    assert "La signature de la réponse n’est pas celle" in page.alert()
    assert page.has("identifier")
    assert "__Host-hub" not in region.browser.cookies()


def test_an_answer_posted_twice_is_taken_once(region: Region) -> None:
    answer = region.answer(region.leave())
    assert region.post(answer).status_code == 303
    assert region.post(answer).status_code == 410


def test_an_answer_nobody_waits_for_leads_nowhere(region: Region) -> None:
    answer = region.answer(region.leave()) | {"RelayState": "x" * 43}
    assert region.post(answer).status_code == 410


def test_an_answer_brought_by_another_browser_signs_nobody_in(region: Region) -> None:
    back = region.post(region.answer(region.leave()))
    other = browser_of(region.hub)
    other.open(str(httpx.URL(HUB).join(back.headers["Location"])))
    assert "__Host-hub" not in other.cookies()


def test_our_metadata_stands_at_the_providers_own_address(region: Region) -> None:
    with httpx.Client(transport=httpx.WSGITransport(region.hub.app.wsgi)) as machine:
        answer = machine.get(f"{HUB}/{NAME}/metadata")
    assert answer.headers["Content-Type"] == "application/samlmetadata+xml"
    root = saml.genuine(saml.metadata(answer.content), [pair("sp").certificate])
    assert root.get("entityID") == f"{HUB}/{NAME}/metadata"


class Keeper:
    """Serves the provider's metadata, signed by whoever is said."""

    def __init__(self) -> None:
        self.owner, self.keys, self.until, self.status = "federation", ("idp",), "", 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        root = saml.metadata(metadata(*self.keys, until=self.until))
        saml.sign(root, pair(self.owner).signing)
        return httpx.Response(self.status, content=saml.canonical(root))


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
def fetching(tmp_path: Path, keeper: Keeper) -> Region:
    return Region(
        tmp_path,
        lambda _: httpx.MockTransport(keeper),
        metadata="",
        metadata_url="https://federation.test/idp.xml",
        metadata_certificate="pin.pem",
    )


def refresh(region: Region) -> None:
    """When it is time again; the processes that serve look a moment later."""
    region.hub.clock.later(hours=5)
    region.hub.turn()
    region.hub.clock.later(minutes=1)


def test_metadata_is_fetched_and_a_new_key_is_believed_without_restart(
    fetching: Region, keeper: Keeper
) -> None:
    page = fetching.browser.open(f"{HUB}/services")
    page = fetching.browser.submit(page.form(to=f"/{NAME}"))
    assert "ne peut pas être joint" in page.alert()
    refresh(fetching)
    assert fetching.sign_in(owner="idp").path == "/services"
    keeper.keys = ("next",)
    refresh(fetching)
    fetching.browser = browser_of(fetching.hub)
    assert fetching.sign_in(owner="next", assertion_id="_2").path == "/services"
    fetching.browser = browser_of(fetching.hub)
    assert "n’est pas celle" in fetching.sign_in(owner="idp", assertion_id="_3").alert()


@pytest.mark.parametrize(
    ("change", "value", "why"),
    [
        ("owner", "stranger", "wrong_signature"),
        ("until", "2020-01-01T00:00:00Z", "expired"),
        ("status", 500, "HTTPStatusError"),
    ],
)
def test_metadata_that_cannot_be_believed_changes_nothing(
    fetching: Region,
    keeper: Keeper,
    caplog: pytest.LogCaptureFixture,
    change: str,
    value: object,
    why: str,
) -> None:
    refresh(fetching)
    keeper.keys = ("attacker",)
    setattr(keeper, change, value)
    refresh(fetching)
    assert f"metadata_not_taken provider={NAME} why={why}" in caplog.text
    assert fetching.sign_in().path == "/services"
    assert IDP not in caplog.text


def test_a_proof_there_is_as_old_here_as_it_is_there(region: Region) -> None:
    region.sign_in(age=timedelta(hours=2))
    assert "__Host-hub" in region.browser.cookies()
