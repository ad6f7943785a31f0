"""Who calls an endpoint for machines: exactly the registered method, exactly one."""

import base64
import binascii
from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import unquote_plus

from hub import RawRequest, value

from .answers import EndpointError
from .assertions import JWT_BEARER, Assertions, named_in
from .clients import Client
from .parameters import Parameters
from .tries import Tries

CREDENTIALS: Final = frozenset({"client_secret", "client_assertion", "client_assertion_type"})
"""The parameters of a form that say who calls, and nothing of what is asked."""


class ClientRefused(EndpointError):
    """`invalid_client`, `invalid_request` when two methods were used at once, or wait."""

    def __init__(self, error: str, wait: timedelta | None = None) -> None:
        status = "401 Unauthorized"
        headers: tuple[tuple[str, str], ...] = (("WWW-Authenticate", "Basic"),)
        if wait is not None:
            status = "429 Too Many Requests"
            headers = (("Retry-After", str(int(wait.total_seconds()) + 1)),)
        elif error == "invalid_request":
            status, headers = "400 Bad Request", ()
        super().__init__(error, status=status, headers=headers)


@value
class _Presented:
    client_id: str
    secret: str | None
    method: str


class Callers:
    def __init__(self, clients: Mapping[str, Client], assertions: Assertions, tries: Tries) -> None:
        self._clients = clients
        self._assertions = assertions
        self._tries = tries

    def named(self, raw: RawRequest, form: Parameters) -> Client:
        """The calling client; raise `ClientRefused` without saying which part was wrong."""
        shown = _presented(raw.authorization, form)
        client = self._clients.get(shown.client_id)
        if client is None or shown.method != client.declared.token_endpoint_auth_method:
            raise ClientRefused("invalid_client")
        if shown.secret is None:
            return client
        # Asked before the secret is compared: the answer to a guess too many tells nothing.
        if wait := self._tries.wait(client.id, raw.source):
            raise ClientRefused("invalid_client", wait)
        if not self._proved(client, shown.secret):
            self._tries.failed(client.id, raw.source)
            raise ClientRefused("invalid_client")
        self._tries.succeeded(client.id, raw.source)
        return client

    def _proved(self, client: Client, secret: str) -> bool:
        if client.declared.token_endpoint_auth_method == "private_key_jwt":  # noqa: S105 - a name
            return self._assertions.prove(client, secret)
        return client.knows_secret(secret)


def _presented(authorization: str, form: Parameters) -> _Presented:
    client_id, secret = form.get("client_id") or "", form.get("client_secret")
    asserted = form.get("client_assertion") is not None
    # RFC 6749 2.3: a client uses one method in each request.
    if bool(authorization) + (secret is not None) + asserted > 1:
        raise ClientRefused("invalid_request")
    if asserted:
        return _by_assertion(client_id, form)
    if not authorization:
        method = "none" if secret is None else "post"
        return _Presented(client_id=client_id, secret=secret, method=method)
    named, password = _basic(authorization)
    if client_id not in ("", named):
        raise ClientRefused("invalid_request")
    return _Presented(client_id=named, secret=password, method="basic")


def _by_assertion(client_id: str, form: Parameters) -> _Presented:
    assertion = form.get("client_assertion") or ""
    named = named_in(assertion)
    # RFC 7521 4.2: a client_id beside the assertion must name the same client.
    if form.get("client_assertion_type") != JWT_BEARER or client_id not in ("", named):
        raise ClientRefused("invalid_client")
    return _Presented(client_id=named, secret=assertion, method="private_key_jwt")


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
