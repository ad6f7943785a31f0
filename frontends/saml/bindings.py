"""Takes a SAML message out of a request: SAML Bindings 3.4 and 3.5."""

from collections.abc import Mapping
from dataclasses import field
from typing import Final
from urllib.parse import parse_qsl

from hub import RawRequest, RequestRefused, saml, value

from .documents import Element

FORM: Final = "application/x-www-form-urlencoded"
LONGEST_RELAY: Final = 640
"""Bytes. Bindings 3.4.3 says 80; software in use sends whole addresses."""
_MOST: Final = 50


@value
class Received:
    root: Element = field(repr=False)
    name: str
    """`SAMLRequest` or `SAMLResponse`."""
    relay: str | None = field(repr=False)
    query: str | None = field(repr=False)
    """As it came by redirect, whose signature covers it; `None`: posted, signed inside or not."""
    signed: bool


def received(raw: RawRequest) -> Received:
    """Raise `RequestRefused` for whatever is not exactly one message."""
    try:
        found = _posted(raw) if raw.method == "POST" else _redirected(raw.query)
    except saml.Untrusted:
        raise RequestRefused("saml.bad_message") from None
    relay = found.relay
    if relay is not None and (len(relay.encode()) > LONGEST_RELAY or not relay.isprintable()):
        raise RequestRefused("saml.bad_relay_state")
    return found


def genuine(
    found: Received, keys: tuple[saml.Certificate, ...], allowed: saml.Algorithms
) -> Element:
    """The message as its signature proves it, by *keys* of metadata alone; else `Untrusted`."""
    if found.query is None:
        return saml.genuine(found.root, keys, allowed)
    saml.verify_query(found.query, found.name, keys, allowed)
    return found.root


def _redirected(query: str) -> Received:
    name = "SAMLResponse" if "SAMLResponse=" in query else "SAMLRequest"
    read = saml.read_query(query, name)
    root = saml.message(saml.inflated(read.message))
    # Bindings 3.4.4.1: by redirect the signature stands beside the message, never inside.
    if root.find(saml.SIGNATURE) is not None:
        raise saml.Untrusted("wrapped")
    signed = read.signed or "SigAlg=" in query
    return Received(root=root, name=name, relay=read.relay_state, query=query, signed=signed)


def _posted(raw: RawRequest) -> Received:
    if raw.content_type != FORM:
        raise saml.Untrusted("malformed")
    form = _form(raw.body.decode("ascii", errors="replace"))
    named = [name for name in ("SAMLRequest", "SAMLResponse") if name in form]
    if len(named) != 1:
        raise saml.Untrusted("malformed")
    root = saml.message(saml.unbased(form[named[0]]))
    signed = next(root.iter(saml.SIGNATURE), None) is not None
    relay = form.get("RelayState")
    return Received(root=root, name=named[0], relay=relay, query=None, signed=signed)


def _form(text: str) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST)
    except ValueError:
        raise saml.Untrusted("malformed") from None
    # The one may be verified and the other used.
    if len({name for name, _ in pairs}) != len(pairs):
        raise saml.Untrusted("repeated")
    return dict(pairs)
