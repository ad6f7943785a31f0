"""The claims of one sign-in, for whoever holds its access token."""

from typing import Final

from satosa.response import Response

from hub import RawRequest

from .answers import refused
from .dpop import Proofs
from .grants import GrantBook
from .journal import Journal
from .parameters import FORM, Parameters
from .scopes import shown
from .signed_userinfo import UserInfoAnswers
from .step_up import INSUFFICIENT, UserInfoGuard

PATH: Final = "/oidc/userinfo"


class UserInfo:
    def __init__(
        self,
        book: GrantBook,
        guard: UserInfoGuard,
        proofs: Proofs,
        answers: UserInfoAnswers,
        journal: Journal,
    ) -> None:
        self._book = book
        self._guard = guard
        self._proofs = proofs
        self._answers = answers
        self._journal = journal

    def respond(self, raw: RawRequest) -> Response:
        # RFC 6750 2: one way of sending the token in each request; never the address, it is logged.
        if "access_token" in Parameters(raw.query):
            return _challenge("400 Bad Request", "invalid_request")
        presented = [each for each in (_of_header(raw), _of_form(raw)) if each]
        if len(presented) > 1:
            return _challenge("400 Bad Request", "invalid_request")
        if not presented:
            return _challenge("401 Unauthorized")
        found = self._book.of_access(presented[0])
        if found is None or not self._guard.opens(found):
            return _challenge("401 Unauthorized", "invalid_token")
        self._proofs.at_resource(raw, PATH, presented[0], found)
        # Core 5.3: the endpoint is OpenID's own; a token for something else opens nothing here.
        if "openid" not in found.scope.split():
            return _challenge("403 Forbidden", "insufficient_scope")
        if more := self._guard.more(found):
            return refused(INSUFFICIENT, "401 Unauthorized", ("WWW-Authenticate", more))
        facts, grant = shown(found.grant.frozen, found.scope), found.grant
        self._journal.told_claims(grant.client, grant.id, facts)
        return self._answers.tell(facts, grant.client)


def _of_header(raw: RawRequest) -> str | None:
    scheme, _, token = raw.authorization.partition(" ")
    return token.strip() if scheme.lower() in ("bearer", "dpop") else None


def _of_form(raw: RawRequest) -> str | None:
    if raw.method != "POST" or raw.content_type != FORM:
        return None
    return Parameters(raw.body.decode(errors="replace")).get("access_token")


def _challenge(status: str, error: str | None = None) -> Response:
    # RFC 6750 3.1: a caller that showed no token is told no error code.
    scheme = f'Bearer error="{error}"' if error else "Bearer"
    return refused(error or "invalid_token", status, ("WWW-Authenticate", scheme))
