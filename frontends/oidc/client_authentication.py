"""Who calls the token endpoint: exactly the registered method, exactly one."""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import unquote_plus

from hub import value

from .clients import Client
from .parameters import Parameters


class ClientRefused(Exception):
    """`invalid_client`, or `invalid_request` when two methods were used at once."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@value
class _Presented:
    client_id: str
    secret: str | None
    method: str


def authenticated(authorization: str, form: Parameters, clients: Mapping[str, Client]) -> Client:
    """The calling client; raise `ClientRefused` without saying which part was wrong."""
    shown = _presented(authorization, form)
    client = clients.get(shown.client_id)
    if client is None or shown.method != client.declared.token_endpoint_auth_method:
        raise ClientRefused("invalid_client")
    if shown.secret is not None and not client.knows_secret(shown.secret):
        raise ClientRefused("invalid_client")
    return client


def _presented(authorization: str, form: Parameters) -> _Presented:
    client_id, secret = form.get("client_id") or "", form.get("client_secret")
    if not authorization:
        method = "none" if secret is None else "post"
        return _Presented(client_id=client_id, secret=secret, method=method)
    named, password = _basic(authorization)
    # RFC 6749 2.3: a client uses one method in each request.
    if secret is not None or client_id not in ("", named):
        raise ClientRefused("invalid_request")
    return _Presented(client_id=named, secret=password, method="basic")


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise ClientRefused("invalid_client")
    try:
        text = base64.b64decode(credentials.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise ClientRefused("invalid_client") from None
    name, colon, password = text.partition(":")
    if not colon:
        raise ClientRefused("invalid_client")
    # RFC 6749 2.3.1: both parts were form-encoded first.
    return unquote_plus(name), unquote_plus(password)
