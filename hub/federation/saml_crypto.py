"""Gives the SAML modules of a SATOSA application their cryptography before SATOSA makes them."""

import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pydoc import ErrorDuringImport, locate

from hub.contract.federation import SatosaModule


def lend_cryptography(modules: Iterable[SatosaModule]) -> None:
    """Call before SATOSA loads *modules*; a hub that speaks no SAML pays nothing.

    pysaml2 looks for `xmlsec1` while a module is being made, so its own must be replaced between
    importing and making it. Which modules speak SAML, pysaml2 itself tells: it is loaded then.
    """
    for module in modules:
        # SATOSA imports it again the same way, and says what is wrong with it.
        with suppress(ErrorDuringImport):
            locate(module.module)
    if "saml2.sigver" in sys.modules:
        import_module("hub.saml.pysaml2").install()
