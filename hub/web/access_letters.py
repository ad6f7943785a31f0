"""Who is told of a request for access, by mail and by a notice: those who decide, who asked."""

import secrets

from hub.contract.accounts import Account
from hub.contract.identifiers import ChannelKind
from hub.contract.messages import Message
from hub.contract.services import Service
from hub.people.access import AccessRequest
from hub.people.posted import LONGEST, PostedNotice
from hub.web.desk import desk
from hub.web.parts import hub

_MAIL = ChannelKind("mail")


def title_of(service: Service) -> str:
    return service.tile.title if service.tile else service.id


def tell_referents(request: AccessRequest, service: Service, who: Account) -> None:
    deciding = desk().guests.referents(request.structure)
    for referent in (each for each in deciding if each.id != who.id):
        _mail(
            referent,
            "access_new",
            "fr",
            person=who.display_name,
            service=title_of(service),
            structure=request.structure,
            link=f"{hub().public_address}/console/access",
        )


def tell_decision(
    request: AccessRequest, service: Service, who: Account, reason: str | None
) -> None:
    """*reason*: why not; `None`: access was given."""
    given = reason is None
    _mail(
        who,
        "access_given" if given else "access_refused",
        request.language,
        service=title_of(service),
        reason=reason or "",
        link=f"{hub().public_address}/services/{service.id}",
    )
    key = "access.given.notice" if given else "access.refused.notice"
    text = hub().words.text(request.language, key, "hub", title=title_of(service))
    desk().own.posted.post(
        PostedNotice(
            id=secrets.token_urlsafe(12),
            account=who.id,
            service=service.id,
            text=text[:LONGEST],
            posted_at=hub().clock(),
        )
    )


def _mail(account: Account, template: str, language: str, **values: str) -> None:
    found = [each for each in account.contacts if each.kind == _MAIL and each.validated]
    for contact in found[:1]:
        desk().messenger.post(
            Message(
                kind=_MAIL,
                to=contact.address,
                template=template,
                values={"person": account.display_name, **values},
                language=language,
                account=account.id,
                notice=True,
            )
        )
