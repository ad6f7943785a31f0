"""The token endpoint and revocation, on Authlib's grants."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from authlib.oauth2 import AuthorizationServer, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7636 import CodeChallenge
from satosa.response import Response

from hub import value

from . import profile
from .access_tokens import AccessTokens, InvalidTargetError
from .answers import answered
from .clients import Client
from .granted import Grant, Issued
from .grants import GrantBook
from .id_tokens import IdTokens
from .lives import Life, Living
from .refresh_grace import Successor

VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@value
class Bearer:
    """What a grant is presented as to Authlib, which asks it about itself."""

    grant: Grant

    @property
    def code_challenge(self) -> str:
        return self.grant.challenge

    @property
    def code_challenge_method(self) -> str:
        return "S256"

    def get_redirect_uri(self) -> str:
        return self.grant.redirect_uri

    def get_scope(self) -> str:
        return self.grant.scope

    def check_client(self, client: Client) -> bool:
        return self.grant.client == client.id


class TokenRequest(OAuth2Request):
    """A form whose client has already authenticated."""

    def __init__(self, form: Mapping[str, str], client: Client, key: str | None) -> None:
        # Authlib looks at the address only to insist on https, which the settings already do.
        super().__init__("POST", "https://hub/oidc/token")
        self.payload = BasicOAuth2Payload(dict(form))
        self.client = client
        self.key = key
        """The key the caller has just proved to hold: a thumbprint."""
        self.auth_method = client.declared.token_endpoint_auth_method

    @property
    def form(self) -> dict[str, str]:
        return dict(self.payload.data)


class CodeGrant(AuthorizationCodeGrant):
    def query_authorization_code(self, code: str, client: Client) -> Bearer | None:
        grant = self.server.book.redeem(code, client.id)
        # A telephone's code comes without redirect_uri: it has a grant of its own.
        fit = grant if grant and grant.life is Life.SESSION else None
        return self.server.alive(fit, self.request)

    def authenticate_user(self, authorization_code: Bearer) -> Grant:
        return authorization_code.grant

    def delete_authorization_code(self, authorization_code: Bearer) -> None:
        """Taken already, when it was found."""

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        status, token, headers = super().create_token_response()
        grant = self.request.authorization_code.grant
        return status, self.server.with_id_token(token, self.client, grant, first=True), headers


class RefreshGrant(RefreshTokenGrant):
    @property
    def INCLUDE_NEW_REFRESH_TOKEN(self) -> bool:
        return profile.rotates(self.client.declared)

    def authenticate_refresh_token(self, refresh_token: str) -> Bearer | None:
        grant = self.server.book.of_refresh(refresh_token, self.client.id)
        return self.server.alive(grant, self.request)

    def issue_token(self, user: Grant, refresh_token: Bearer) -> dict[str, Any]:
        # Made once, told twice: the first answer never arrived.
        again = user.again
        return (
            self.server.told(again, user.key) if again else super().issue_token(user, refresh_token)
        )

    def authenticate_user(self, refresh_token: Bearer) -> Grant:
        return refresh_token.grant

    def revoke_old_credential(self, refresh_token: Bearer) -> None:
        """Spent in the transaction that kept the new one."""

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        status, token, headers = super().create_token_response()
        grant = self.request.refresh_token.grant
        return status, self.server.with_id_token(token, self.client, grant, first=False), headers


class S256Only(CodeChallenge):
    """Authlib takes and defaults to `plain`, and calls a wrong verifier an invalid request."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_verifier(self, grant: CodeGrant, result: None) -> None:
        verifier = grant.request.form.get("code_verifier", "")
        if not grant.request.authorization_code.code_challenge:
            # RFC 9700 4.8.2: an attacker took the challenge away; the honest client shows it here.
            if verifier or grant.client.declared.pkce == "required":
                raise InvalidGrantError("no code_challenge was sent")
            return
        if not VERIFIER.fullmatch(verifier):
            raise InvalidGrantError("no valid code_verifier")
        super().validate_code_verifier(grant, result)


def token_type(key: str | None) -> str:
    return "Bearer" if key is None else "DPoP"


class TokenServer(AuthorizationServer):
    def __init__(
        self, book: GrantBook, id_tokens: IdTokens, living: Living, access_tokens: AccessTokens
    ) -> None:
        super().__init__()
        self.book = book
        self._id_tokens = id_tokens
        self._living = living
        self.access_tokens = access_tokens
        self.register_grant(CodeGrant, [S256Only(required=True)])
        self.register_grant(RefreshGrant)

    def respond(self, form: Mapping[str, str], client: Client, key: str | None = None) -> Response:
        if "grant_type" not in form:
            return self.handle_error_response(None, InvalidRequestError("grant_type is missing"))
        resource = form.get("resource")
        if resource is not None and not self.access_tokens.knows(client, resource):
            return self.handle_error_response(None, InvalidTargetError())
        return self.create_token_response(TokenRequest(form, client, key))

    def alive(self, grant: Grant | None, request: TokenRequest) -> Bearer | None:
        """Nothing is given for a session that has ended, idled out or grown too old."""
        if grant is None or not self._living.holds(grant):
            return None
        # RFC 9449 10: a stolen code, or refresh token, is of no use without the key.
        if grant.key not in (None, request.key):
            return None
        grant = replace(grant, key=request.key)
        asked = request.form.get("resource")
        return Bearer(grant=self.access_tokens.narrowed(request.client, grant, asked))

    def with_id_token(
        self, token: dict[str, Any], client: Client, grant: Grant, *, first: bool
    ) -> dict[str, Any]:
        if "openid" not in grant.scope.split():
            return token
        # OIDC Core 12.2: a refreshed id_token carries the old auth_time and no nonce.
        nonce = grant.frozen.nonce if first else None
        written = self._id_tokens.write(client, grant.frozen, token["access_token"], nonce)
        return {**token, "id_token": written}

    def authenticate_client(
        self, request: TokenRequest, methods: list[str], endpoint: str = "token"
    ) -> Client:
        """Done before Authlib sees the request: `client_authentication`."""
        return request.client

    def generate_token(
        self, client: Client, user: Grant, scope: str, include_refresh_token: bool, **_: Any
    ) -> dict[str, Any]:
        lifetime = client.declared.access_token_lifetime
        token = {
            "access_token": self.access_tokens.write(client, user, scope),
            "token_type": token_type(user.key),
            "expires_in": int(lifetime.total_seconds()),
            "scope": scope,
        }
        match user.life:
            case Life.SESSION:
                lasts = client.declared.refresh_tokens
            case Life.DEVICE:
                lasts = True
            case Life.CLIENT:
                lasts = False
        if include_refresh_token and lasts:
            token["refresh_token"] = secrets.token_urlsafe(32)
        return token

    def told(self, again: Successor, key: str | None) -> dict[str, Any]:
        """The tokens of an answer that was lost."""
        return {
            "access_token": again.access,
            "token_type": token_type(key),
            "expires_in": max(again.until - self.book.now(), 0),
            "scope": again.scope,
            "refresh_token": again.refresh,
        }

    def save_token(self, token: Mapping[str, Any], request: TokenRequest) -> None:
        bearer = request.authorization_code or request.refresh_token
        if bearer.grant.again:
            return
        grant, declared = bearer.grant, request.client.declared
        spent = request.form.get("refresh_token") if request.refresh_token else None
        public = declared.token_endpoint_auth_method == "none"  # noqa: S105 - a name
        issued = Issued(
            access=token["access_token"],
            access_scope=token["scope"],
            access_lifetime=declared.access_token_lifetime,
            refresh=token.get("refresh_token"),
            spends=spent if profile.rotates(declared) else None,
            # RFC 9449 5: of a public client nothing else says that it is the same.
            refresh_key=grant.key if public or grant.life is Life.DEVICE else None,
            audience=self.access_tokens.audience(request.client, grant),
        )
        if not self.book.issue(grant, issued):
            raise InvalidGrantError("the refresh token was used already")

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: TokenRequest) -> TokenRequest:
        return request

    def handle_response(
        self, status: int, body: Mapping[str, Any], headers: list[tuple[str, str]]
    ) -> Response:
        return answered(body, status=f"{status} {'OK' if status == 200 else 'Bad Request'}")

    def handle_error_response(self, request: TokenRequest | None, error: OAuth2Error) -> Response:
        return self.handle_response(*error())
