"""The request a browser takes to the provider, and what is remembered of it."""

import base64
import secrets
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from saml2.authn_context import requested_authn_context
from saml2.client import Saml2Client
from saml2.samlp import NameIDPolicy
from satosa.response import Redirect, Response
from satosa.saml_util import make_saml_response

from hub import Clock, Json, ProviderRequest, saml, value

from .entity import Entity
from .faults import Fault
from .names import POST, REDIRECT
from .settings import Provider


@value
class Begun:
    """One sign-in on its way: kept by the hub, found again by `RelayState`, never shown."""

    request: str
    """The ID of the AuthnRequest."""
    oldest: datetime | None
    """A sign-in there before this moment is not what was asked; `None`: any will do."""
    classes: tuple[str, ...]

    def kept(self) -> dict[str, Json]:
        return {
            "request": self.request,
            "oldest": self.oldest.isoformat() if self.oldest else None,
            "classes": list(self.classes),
        }


def remembered(kept: object) -> Begun:
    """From `kept`, out of SATOSA's state; raise `Fault` when nobody was sent there."""
    if not isinstance(kept, dict):
        raise Fault("unasked", "nobody was sent there")
    oldest = kept["oldest"]
    return Begun(
        request=kept["request"],
        oldest=datetime.fromisoformat(oldest) if oldest else None,
        classes=tuple(kept["classes"]),
    )


def begun(request: ProviderRequest, provider: Provider, clock: Clock) -> Begun:
    asked, now = request.asked, clock()
    ages = [timedelta(0)] if asked.force else []
    ages += [asked.max_age] if asked.max_age is not None else []
    return Begun(
        # Core 1.3.4 asks for 128 bits; an xs:ID begins with no digit.
        request=f"_{secrets.token_hex(20)}",
        oldest=now - min(ages) if ages else None,
        classes=_classes(request, provider),
    )


def going(
    sp: Saml2Client,
    entity: Entity,
    carried: Begun,
    said: Mapping[str, Any],
    key: saml.SigningKey | None,
) -> Response:
    """How the browser goes there. *said*: what of the request follows from the sign-in."""
    binding, address = entity.way()
    _, request = sp.create_authn_request(address, message_id=carried.request, **said)
    relay_state = secrets.token_urlsafe(32)
    if binding == REDIRECT:
        query = _query(str(request), relay_state, key)
        return Redirect(f"{address}{'&' if '?' in address else '?'}{query}")
    text = str(request).encode()
    if key is not None:
        root = saml.message(text)
        saml.sign(root, key)
        text = saml.canonical(root)
    return make_saml_response(POST, sp.apply_binding(POST, text.decode(), address, relay_state))


def wishes(request: ProviderRequest, provider: Provider, carried: Begun) -> dict[str, Any]:
    """What the AuthnRequest says beside who asks: Core 3.4.1."""
    asked = request.asked
    said: dict[str, Any] = {"sign": False, "binding": POST, "nameid_format": ""}
    if asked.force or (asked.max_age is not None and asked.max_age <= timedelta(0)):
        said["force_authn"] = "true"
    if asked.passive:
        said["is_passive"] = "true"
    if carried.classes:
        said["requested_authn_context"] = requested_authn_context(
            list(carried.classes), comparison=provider.comparison
        )
    if provider.name_id_format:
        said["name_id_policy"] = NameIDPolicy(format=provider.name_id_format, allow_create="true")
    return said


def _query(request: str, relay_state: str, key: saml.SigningKey | None) -> str:
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    message = base64.b64encode(packing.compress(request.encode()) + packing.flush()).decode()
    if key is None:
        return urlencode({"SAMLRequest": message, "RelayState": relay_state})
    return saml.signed_query("SAMLRequest", message, relay_state, key)


def _classes(request: ProviderRequest, provider: Provider) -> tuple[str, ...]:
    for level in request.asked.acrs:
        if level in provider.classes_for:
            return provider.classes_for[level]
    return provider.classes
