"""Single logout (SAML Profiles 4.4): a service's wish, ours to a service, and the answers to both.

Both ways a message must be signed: whoever could forge one would close everybody's sessions.
"""

import secrets
from collections.abc import Sequence
from typing import Final, cast

from lxml import etree
from satosa.response import Response, SeeOther

from hub import (
    Departure,
    Hop,
    Json,
    Participation,
    RequestRefused,
    ServiceId,
    SessionId,
    Toolbox,
)

from .answering import Post, Sealer, encoded
from .arriving import check_addressed, check_time, proven, sender, well_formed
from .bindings import Received
from .book import Book, Sp
from .documents import Element, instant, one, text_of
from .entities import LogoutPlace
from .names import (
    ASYNC_LOGOUT,
    PARTIAL_LOGOUT,
    REDIRECT,
    REQUEST_DENIED,
    REQUESTER,
    RESPONDER,
    SAML,
    SAMLP,
    SUCCESS,
    UNKNOWN_PRINCIPAL,
    q,
)
from .requests import head
from .responses import Letter, document, named, status
from .told import Told

_PATIENCE: Final = 900
"""Seconds within which the person, or the service, comes back."""

# Of a session that it does not have any more: mod_auth_mellon, by Lasso, says the second,
# and Shibboleth the third, whose browser still holds the cookie.
_NOBODY: Final = (
    (REQUESTER, UNKNOWN_PRINCIPAL),
    (RESPONDER, REQUEST_DENIED),
    (REQUESTER, REQUEST_DENIED),
)


class Logout:
    def __init__(
        self, book: Book, told: Told, sealer: Sealer, address: str, toolbox: Toolbox
    ) -> None:
        self._book = book
        self._told = told
        self._sealer = sealer
        self._address = address
        self._toolbox = toolbox
        self._post = Post(toolbox.languages)

    def respond(self, found: Received) -> Response:
        sp = sender(found, self._book)
        root = proven(found, sp, always=True)
        if found.name == "SAMLRequest":
            return self._asked(found, root, sp)
        return self._answered(found, root, sp)

    def hop(self, participation: Participation, return_url: str) -> Hop | None:
        """Where the browser tells one service; `None`: it published no place for that."""
        sp = self._book.of_service(participation.service)
        place = _place(sp) if sp else None
        if not return_url or not sp or place is None:
            return None
        subject, sid = (str(participation.handle[each]) for each in ("subject", "sid"))
        name = self._told.name(sp.service, sid, subject)
        if name is None:
            return None
        letter = self._letter(sp, place.address, None)
        root = document("LogoutRequest", letter)
        named(root, name, letter)
        etree.SubElement(root, q(SAMLP, "SessionIndex")).text = sid
        pending = {"back": return_url, "service": sp.service}
        self._toolbox.one_time.put(f"hop:{root.get('ID')}", pending, seconds=_PATIENCE)
        if place.binding == REDIRECT:
            query = self._sealer.signed_query("SAMLRequest", root, None, sp)
            return Hop(url=_with(place.address, query))
        self._sealer.sign(root, sp)
        return Hop(url=place.address, fields={"SAMLRequest": encoded(root)})

    def told_at(self, participation: Participation) -> Sequence[str]:
        sp = self._book.of_service(participation.service)
        place = _place(sp) if sp else None
        if sp is None or place is None:
            return ()
        return (place.address, *(each.address for each in sp.entity.consumers))

    def answer(self, key: str) -> Response:
        """The person left, or would not: the service that asked is told how it went."""
        kept = self._toolbox.one_time.take(f"slo:{key}")
        sp = self._book.of_service(ServiceId(str(kept["service"]))) if kept else None
        if kept is None or sp is None:
            raise RequestRefused("saml.unknown_logout")
        named = [SessionId(each) for each in cast(list[str], kept["sessions"])]
        relay = kept["relay"]
        codes = (SUCCESS, PARTIAL_LOGOUT) if self._remains(named, sp) else (SUCCESS,)
        return self._tell(
            sp, str(kept["request"]), str(relay) if relay is not None else None, codes
        )

    def _remains(self, sessions: Sequence[SessionId], sp: Sp) -> bool:
        """Core 3.2.2.2, PartialLogout: the person stayed, or some other service did not hear."""
        return any(
            self._toolbox.sessions.alive(each)
            or set(self._toolbox.leaving.unaware(each)) - {sp.service}
            for each in sessions
        )

    def _asked(self, found: Received, root: Element, sp: Sp) -> Response:
        request, _, at, destination = well_formed(lambda: head(root, "LogoutRequest"))
        check_addressed(destination, f"{self._address}/saml/slo", found)
        check_time(at, self._toolbox.clock())
        _check_until(root, self._toolbox)
        meant = self._meant(root, sp)
        if not meant:
            codes = (REQUESTER, UNKNOWN_PRINCIPAL)
            return self._tell(sp, request, found.relay, codes)
        key = secrets.token_urlsafe(24)
        kept: dict[str, Json] = {"service": sp.service, "sessions": [*meant], "request": request}
        kept["relay"] = found.relay
        self._toolbox.one_time.put(f"slo:{key}", kept, seconds=_PATIENCE)
        departure = Departure(
            service=sp.service,
            session=meant[0],
            proved=tuple(meant),
            return_url=None if _unanswered(root) else f"{self._address}/saml/slo/{key}",
        )
        return SeeOther(self._toolbox.leaving.leave(departure))

    def _meant(self, root: Element, sp: Sp) -> Sequence[SessionId]:
        sid, name = well_formed(lambda: _whom(root))
        told = self._told.sessions(sp.service, sid, name)
        if sid is not None:
            # Over already or not: it may ask again for what it names.
            return told
        return [each for each in told if self._toolbox.sessions.alive(each)]

    def _answered(self, found: Received, root: Element, sp: Sp) -> Response:
        _, _, at, destination = well_formed(lambda: head(root, "LogoutResponse"))
        check_addressed(destination, f"{self._address}/saml/slo", found)
        check_time(at, self._toolbox.clock())
        kept = self._toolbox.one_time.take(f"hop:{root.get('InResponseTo')}")
        if kept is None or kept["service"] != sp.service:
            raise RequestRefused("saml.unknown_logout")
        return SeeOther(f"{kept['back']}{_refused(root)}")

    def _tell(self, sp: Sp, request: str, relay: str | None, codes: tuple[str, ...]) -> Response:
        place = _place(sp)
        if place is None:
            raise RequestRefused("saml.unknown_logout")
        root = document("LogoutResponse", self._letter(sp, place.answers, request))
        status(root, *codes)
        if place.binding == REDIRECT:
            query = self._sealer.signed_query("SAMLResponse", root, relay, sp)
            return SeeOther(_with(place.answers, query))
        self._sealer.sign(root, sp)
        fields = {"SAMLResponse": encoded(root), "RelayState": relay}
        return self._post.give(place.answers, fields, sp, ())

    def _letter(self, sp: Sp, address: str, request: str | None) -> Letter:
        return Letter(
            issuer=f"{self._address}/saml/metadata",
            audience=sp.entity.id,
            address=address,
            in_response_to=request,
            now=self._toolbox.clock(),
        )


def _place(sp: Sp) -> LogoutPlace | None:
    """By redirect where it can be: a form needs a script, or a click."""
    return min(sp.entity.logout, key=lambda each: each.binding != REDIRECT, default=None)


def _whom(root: Element) -> tuple[str | None, str]:
    """The SessionIndex and the NameID of a LogoutRequest; without the first all are meant."""
    name = text_of(one(root, q(SAML, "NameID")), "name_id")
    index = one(root, q(SAMLP, "SessionIndex"))
    return (None if index is None else text_of(index, "session_index")), name


def _refused(root: Element) -> str:
    """What the way back says besides; `unknown`: it knows of nobody who is signed in there."""
    first = f"{q(SAMLP, 'Status')}/{q(SAMLP, 'StatusCode')}"
    outer, inner = (root.find(each) for each in (first, f"{first}/{q(SAMLP, 'StatusCode')}"))
    codes = tuple(each.get("Value") for each in (outer, inner) if each is not None)
    # Core 3.2.2.2: a success in part has left others open.
    if codes[:1] == (SUCCESS,) and PARTIAL_LOGOUT not in codes:
        return ""
    return "&refused=unknown" if codes in _NOBODY else "&refused=1"


def _unanswered(root: Element) -> bool:
    """Asynchronous Single Logout 2.3: it wants no answer, the person stays at our goodbye."""
    wish = f"{q(SAMLP, 'Extensions')}/{q(ASYNC_LOGOUT, 'Asynchronous')}"
    return root.find(wish) is not None


def _check_until(root: Element, toolbox: Toolbox) -> None:
    until = root.get("NotOnOrAfter")
    if until is not None and well_formed(lambda: instant(until)) <= toolbox.clock():
        raise RequestRefused("saml.expired")


def _with(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}"
