"""A backend as SATOSA loads it, and whole sign-ins through it."""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import etree
from satosa.context import Context
from satosa.internal import InternalData
from satosa.response import Response
from satosa.state import State

from hub import PROVIDER_ANSWER, PROVIDER_REQUEST, Factor, ProviderAnswer, ProviderRequest, saml
from hub.saml.pysaml2 import install
from hub.testing.toolbox import MemoryToolbox
from hub_backends.saml_provider.backend import SamlProviderBackend
from hub_backends.saml_provider.settings import PROVIDER, Provider, Worth
from tests.vectors.saml.forge import PASSWORD, Element, Story, response, written
from tests.vectors.saml.keys import pair

BASE, NAME = "https://hub.test", "hospital"
IDP, SSO = "https://idp.hospital.test/metadata", "https://idp.hospital.test/sso"
ADDRESS, ENTITY = f"{BASE}/{NAME}/acs", f"{BASE}/{NAME}/metadata"
CARD = "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"
RPPS = "urn:oid:1.2.250.1.213.1.1"
SETTINGS = Provider(
    entity_id=IDP,
    title="Hospital",
    metadata="unread",
    name="displayName",
    identifiers={RPPS: "rpps"},
    attributes={"mail": "mail"},
    evidence=(
        Worth(classes=(CARD,), factors=(Factor.KNOWLEDGE, Factor.POSSESSION), amr=("sc",)),
        Worth(classes=(PASSWORD,), factors=(Factor.KNOWLEDGE,)),
    ),
)


def metadata(
    *owners: str, until: str = "", post: bool = False, wants: str = "false", entity: str = IDP
) -> bytes:
    """The provider's, with the keys of *owners*."""
    keys = "".join(
        '<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
        f"{pair(owner).bare}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for owner in owners or ("idp",)
    )
    binding = "HTTP-POST" if post else "HTTP-Redirect"
    valid = f' validUntil="{until}"' if until else ""
    return (
        f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_metadata"'
        f' xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{entity}"{valid}>'
        f'<md:IDPSSODescriptor WantAuthnRequestsSigned="{wants}"'
        f' protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}'
        f'<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}"'
        f' Location="{SSO}"/></md:IDPSSODescriptor></md:EntityDescriptor>'
    ).encode()


class Site:
    """One provider and the backend towards it; `changes` are the operator's settings."""

    def __init__(self, xml: bytes | None = None, own: str = "sp", **changes: Any) -> None:
        install()
        self.toolbox = MemoryToolbox("saml_provider")
        self.time = self.toolbox.time
        self.settings = replace(SETTINGS, **changes)
        keys = [
            {"private": pair(each).private.decode(), "certificate": pair(each).public.decode()}
            for each in own.split()
        ]
        config = {
            "provider": PROVIDER.dump_python(self.settings, mode="json"),
            "keys": keys,
            "metadata": (xml if xml is not None else metadata()).decode(),
        }
        self.backend = SamlProviderBackend(_came_back, _ATTRIBUTES, config, BASE, NAME)
        self.backend.bind(self.toolbox)

    def begin(self, request: ProviderRequest | None = None) -> tuple[Response, State]:
        """Where the browser is sent, and what the hub remembers of it."""
        context = Context()
        context.state = State()
        if request is not None:
            context.decorate(PROVIDER_REQUEST, request)
        return self.backend.start_auth(context, InternalData()), context.state

    def story(self, state: State, **told: Any) -> Story:
        """An honest answer to that request, but for what is *told*."""
        honest = Story(
            now=self.time(),
            request=state[NAME]["request"],
            issuer=IDP,
            address=ADDRESS,
            audience=ENTITY,
            attributes={RPPS: "99700000001", "displayName": "Ann Martin", "mail": "ann@test"},
        )
        return replace(honest, **told)

    def finish(self, state: State, posted: Element | bytes) -> ProviderAnswer:
        """Raise what the backend raises."""
        text = posted if isinstance(posted, bytes) else written(posted)
        context = Context()
        context.state, context.request_method = state, "POST"
        context.request = {"SAMLResponse": base64.b64encode(text).decode()}
        self.backend.authn_response(context, "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST")
        found = context.get_decoration(PROVIDER_ANSWER)
        assert isinstance(found, ProviderAnswer)
        return found

    def sign_in(self, request: ProviderRequest | None = None, **told: Any) -> ProviderAnswer:
        _, state = self.begin(request)
        return self.finish(state, response(self.story(state, **told)))


_ATTRIBUTES: Mapping[str, Any] = {"attributes": {"mail": {"saml": ["mail"]}}}


def asked(sent: Response) -> Element:
    """The AuthnRequest in a redirect."""
    query = parse_qs(urlsplit(dict(sent.headers)["Location"]).query)
    text = zlib.decompress(base64.b64decode(query["SAMLRequest"][0]), -15)
    root: Element = etree.fromstring(text)
    return root


def query_of(sent: Response) -> str:
    return str(dict(sent.headers)["Location"]).partition("?")[2]


def verify(sent: Response, owner: str = "sp") -> None:
    saml.verify_query(query_of(sent), "SAMLRequest", [pair(owner).certificate])


def _came_back(context: Context, told: InternalData) -> Response:
    return Response("back")
