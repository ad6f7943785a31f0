"""Signing keys of a test, in a folder."""

from pathlib import Path

from hub.testing.toolbox import MemoryToolbox
from hub_frontends.oidc.keys import Keys
from hub_frontends.oidc.keys_rotation import open_keys
from hub_frontends.oidc.settings import OidcSettings


def keys_in(folder: Path, toolbox: MemoryToolbox | None = None) -> Keys:
    return open_keys(OidcSettings(keys=str(folder)), toolbox or MemoryToolbox("oidc"))
