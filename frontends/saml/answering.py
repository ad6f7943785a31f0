"""Sends an answer to a service: a form that posts itself, signed and hidden as it asked."""

import base64
import zlib
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import etree
from markupsafe import Markup
from satosa.response import Response

from hub import saml

from .book import Sp
from .declared import Algorithm
from .documents import Element
from .keys import SamlKeys
from .names import SAML, q

HERE: Final = Path(__file__).parent
_METHODS: Final[Mapping[Algorithm, tuple[str, str]]] = {
    "rsa-sha256": ("rsa", saml.RSA_SHA256),
    "rsa-pss-sha256": ("rsa", saml.PSS_SHA256),
    "ecdsa-sha256": ("ec", saml.ECDSA_SHA256),
}
_SCRIPT: Final = "document.forms[0].submit()"
_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:1.125rem/1.5 system-ui,sans-serif;margin:0;background:Canvas;color:CanvasText}"
    "main{max-width:36rem;margin:4rem auto;padding:0 1rem}"
    "h1{font-size:1.5rem}"
    "button{font:inherit;padding:.75rem 1.5rem;min-height:2.75rem}"
)


class Sealer:
    """Signs and hides by what one service wants; nothing of it is kept for the next."""

    def __init__(self, keys: SamlKeys) -> None:
        self._keys = keys

    def seal(self, response: Element, assertion: Element, sp: Sp) -> None:
        """Put *assertion* into *response*, each signed where the service wants it."""
        if sp.declared.sign in ("both", "assertion"):
            self.sign(assertion, sp)
        if sp.cipher is None:
            response.append(assertion)
        else:
            # Signed first, then hidden: what is inside is proved to whoever opens it.
            # Away from its future parents: what it is hidden with must name its own namespaces.
            holder = etree.Element("holder")
            holder.append(assertion)
            hidden = saml.encrypted(assertion, sp.entity.encryption[0], sp.cipher)
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
    """The page seen for a moment, or with a button by whoever runs no script."""

    def __init__(self, languages: Sequence[str]) -> None:
        files = FileSystemLoader(HERE / "templates")
        pages = Environment(loader=files, autoescape=True, undefined=StrictUndefined)
        self._page = pages.get_template("post.html")
        self._words = {each: found for each in languages if (found := _catalogue(each))}

    def give(
        self, address: str, fields: Mapping[str, str | None], sp: Sp, languages: Sequence[str]
    ) -> Response:
        wishes = (*languages, *self._words)
        language = next(each for each in wishes if each in self._words)
        page = self._page.render(
            language=language,
            t=self._words[language],
            address=address,
            fields=[(name, text) for name, text in fields.items() if text is not None],
            style=Markup(_STYLE),  # noqa: S704 - ours, and named by its hash
            script=Markup(_SCRIPT),  # noqa: S704
        )
        headers = [
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", _policy(address, sp)),
        ]
        return Response(page, headers=headers, content="text/html; charset=utf-8")


def encoded(element: Element) -> str:
    return base64.b64encode(etree.tostring(element)).decode()


def wished(accepted: str) -> list[str]:
    """The browser's languages, in its order."""
    tags = [each.partition(";")[0].strip() for each in accepted.split(",")]
    return list(dict.fromkeys(tag.partition("-")[0].lower() for tag in tags[:20]))


def _deflated(xml: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packer.compress(xml) + packer.flush()).decode()


def _policy(address: str, sp: Sp) -> str:
    # Chromium checks `form-action` again where the service redirects to: any place of its own.
    every = [address, *(each.address for each in sp.entity.consumers)]
    origins = " ".join(sorted({origin for each in every if (origin := _origin(each))}))
    return (
        f"default-src 'none'; script-src {_hashed(_SCRIPT)}; style-src {_hashed(_STYLE)}; "
        f"form-action {origins}; frame-ancestors 'none'; base-uri 'none'"
    )


def _origin(address: str) -> str | None:
    parts = urlsplit(address)
    # Anything else would end the directive and begin another.
    plain = all(each.isalnum() or each in ".-:_" for each in parts.netloc)
    return f"{parts.scheme}://{parts.netloc}" if plain and parts.netloc else None


def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


def _catalogue(language: str) -> Mapping[str, str]:
    file = HERE / "locale" / f"{language}.po"
    if not file.is_file():
        return {}
    with file.open("rb") as text:
        return {str(each.id): str(each.string) for each in read_po(text) if each.id}
