"""`POST /apps/notices/`: a connected service posts a notice for one of its people.

The service is who its own token says (client credentials, scope `notices`); the person is the
`sub` it was told. The text is short and says nothing of health; the record stays at the service.
"""

import secrets
from collections.abc import Mapping
from typing import Any, Final

import flask

from hub.contract.accounts import Account
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ChannelKind
from hub.contract.messages import Message
from hub.contract.services import Service
from hub.contract.values import value
from hub.broker.portal import destination
from hub.people.posted import PostedNotice, sound
from hub.web import visiting
from hub.web.desk import desk
from hub.web.parts import hub

SCOPE: Final = "notices"
_MAIL: Final = ChannelKind("mail")
_FIELDS: Final = frozenset({"sub", "text", "link", "mail"})
_LONGEST_NAME: Final = 200
blueprint = flask.Blueprint("hub_posting", __name__)


@value
class Posting:
    """What a service asked for, whole and of the right shape."""

    subject: str
    text: str
    link: Mapping[str, str]
    mail: bool


@blueprint.post("/apps/notices/")
def post() -> flask.Response:
    caller = visiting.caller()
    if caller is None:
        # RFC 6750 3.1: whoever showed no token is told no error code.
        shown = "Authorization" in flask.request.headers
        return _refused(401, "invalid_token", 'Bearer error="invalid_token"' if shown else "Bearer")
    if SCOPE not in caller.scopes:
        needs = f'Bearer error="insufficient_scope", scope="{SCOPE}"'
        return _refused(403, "insufficient_scope", needs)
    service = hub().rules.services.get(caller.service)
    posting = _read(flask.request.get_json(silent=True))
    if service is None or posting is None or not _leads(service, posting.link):
        return _refused(400, "invalid_request")
    account = visiting.person(service, posting.subject)
    if account is None:
        return _refused(404, "unknown_person")
    return _posted(service, account, posting)


def _posted(service: Service, account: Account, posting: Posting) -> flask.Response:
    notice = PostedNotice(
        id=secrets.token_urlsafe(12),
        account=account.id,
        service=service.id,
        text=posting.text,
        posted_at=hub().clock(),
        link=posting.link,
    )
    if not desk().own.posted.post(notice):
        return _refused(429, "too_many_notices")
    desk().trail.note(
        AuditEntry(
            at=notice.posted_at, action="notice.posted", account=account.id, service=service.id
        )
    )
    if posting.mail:
        _mail(service, account, notice)
    return _told(201, {"id": notice.id})


def _read(body: Any) -> Posting | None:
    """`None`: something is missing, too much, too long or of another type."""
    if not isinstance(body, dict) or body.keys() - _FIELDS:
        return None
    subject, text = body.get("sub"), body.get("text")
    link, mail = body.get("link", {}), body.get("mail", False)
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_NAME:
        return None
    # PostgreSQL takes no NUL in text, and no name we told holds anything that does not print.
    if not subject.isprintable():
        return None
    if not isinstance(text, str) or not sound(text) or not isinstance(mail, bool):
        return None
    if not isinstance(link, dict) or not all(isinstance(each, str) for each in link.values()):
        return None
    return Posting(subject=subject, text=text, link=link, mail=mail)


def _leads(service: Service, link: Mapping[str, str]) -> bool:
    """Only by the pattern the operator knows: a notice is no way to send people anywhere."""
    return service.launch is not None and destination(service.launch, link) is not None


def _mail(service: Service, account: Account, notice: PostedNotice) -> None:
    """Says that there is a notice, never what it says: mail is read on any screen."""
    mails = [each for each in account.contacts if each.kind == _MAIL and each.validated]
    title = service.tile.title if service.tile else service.id
    for contact in mails[:1]:
        desk().messenger.post(
            Message(
                kind=_MAIL,
                to=contact.address,
                template="posted_notice",
                values={
                    "service": title,
                    "link": f"{hub().public_address}/notices/{notice.id}",
                },
                account=account.id,
            )
        )


def _refused(status: int, error: str, challenge: str = "") -> flask.Response:
    answer = _told(status, {"error": error})
    if challenge:
        answer.headers["WWW-Authenticate"] = challenge
    return answer


def _told(status: int, content: Mapping[str, str]) -> flask.Response:
    answer = flask.jsonify(content)
    answer.status_code = status
    return answer
