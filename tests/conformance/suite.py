"""One module's view of the hub: a browser of its own, and a client of its own, on plain HTTP."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from tests.conformance.site import CALLBACK
from tests.conformance.target import LOGIN, PASSWORD, SECRETS, Target
from tests.flows.browser import Browser, Page
from tests.flows.steps import with_password

DISCOVERY = "/.well-known/openid-configuration"
registry = JWSRegistry(algorithms=["RS256", "PS256", "ES256", "EdDSA"])
_FOREIGN = {"Origin": "https://elsewhere.test", "Sec-Fetch-Site": "cross-site"}

Told = Mapping[str, str]


class Visitor(Browser):
    def posted(self, address: str, fields: Mapping[str, str]) -> Page:
        """A form that a page of another site sends to *address*."""
        answer = self._client.post(address, data=dict(fields), headers=_FOREIGN)
        return Page(
            address=str(answer.url),
            status=answer.status_code,
            text=answer.text,
            headers=dict(answer.headers),
        )


class Suite:
    def __init__(self, target: Target, client: str = "first", mode: str = "query") -> None:
        """*mode*: by which response mode answers shall come."""
        self.target = target
        self.client = client
        self.mode = mode
        self.callback = f"{target.origin}{CALLBACK}"
        self.http = httpx.Client(verify=target.trust)
        self.browser = Visitor({}, transport=httpx.HTTPTransport(verify=target.trust))
        self.known: Mapping[str, Any] = self.http.get(f"{target.issuer}{DISCOVERY}").json()
        self.verifier: str | None = None

    def with_pkce(self) -> None:
        """From now on a challenge is sent, and its verifier with the code."""
        self.verifier = secrets.token_urlsafe(48)

    def close(self) -> None:
        self.http.close()
        self.browser.close()

    def request(self, **asked: str | None) -> dict[str, str]:
        """A right authorization request with *asked* changed; `None` leaves a parameter out."""
        given: dict[str, str | None] = {
            "client_id": self.client,
            "redirect_uri": self.callback,
            "response_type": "code",
            "scope": "openid",
            "state": secrets.token_urlsafe(12),
            "nonce": secrets.token_urlsafe(12),
            **self._challenge(),
            "response_mode": None if self.mode == "query" else self.mode,
            **asked,
        }
        return {name: text for name, text in given.items() if text is not None}

    def _challenge(self) -> dict[str, str]:
        if self.verifier is None:
            return {}
        return {"code_challenge": digest(self.verifier), "code_challenge_method": "S256"}

    def ask(self, **asked: str | None) -> Page:
        """Where the browser comes to rest; a form that answers the service is sent, as its
        script would."""
        return self.answering(self.browser.open(self.address(**self.request(**asked))))

    def address(self, **asked: str) -> str:
        return f"{self.known['authorization_endpoint']}?{urlencode(asked)}"

    def answering(self, page: Page) -> Page:
        for form in page.forms():
            if form.action.startswith(self.target.origin):
                return self.browser.submit(form)
        return page

    def at_the_hub(self, page: Page) -> bool:
        return page.address.startswith(self.target.issuer)

    def asks_password(self, page: Page) -> bool:
        return self.at_the_hub(page) and page.has("identifier")

    def typed(self, page: Page, password: str = PASSWORD) -> Page:
        return self.answering(with_password(self.browser, page, LOGIN, password))

    def told(self, page: Page, **asked: str | None) -> Told:
        """What came back to the service, by the mode that was asked; the answer is the hub's."""
        assert page.address.startswith(self.callback), (page.address, page.status, page.words)
        came = json.loads(page.text)
        by_form = asked.get("response_mode", self.mode) == "form_post"
        assert came["method"] == ("POST" if by_form else "GET")
        sent, silent = ("form", "query") if by_form else ("query", "form")
        assert came[silent] == {}
        told = {name: text for name, [text] in came[sent].items()}
        # RFC 9207: who answers is said in every answer, errors included.
        assert told["iss"] == self.target.issuer
        return told

    def signed_in(self, **asked: str | None) -> Told:
        """Answered for somebody who types a password where one is asked."""
        page = self.ask(**asked)
        page = self.typed(page) if self.asks_password(page) else page
        return self.told(self.agreed(page) if self.at_the_hub(page) else page, **asked)

    def agreed(self, page: Page) -> Page:
        """To what the service shall learn, where that is asked."""
        waits = [form for form in page.forms() if "/do/" in form.action and form.asks("begin")]
        page = self.browser.submit(waits[0]) if waits else page
        form = page.form(asking="agree")
        return self.answering(self.browser.submit(form, {"agree": "yes"}))

    def code(self, **asked: str | None) -> str:
        told = self.signed_in(**asked)
        assert "error" not in told, told
        return told["code"]

    def error(self, **asked: str | None) -> str:
        """The error told to the service, without any page and with its own state."""
        asked = {"state": "the state", **asked}
        told = self.told(self.ask(**asked), **asked)
        assert "code" not in told
        assert told.get("state") == asked["state"]
        assert told.get("error_description", "").isascii()
        return told["error"]

    def token(self, **form: str | None) -> httpx.Response:
        sent = {name: text for name, text in form.items() if text is not None}
        auth = httpx.BasicAuth(self.client, SECRETS[self.client].replace(" ", "+"))
        return self.http.post(self.known["token_endpoint"], data=sent, auth=auth)

    def redeem(self, code: str, **form: str | None) -> httpx.Response:
        given = {"redirect_uri": self.callback, "code_verifier": self.verifier, "code": code}
        return self.token(**{"grant_type": "authorization_code", **given, **form})

    def tokens(self, **asked: str | None) -> Mapping[str, Any]:
        """A whole flow, whose answer is as the standard wants it."""
        answer = self.redeem(self.code(**asked))
        assert answer.status_code == 200, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        tokens: Mapping[str, Any] = answer.json()
        assert tokens["token_type"] == "Bearer" and tokens["expires_in"] > 0
        return tokens

    def claims(self, **asked: str | None) -> Mapping[str, Any]:
        """Of the id_token of a whole flow."""
        return self.verified(self.tokens(**asked)["id_token"]).claims

    def userinfo(self, access: str) -> Mapping[str, Any]:
        answer = self.http.get(self.known["userinfo_endpoint"], headers=bearer(access))
        assert answer.status_code == 200, answer.text
        told: Mapping[str, Any] = answer.json()
        return told

    def refused(self, access: str) -> bool:
        answer = self.http.get(self.known["userinfo_endpoint"], headers=bearer(access))
        return answer.status_code == 401 and "invalid_token" in answer.headers["WWW-Authenticate"]

    def verified(self, text: str) -> jwt.Token:
        """An id_token for this client, checked as OpenID Connect Core 3.1.3.7 says."""
        token = self.signed(text)
        claims, now = token.claims, self.target.now
        assert (claims["iss"], claims["aud"]) == (self.target.issuer, self.client)
        assert claims["iat"] <= now < claims["exp"]
        assert 0 < len(claims["sub"]) <= 255 and claims["sub"].isascii()
        return token

    def signed(self, text: str) -> jwt.Token:
        """Anything the hub signed, by its published keys only."""
        keys = KeySet.import_key_set(self.http.get(self.known["jwks_uri"]).json())
        token = jwt.decode(text, keys, registry=registry)
        assert token.header["kid"] in {key.kid for key in keys.keys}
        return token


def bearer(access: str, scheme: str = "Bearer") -> dict[str, str]:
    return {"Authorization": f"{scheme} {access}"}


def digest(text: str) -> str:
    """`code_challenge` of a verifier, `ath` of an access token."""
    return _plain(hashlib.sha256(text.encode()).digest())


def half_hash(text: str) -> str:
    """`at_hash` and `c_hash` of algorithms on SHA-256."""
    return _plain(hashlib.sha256(text.encode()).digest()[:16])


def _plain(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
