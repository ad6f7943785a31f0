"""The claims of one sign-in, for whoever holds its access token."""

from typing import Any

from satosa.response import Response

from hub import RawRequest, Sessions

from .answers import answered, refused
from .grants import Frozen, GrantBook
from .parameters import FORM, Parameters


class UserInfo:
    def __init__(self, book: GrantBook, sessions: Sessions) -> None:
        self._book = book
        self._sessions = sessions

    def respond(self, raw: RawRequest) -> Response:
        # RFC 6750 2: one way of sending the token in each request; never the address, it is logged.
        if "access_token" in Parameters(raw.query):
            return _challenge("400 Bad Request", "invalid_request")
        presented = [each for each in (_of_header(raw), _of_form(raw)) if each]
        if len(presented) > 1:
            return _challenge("400 Bad Request", "invalid_request")
        if not presented:
            return _challenge("401 Unauthorized")
        grant = self._book.of_access(presented[0])
        if grant is None or not self._sessions.alive(grant.session):
            return _challenge("401 Unauthorized", "invalid_token")
        return answered(claims(grant.frozen))


def claims(told: Frozen) -> dict[str, Any]:
    """As frozen at sign-in: one value as text, several as a list."""
    facts: dict[str, Any] = {
        name: values[0] if len(values) == 1 else list(values)
        for name, values in told.claims.items()
        if values
    }
    if told.situation is not None:
        facts["situation"] = {name: text for name, text in told.situation.items() if text}
    # Last: no attribute of an account store may pass for the subject.
    return {**facts, "sub": told.subject}


def _of_header(raw: RawRequest) -> str | None:
    scheme, _, token = raw.authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _of_form(raw: RawRequest) -> str | None:
    if raw.method != "POST" or raw.content_type != FORM:
        return None
    return Parameters(raw.body.decode(errors="replace")).get("access_token")


def _challenge(status: str, error: str | None = None) -> Response:
    # RFC 6750 3.1: a caller that showed no token is told no error code.
    scheme = f'Bearer error="{error}"' if error else "Bearer"
    return refused(error or "invalid_token", status, ("WWW-Authenticate", scheme))
