"""Asks a service to begin a sign-in itself (OpenID Connect Core 4): from its tile, or a link."""

from .answers import with_query
from .clients import Client


def initiation(client: Client, issuer: str, target: str) -> str | None:
    """No `login_hint`: who comes is the hub's to say, in the id_token."""
    begins = client.declared.initiate_login_uri
    # A service without another place is launched there already.
    if begins is None or target.startswith(begins):
        return None
    return with_query(begins, {"iss": issuer, "target_link_uri": target})
