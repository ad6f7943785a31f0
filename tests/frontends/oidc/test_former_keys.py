"""What a former key signed still says who is meant, as long as that key is published."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from hub.testing.toolbox import MemoryToolbox
from hub_frontends.oidc.keys_rotation import Rotation
from hub_frontends.oidc.settings import OidcSettings
from tests.frontends.oidc.operated import HUB, Operated

pytestmark = pytest.mark.slow


@pytest.fixture
def operated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Operated]:
    operated = Operated(tmp_path, tmp_path, capsys)
    yield operated
    operated.close()


@pytest.fixture
def rotation(operated: Operated) -> Rotation:
    """What `hub rotate-keys` does, by the clock of that hub."""
    toolbox = MemoryToolbox("oidc")
    toolbox.clock = operated.running.clock  # type: ignore[assignment]
    return Rotation(OidcSettings(keys=str(operated.file.parent / "secrets" / "oidc")), toolbox)


def silent(operated: Operated, hint: str) -> dict[str, list[str]]:
    page = operated.authorize("mail", prompt="none", id_token_hint=hint)
    return parse_qs(urlsplit(page.address).query)


def test_a_hint_of_a_former_key_still_says_who_is_meant(
    operated: Operated, rotation: Rotation
) -> None:
    hint = operated.tokens()["id_token"]
    rotation.switch()
    operated.running.clock.later(seconds=2)
    assert operated.tokens()["id_token"].split(".")[0] != hint.split(".")[0]
    assert "code" in silent(operated, hint)
    page = operated.browser.open(
        f"{HUB}/oidc/end_session?id_token_hint={hint}"
        "&post_logout_redirect_uri=https://mail.test/bye&state=x"
    )
    # RP-Initiated Logout 2: the hint names the session, so nobody is asked.
    assert page.address == "https://mail.test/bye?state=x"
    assert silent(operated, hint)["error"] == ["login_required"]


def test_what_a_stolen_key_signed_is_no_hint(operated: Operated, rotation: Rotation) -> None:
    hint = operated.tokens()["id_token"]
    rotation.revoke()
    operated.running.clock.later(seconds=2)
    assert silent(operated, hint)["error"] == ["invalid_request"]
    assert "code" in silent(operated, operated.tokens()["id_token"])
