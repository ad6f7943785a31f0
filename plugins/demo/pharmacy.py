"""A native application's side of OpenID Connect (RFC 8252): an honest relying party on Authlib."""

import secrets
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hub import value

SCOPE: Final = "openid profile national_id profession situation"
_SKEW: Final = 60


class Failed(Exception):
    """Nothing was opened; `why` is a key of the catalogue, after `desktop.failed.`."""

    def __init__(self, why: str, **told: str) -> None:
        super().__init__(why)
        self.why = why
        self.told = told


@value
class Begun:
    """A sign-in on its way through the browser."""

    address: str
    redirect_uri: str
    state: str
    nonce: str
    verifier: str = field(repr=False)


@value
class Visit:
    """Somebody who is signed in to this application."""

    claims: Mapping[str, Any]
    id_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


class Pharmacy:
    def __init__(
        self, issuer: str, client_id: str, client: type[OAuth2Session] = OAuth2Session
    ) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client = client(
            client_id=client_id,
            scope=SCOPE,
            token_endpoint_auth_method="none",  # noqa: S106 - a name
            revocation_endpoint_auth_method="none",
            code_challenge_method="S256",
            default_timeout=10,
        )
        self._known: Mapping[str, Any] = {}

    def close(self) -> None:
        self._client.close()

    def begin(self, redirect_uri: str, rpps: str | None) -> Begun:
        """*rpps*: the precise person this act needs."""
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        asked = {"login_hint": rpps} if rpps else {}
        self._client.redirect_uri = redirect_uri
        address, state = self._client.create_authorization_url(
            self._at("authorization_endpoint"), code_verifier=verifier, nonce=nonce, **asked
        )
        return Begun(
            address=address,
            redirect_uri=redirect_uri,
            state=state,
            nonce=nonce,
            verifier=verifier,
        )

    def finish(self, begun: Begun, answer: Mapping[str, str], rpps: str | None) -> Visit:
        """What the browser brought becomes a visit, or `Failed`: nothing in between."""
        # RFC 9700 4.4: another provider's answer, or another sign-in's, is never redeemed.
        if answer.get("state") != begun.state or answer.get("iss") != self._issuer:
            raise Failed("forged")
        if "error" in answer:
            raise Failed("refused", error=answer["error"])
        token = self._asked(
            lambda: self._client.fetch_token(
                self._at("token_endpoint"),
                grant_type="authorization_code",
                code=answer.get("code", ""),
                redirect_uri=begun.redirect_uri,
                code_verifier=begun.verifier,
            )
        )
        claims = {**self._facts(), **self._verified(token["id_token"], begun.nonce)}
        found = str(claims.get("rpps", ""))
        # login_hint is a wish: whoever signs in may be somebody else, so look.
        if rpps and found != rpps:
            raise Failed("other", found=found, rpps=rpps)
        return Visit(
            claims=claims, id_token=token["id_token"], refresh_token=token["refresh_token"]
        )

    def refresh(self, visit: Visit) -> Visit | None:
        """`None`: the session at the portal is over."""
        try:
            token = self._asked(
                lambda: self._client.refresh_token(
                    self._at("token_endpoint"), refresh_token=visit.refresh_token
                )
            )
        except Failed as failed:
            if failed.why == "refused":
                return None
            raise
        again = self._verified(token["id_token"], None)
        if again["sub"] != visit.claims["sub"]:
            # OpenID Connect Core 12.2: a refresh never changes the person.
            raise Failed("forged")
        return Visit(
            claims={**visit.claims, **again},
            id_token=token["id_token"],
            refresh_token=token["refresh_token"],
        )

    def forget(self, visit: Visit) -> None:
        """The tokens are worth nothing any more; the portal's session lasts."""
        form = {"token": visit.refresh_token, "client_id": self._client_id}
        self._asked(lambda: self._post("revocation_endpoint", form))

    def leaving(self, visit: Visit, return_to: str) -> str:
        """Where the browser goes so that everything is closed."""
        asked = {
            "id_token_hint": visit.id_token,
            "post_logout_redirect_uri": return_to,
            "client_id": self._client_id,
        }
        return f"{self._at('end_session_endpoint')}?{urlencode(asked)}"

    def _facts(self) -> Mapping[str, Any]:
        address = self._at("userinfo_endpoint")
        facts: Mapping[str, Any] = self._asked(lambda: _json(self._client.get(address)))
        return facts

    def _verified(self, token: str, nonce: str | None) -> Mapping[str, Any]:
        keys = self._asked(
            lambda: _json(self._client.get(self._at("jwks_uri"), withhold_token=True))
        )
        wanted: dict[str, Any] = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client_id},
            "exp": {"essential": True},
            "sub": {"essential": True},
        }
        if nonce is not None:
            wanted["nonce"] = {"essential": True, "value": nonce}
        try:
            read = jwt.decode(token, KeySet.import_key_set(keys), ["RS256"])
            jwt.JWTClaimsRegistry(leeway=_SKEW, **wanted).validate(read.claims)
        except (JoseError, ValueError):
            raise Failed("forged") from None
        return read.claims

    def _at(self, name: str) -> str:
        if not self._known:
            address = f"{self._issuer}/.well-known/openid-configuration"
            self._known = self._asked(lambda: _json(self._client.get(address, withhold_token=True)))
            if self._known.get("issuer") != self._issuer:
                raise Failed("forged")
        return str(self._known[name])

    def _post(self, name: str, form: Mapping[str, str]) -> None:
        self._client.post(self._at(name), data=form, withhold_token=True).raise_for_status()

    def _asked(self, ask: Any) -> Any:
        try:
            return ask()
        except requests.RequestException:
            raise Failed("unreachable") from None
        except AuthlibBaseError as refused:
            raise Failed("refused", error=str(refused.error)) from None


def _json(answer: requests.Response) -> Any:
    answer.raise_for_status()
    return answer.json()
