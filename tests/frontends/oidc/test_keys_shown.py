"""The operator reads which key signs, which will and which did; never the secret."""

from datetime import timedelta
from pathlib import Path

import pytest

from hub import KeyState
from hub.contract.showing import PreparesKeys, ShowsKeys
from hub_frontends.oidc.frontend import OidcFrontend
from hub_frontends.oidc.keys_shown import KeysShown
from hub_frontends.oidc.settings import OidcSettings
from tests.frontends.oidc.test_keys_rotation import Place


@pytest.mark.parametrize("kept", ["files", "database"])
def test_the_keys_are_told_by_their_part_in_the_schedule(tmp_path: Path, kept: str) -> None:
    settings = OidcSettings(keys=str(tmp_path), keys_in=kept, algorithms=("ES256",))  # type: ignore[arg-type]
    place = Place(settings)
    keys = place.keys()
    first = str(keys.signing("ES256").kid)
    part = KeysShown()
    part.show_keys(settings, place.toolbox)
    (only,) = part.signing_keys()
    assert (only.name, only.alg, only.state) == (first, "ES256", KeyState.CURRENT)
    part.prepare_keys()
    part.prepare_keys()
    states = [each.state for each in part.signing_keys()]
    assert states == [KeyState.CURRENT, KeyState.NEXT]
    place.later(days=1, seconds=1)
    now, former = part.signing_keys()
    assert (former.name, former.state) == (first, KeyState.PREVIOUS)
    assert former.until and now.since
    assert former.until - now.since == settings.publish_after
    place.toolbox.time.later(seconds=settings.publish_after / timedelta(seconds=1))
    assert [each.name for each in part.signing_keys()] == [now.name]
    assert "PRIVATE" not in repr(part.signing_keys())
    place.engine.dispose()


def test_the_frontend_shows_them() -> None:
    for part in (ShowsKeys, PreparesKeys):
        names = [name for name in vars(part) if not name.startswith("_")]
        assert names and all(callable(getattr(OidcFrontend, name)) for name in names)
