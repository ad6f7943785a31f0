"""The simulator's protocol: Authlib's authorization server with its grants."""

import hmac
from dataclasses import dataclass, field
from typing import Any, Final

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, OpenIDToken

from .memory import Memory, Session
from .settings import Registered, Simulated
from .tokens import Tokens

SECRET_METHODS: Final = ["client_secret_basic", "client_secret_post"]


class Client(ClientMixin):  # type: ignore[misc]
    """A registered party, as Authlib asks about one."""

    def __init__(self, registered: Registered) -> None:
        self.client_id = registered.client_id
        self.registered = registered
        self.client_metadata = {
            "post_logout_redirect_uris": list(registered.post_logout_redirect_uris)
        }

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope or ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.registered.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return hmac.compare_digest(client_secret.encode(), self.registered.client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in SECRET_METHODS

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in ("authorization_code", "refresh_token")


@dataclass
class Code:
    session: Session
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str | None
    until: int
    code_challenge: str | None = field(repr=False)
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


@dataclass
class Token:
    """An access token with its refresh token."""

    session: Session
    client_id: str
    scope: str
    nonce: str | None
    until: int
    refresh_until: int

    def get_scope(self) -> str:
        return self.scope

    def check_client(self, client: Client) -> bool:
        return client.client_id == self.client_id


class Server(AuthorizationServer):  # type: ignore[misc]
    def __init__(self, simulated: Simulated, memory: Memory, tokens: Tokens) -> None:
        super().__init__()
        self.simulated = simulated
        self.memory = memory
        self.tokens = tokens
        self.load_config(
            {
                "OAUTH2_ACCESS_TOKEN_GENERATOR": self._access,
                "OAUTH2_REFRESH_TOKEN_GENERATOR": True,
                "OAUTH2_TOKEN_EXPIRES_IN": {
                    "authorization_code": simulated.lifetimes.access,
                    "refresh_token": simulated.lifetimes.access,
                },
            }
        )
        self.register_grant(CodeGrant, [IdToken(), S256()])
        self.register_grant(RefreshGrant, [RefreshedIdToken()])

    def query_client(self, client_id: str) -> Client | None:
        registered = self.simulated.client(client_id)
        return Client(registered) if registered else None

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        lifetimes, now, session = self.simulated.lifetimes, self.memory.now(), request.user
        saved = Token(
            session=session,
            client_id=request.client.client_id,
            scope=token["scope"],
            nonce=(request.authorization_code or request.refresh_token).nonce,
            until=now + lifetimes.access,
            refresh_until=now + lifetimes.refresh,
        )
        session.seen = now
        session.told.add(saved.client_id)
        self.memory.keep(self.memory.access, token["access_token"], saved)
        self.memory.keep(self.memory.refresh, token["refresh_token"], saved)
        token["refresh_expires_in"] = lifetimes.refresh
        token["not-before-policy"] = 0
        token["session_state"] = session.id

    def living(self, session: Session | None) -> bool:
        if session is None or session.id not in self.memory.sessions:
            return False
        lifetimes, now = self.simulated.lifetimes, self.memory.now()
        return now < session.at + lifetimes.session and now < session.seen + lifetimes.idle

    def _access(self, client: Client, grant_type: str, user: Session, scope: str) -> str:
        return self.tokens.access(user, client.client_id, scope)


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = SECRET_METHODS

    def save_authorization_code(self, code: str, request: Any) -> None:
        memory, asked = self.server.memory, request.payload.data
        saved = Code(
            session=request.user,
            client_id=request.client.client_id,
            redirect_uri=request.payload.redirect_uri,
            scope=request.scope,
            nonce=asked.get("nonce"),
            until=memory.now() + self.server.simulated.lifetimes.code,
            code_challenge=asked.get("code_challenge"),
            code_challenge_method=asked.get("code_challenge_method"),
        )
        memory.keep(memory.codes, code, saved)

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        memory = self.server.memory
        # Taken here, not when all is well: RFC 6749 4.1.2, a code is used at most once.
        saved: Code | None = memory.take(memory.codes, code)
        if saved is None or saved.client_id != client.client_id or memory.now() >= saved.until:
            return None
        return saved

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Gone already."""

    def authenticate_user(self, authorization_code: Code) -> Session | None:
        session = authorization_code.session
        return session if self.server.living(session) else None


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = SECRET_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        memory = self.server.memory
        saved: Token | None = memory.take(memory.refresh, refresh_token)
        return saved if saved and memory.now() < saved.refresh_until else None

    def authenticate_user(self, refresh_token: Token) -> Session | None:
        return refresh_token.session if self.server.living(refresh_token.session) else None

    def revoke_old_credential(self, refresh_token: Token) -> None:
        """Gone already."""


class IdToken(OpenIDCode):  # type: ignore[misc]
    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return False

    def process_token(self, grant: Any, response: tuple[int, dict[str, Any], Any]) -> None:
        _put_id_token(grant, response[1])


class RefreshedIdToken(OpenIDToken):  # type: ignore[misc]
    def process_token(self, grant: Any, response: tuple[int, dict[str, Any], Any]) -> None:
        _put_id_token(grant, response[1])


class S256(CodeChallenge):  # type: ignore[misc]
    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]


def _put_id_token(grant: Any, token: dict[str, Any]) -> None:
    asked = grant.request
    if "openid" in token["scope"].split():
        nonce = (asked.authorization_code or asked.refresh_token).nonce
        token["id_token"] = grant.server.tokens.id_token(asked.user, asked.client.client_id, nonce)
