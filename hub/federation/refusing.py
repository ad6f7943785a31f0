"""What a backend raised, as a refusal the person reads; the cause is for the support."""

import logging
import traceback
from typing import Final

import httpx
from satosa.exception import SATOSAAuthenticationError

from hub.contract.providers import ProviderRefused
from hub.contract.steps import Refusal
from hub.broker.trail import support_code

_log: Final = logging.getLogger(__name__)


def refusal_of(error: Exception, provider: str) -> Refusal:
    """Never counted as a wrong answer: the person typed nothing here."""
    match error:
        case ProviderRefused():
            _log.info("provider.refused provider=%s code=%s", provider, error.code)
            return Refusal(code=error.code, counts=False, cause=error.cause)
        case SATOSAAuthenticationError():
            # Its text may quote the provider's answer: the kind of what stands behind it is told.
            kind = type(error.__cause__ or error).__name__
            _log.info("provider.refused provider=%s code=provider.refused kind=%s", provider, kind)
            return Refusal(code="provider.refused", counts=False, cause=kind)
        case httpx.TransportError():
            kind = type(error).__name__
            _log.warning("provider.unreachable provider=%s kind=%s", provider, kind)
            return Refusal(code="provider.unreachable", counts=False, cause=kind)
        case _:
            return _failed(error, provider)


def _failed(error: Exception, provider: str) -> Refusal:
    incident, kind = support_code(), type(error).__name__
    # An exception's text may quote a name, a code or a token: only its place is logged.
    place = "".join(traceback.format_tb(error.__traceback__))
    told = (provider, incident, kind, place)
    _log.error("provider.failed provider=%s support=%s kind=%s\n%s", *told)
    return Refusal(code="provider.failed", counts=False, cause=f"{kind}, incident {incident}")
