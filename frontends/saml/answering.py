"""Sends an answer to a service: a form that posts itself, signed and hidden as it asked."""

import base64
import zlib
from collections.abc import Mapping, Sequence
from typing import Final

from lxml import etree
from satosa.response import Response

from hub import posting, saml

from .book import Sp
from .declared import Algorithm
from .documents import Element
from .keys import SamlKeys
from .names import SAML, q

_METHODS: Final[Mapping[Algorithm, tuple[str, str]]] = {
    "rsa-sha256": ("rsa", saml.RSA_SHA256),
    "rsa-pss-sha256": ("rsa", saml.PSS_SHA256),
    "ecdsa-sha256": ("ec", saml.ECDSA_SHA256),
}


class Sealer:
    """Signs and hides by what one service wants; nothing of it is kept for the next."""

    def __init__(self, keys: SamlKeys) -> None:
        self._keys = keys

    def seal(self, response: Element, assertion: Element, sp: Sp) -> None:
        """Put *assertion* into *response*, each signed where the service wants it."""
        if sp.declared.sign in ("both", "assertion"):
            self.sign(assertion, sp)
        if sp.hiding is None:
            response.append(assertion)
        else:
            # Signed first, then hidden: what is inside is proved to whoever opens it.
            # Away from its future parents: what it is hidden with must name its own namespaces.
            holder = etree.Element("holder")
            holder.append(assertion)
            how = sp.hiding
            hidden = saml.encrypted(assertion, how.reader, how.cipher, how.transport)
            etree.SubElement(response, q(SAML, "EncryptedAssertion")).append(hidden)
        if sp.declared.sign in ("both", "response"):
            self.sign(response, sp)

    def sign(self, element: Element, sp: Sp) -> None:
        kind, method = _METHODS[sp.declared.algorithm]
        saml.sign(element, self._keys.signing[kind], method)

    def signed_query(self, name: str, element: Element, relay: str | None, sp: Sp) -> str:
        kind, method = _METHODS[sp.declared.algorithm]
        return saml.signed_query(
            name, _deflated(etree.tostring(element)), relay, self._keys.signing[kind], method
        )


class Post:
    """The page that carries a message to a service by its browser."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._page = posting.PostingPage(languages)

    def give(
        self, address: str, fields: Mapping[str, str | None], sp: Sp, languages: Sequence[str]
    ) -> Response:
        every = [address, *(each.address for each in sp.entity.consumers)]
        page = self._page.drawn(
            posting.Posting(
                address=address,
                fields={name: text for name, text in fields.items() if text is not None},
                origins=posting.origins_of(every),
                languages=languages,
            )
        )
        return Response(page.html, headers=[*page.headers], content="text/html; charset=utf-8")


def encoded(element: Element) -> str:
    return base64.b64encode(etree.tostring(element)).decode()


def _deflated(xml: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packer.compress(xml) + packer.flush()).decode()
