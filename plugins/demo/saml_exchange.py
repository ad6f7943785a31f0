"""python3-saml as one demo service uses it: what it believes, and what it leaves to us."""

import zlib
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Final

import flask
import requests
import xmlsec
from lxml import etree
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.logout_request import OneLogin_Saml2_Logout_Request

from .saml_claims import CONTEXT, INSTANT
from .saml_party import SamlParty, toolkit_settings

UNREADABLE: Final = (
    OneLogin_Saml2_Error,
    OneLogin_Saml2_ValidationError,
    etree.LxmlError,
    xmlsec.Error,
    zlib.error,
    ValueError,
    TypeError,
    AttributeError,
)
"""What python3-saml raises at a message that is none."""
_FRESH: Final = 3600
_KEPT: Final = 1000


class Exchange(OneLogin_Saml2_Auth):  # type: ignore[misc]
    """One request of a browser, in python3-saml's hands."""

    instant = ""

    def store_valid_response(self, response: Any) -> None:
        """Keeps what python3-saml forgets, from where it looks itself: in what was signed."""
        super().store_valid_response(response)
        statement = response._query_assertion("/saml:AuthnStatement")[0]
        self.instant = statement.get("AuthnInstant")

    def statements(self) -> dict[str, str]:
        """Everything but the attributes, most telling first."""
        contexts = self.get_last_authn_contexts()
        return {
            CONTEXT: contexts[0] if contexts else "",
            INSTANT: self.instant,
            "NameID": self.get_nameid(),
            "NameIDFormat": self.get_nameid_format() or "",
            "SessionIndex": self.get_session_index() or "",
        }

    def means(self, said: Mapping[str, str]) -> bool:
        """Whether the LogoutRequest is about the session in which that was *said*."""
        xml = self.get_last_request_xml()
        whom = OneLogin_Saml2_Logout_Request.get_nameid(xml)
        sessions = OneLogin_Saml2_Logout_Request.get_session_indexes(xml)
        return whom == said["NameID"] and said["SessionIndex"] in sessions


class Provider:
    """The hub as its metadata describes it, read again every hour."""

    def __init__(
        self, site: SamlParty, now: Callable[[], float], read: Callable[[str], bytes] | None
    ) -> None:
        self._site = site
        self._now = now
        self._read = read or _fetched
        self._lock = Lock()
        self._known: tuple[float, Mapping[str, Any]] | None = None

    def exchange(self) -> Exchange:
        """For the request being answered; raise `requests.RequestException` without the hub."""
        asked = flask.request
        scheme, _, host = self._site.address.partition("://")
        return Exchange(
            {
                # Our own address, never the Host header: Destination is compared with it.
                "https": "on" if scheme == "https" else "off",
                "http_host": host,
                "script_name": asked.path,
                "get_data": asked.args.to_dict(),
                "post_data": asked.form.to_dict(),
            },
            toolkit_settings(self._site, self._described()),
        )

    def _described(self) -> Mapping[str, Any]:
        with self._lock:
            if self._known is None or self._now() - self._known[0] >= _FRESH:
                xml = self._read(f"{self._site.issuer}/saml/metadata")
                described = OneLogin_Saml2_IdPMetadataParser.parse(xml)["idp"]
                self._known = (self._now(), described)
            return self._known[1]


class Once:
    """Names that were seen; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}
        self._lock = Lock()

    def first(self, name: str) -> bool:
        with self._lock:
            if name in self._seen:
                return False
            self._seen[name] = None
            while len(self._seen) > _KEPT:
                del self._seen[next(iter(self._seen))]
        return True


def _fetched(address: str) -> bytes:
    answer = requests.get(address, timeout=10)
    answer.raise_for_status()
    return answer.content
