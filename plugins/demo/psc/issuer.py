"""The host of the simulator that gives tokens; no browser is signed in there."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Final

from authlib.oauth2.rfc6749.errors import OAuth2Error
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oidc.rpinitiated import EndSessionEndpoint, EndSessionRequest
from flask import Flask, abort, jsonify, redirect, render_template, request
from joserfc.jwk import KeySet
from werkzeug.wrappers import Response

from .faults import Fault
from .metadata import PATH, PROTOCOL, metadata
from .provider import Provider
from .server import SECRET_METHODS, Client, Token
from .settings import REALM
from .userinfo import userinfo

LATE_ALLOWED: Final = ("logout",)


class IssuerPages:
    def __init__(self, provider: Provider, pause: Callable[[float], None]) -> None:
        self._provider = provider
        self._pause = pause
        provider.server.register_endpoint(Introspection(provider.server))
        provider.server.register_endpoint(Leaving(provider))

    def spoil(self) -> None:
        """A slow or broken server is one for every request but a person's own leaving."""
        if request.endpoint in LATE_ALLOWED:
            return
        if Fault.SLOW in self._provider.faults:
            self._pause(self._provider.faults.seconds)
        if Fault.SERVER_ERROR in self._provider.faults:
            abort(500)

    def discovery(self) -> Response:
        return jsonify(metadata(self._provider.simulated))

    def certs(self) -> Response:
        return jsonify(self._provider.keys.published())

    def token(self) -> Any:
        return self._provider.server.create_token_response()

    def introspect(self) -> Any:
        return self._provider.server.create_endpoint_response("introspection")

    def userinfo(self) -> Response:
        token = self._bearer()
        if token is None:
            refused = jsonify({"error": "invalid_token"})
            refused.status_code = 401
            refused.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
            return refused
        said = userinfo(self._provider.town, token.session)
        if Fault.SUB_MISMATCH in self._provider.faults:
            said["sub"] = "f:997c1dc8-d97b-4b1e-ac8c-8eb4471cf9dd:899700999999"
        if Fault.USERINFO_JWT in self._provider.faults:
            signed = self._provider.tokens.userinfo(said, token.client_id)
            return Response(signed, content_type="application/jwt")
        return jsonify(said)

    def logout(self) -> Any:
        """RP-Initiated Logout, but the `state` never comes back, as at the real one."""
        server = self._provider.server
        try:
            asked = server.validate_endpoint_request("end_session")
        except OAuth2Error:
            return render_template("refused.html", why="logout"), 400
        answer = server.create_endpoint_response("end_session", asked)
        return answer or render_template("closed.html", known=asked.id_token_claims is not None)

    def home(self) -> Response:
        return redirect(self._provider.simulated.wallet)

    def _bearer(self) -> Token | None:
        kind, _, string = request.headers.get("Authorization", "").partition(" ")
        memory = self._provider.server.memory
        token: Token | None = memory.access.get(string) if kind.lower() == "bearer" else None
        if token is None or memory.now() >= token.until:
            return None
        return token if self._provider.server.living(token.session) else None


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = SECRET_METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Any:
        memory = self.server.memory
        if token := memory.access.get(token_string):
            return Introspected(token, memory.now() >= token.until, "Bearer")
        if token := memory.refresh.get(token_string):
            return Introspected(token, memory.now() >= token.refresh_until, "Refresh")
        return None

    def check_permission(self, token: "Introspected", client: Client, request: Any) -> bool:
        return bool(self.server.living(token.token.session))

    def introspect_token(self, token: "Introspected") -> dict[str, Any]:
        given, session = token.token, token.token.session
        said = {
            "exp": given.until,
            "auth_time": session.at,
            "iss": self.server.simulated.issuer,
            "sub": session.persona.sub,
            "typ": token.kind,
            "azp": given.client_id,
            "session_state": session.id,
            "sid": session.id,
            "acr": "eidas1",
            "scope": given.scope,
            "client_id": given.client_id,
            "username": session.persona.national_id,
            "preferred_username": session.persona.national_id,
            "authMode": session.mode,
        }
        # Only of an access token does the real one say whose it is.
        if token.kind == "Bearer":
            said["SubjectNameID"] = session.persona.national_id
        return said


class Introspected:
    def __init__(self, token: Token, expired: bool, kind: str) -> None:
        self.token = token
        self.kind = kind
        self._expired = expired

    def is_expired(self) -> bool:
        return self._expired

    def is_revoked(self) -> bool:
        return False


class Leaving(EndSessionEndpoint):  # type: ignore[misc]
    def __init__(self, provider: Provider) -> None:
        super().__init__(provider.server)
        self._provider = provider

    def get_server_jwks(self) -> KeySet:
        return self._provider.keys.own()

    def get_algorithms(self) -> Sequence[str]:
        return ["RS256"]

    def validate_request(self, request: Any) -> EndSessionRequest:
        asked = super().validate_request(request)
        given = request.payload.data.get("post_logout_redirect_uri")
        return dataclasses.replace(asked, redirect_uri=given if asked.redirect_uri else None)

    def end_session(self, end_session_request: EndSessionRequest) -> None:
        hint = end_session_request.id_token_claims or {}
        session = self._provider.server.memory.sessions.get(str(hint.get("sid", "")))
        if session:
            self._provider.close(session, besides=str(hint.get("aud", "")))


def make_issuer(provider: Provider, pause: Callable[[float], None]) -> Flask:
    app = provider.flask("auth")
    pages = IssuerPages(provider, pause)
    app.before_request(pages.spoil)
    at = f"{REALM}{PROTOCOL}"
    app.add_url_rule("/", "home", pages.home)
    app.add_url_rule(f"{REALM}{PATH}", "discovery", pages.discovery)
    app.add_url_rule(f"{at}/certs", "certs", pages.certs)
    app.add_url_rule(f"{at}/token", "token", pages.token, methods=["POST"])
    app.add_url_rule(f"{at}/token/introspect", "introspect", pages.introspect, methods=["POST"])
    app.add_url_rule(f"{at}/userinfo", "userinfo", pages.userinfo, methods=["GET", "POST"])
    app.add_url_rule(f"{at}/logout", "logout", pages.logout, methods=["GET", "POST"])
    return app
