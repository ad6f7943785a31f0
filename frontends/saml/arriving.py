"""Checks that a request may be answered, and where, before anything of it is followed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from hub import RequestRefused, saml, value

from .bindings import Received, genuine
from .book import Book, Sp
from .documents import Element, one, text_of
from .names import SAML, q
from .requests import AuthnRequest, authn_request

OLDEST: Final = timedelta(minutes=5)
FUTURE: Final = timedelta(minutes=3)
T = TypeVar("T")


@value
class Arrived:
    """A request of a service that is known, and the registered address of its answer."""

    sp: Sp
    request: AuthnRequest
    address: str
    relay: str | None


def arrived(found: Received, book: Book, endpoint: str, now: datetime) -> Arrived:
    """Raise `RequestRefused` unless it may be answered: from here on the service is told."""
    if found.name != "SAMLRequest":
        raise RequestRefused("saml.bad_message")
    sp = sender(found, book)
    root = proven(found, sp, always=sp.declared.requests == "signed" or sp.entity.signs_requests)
    request = well_formed(lambda: authn_request(root))
    check_addressed(request.destination, endpoint, found)
    check_time(request.at, now)
    address = sp.entity.address(request.consumer, request.index)
    if address is None:
        raise RequestRefused("saml.unknown_consumer")
    return Arrived(sp=sp, request=request, address=address, relay=found.relay)


def sender(found: Received, book: Book) -> Sp:
    """Whom the message names; that it is theirs is not proved yet."""
    issuer = well_formed(lambda: text_of(one(found.root, q(SAML, "Issuer")), "issuer"))
    sp = book.of_entity(issuer)
    if sp is None:
        raise RequestRefused("saml.unknown_service", 403)
    return sp


def proven(found: Received, sp: Sp, *, always: bool) -> Element:
    """The message to read. A signature that is there is verified, wanted or not."""
    if not found.signed and not always:
        return found.root
    try:
        return genuine(found, sp.entity.signing, sp.allowed)
    except saml.Untrusted:
        raise RequestRefused("saml.bad_signature", 403) from None


def check_addressed(destination: str | None, endpoint: str, found: Received) -> None:
    # Bindings 3.4.5.2, 3.5.5.2: a signed message for somebody else is carried on to us.
    if destination is None:
        if found.signed:
            raise RequestRefused("saml.wrong_destination")
    elif destination != endpoint:
        raise RequestRefused("saml.wrong_destination")


def check_time(at: datetime, now: datetime) -> None:
    if not -FUTURE <= now - at <= OLDEST:
        raise RequestRefused("saml.expired")


def well_formed(read: Callable[[], T]) -> T:
    try:
        return read()
    except saml.Untrusted:
        raise RequestRefused("saml.bad_message") from None
