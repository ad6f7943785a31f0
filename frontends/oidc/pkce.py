"""Says aloud which services are let do without PKCE."""

import logging
from collections.abc import Iterable
from typing import Final

from .clients import Client

_log: Final = logging.getLogger(__name__)


def warn(clients: Iterable[Client]) -> None:
    """One line for each exception: in the log at every start, on screen in `hub check`."""
    for client in clients:
        if client.declared.pkce == "optional":
            _log.warning(
                "service.%s.oidc.pkce is optional: a stolen code of this service can be used in"
                " another person's session. Ask its makers for PKCE with S256.",
                client.service,
            )
