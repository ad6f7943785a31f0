"""Where the software that reads cards lies, on each system. Needs none of it to be there."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

KNOWN: Final = {
    "win32": (
        "C:/Windows/System32/cps3_pkcs11_w64.dll",
        "C:/Windows/System32/cps3_pkcs11_w32.dll",
        "C:/Program Files/OpenSC Project/OpenSC/pkcs11/opensc-pkcs11.dll",
    ),
    "darwin": (
        "/usr/local/lib/libcps3_pkcs11_osx.dylib",
        "/Library/OpenSC/lib/opensc-pkcs11.so",
    ),
    "linux": (
        "/usr/local/lib/libcps3_pkcs11_lux.so",
        "/usr/lib/libcps3_pkcs11_lux.so",
        "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
        "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so",
        "/usr/lib64/pkcs11/opensc-pkcs11.so",
    ),
}
"""Cryptolib CPS first: OpenSC reads fewer generations of the card."""


def module_of(configured: Sequence[Path], platform: str = sys.platform) -> Path | None:
    """The first there is of those the operator names, else of those known."""
    known = [Path(each) for each in KNOWN.get(platform, KNOWN["linux"])]
    return next((each for each in (configured or known) if each.is_file()), None)
