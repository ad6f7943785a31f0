"""How somebody leaves: a service's wish, kept until the browser comes with it."""

import secrets
from collections.abc import Callable, Sequence
from typing import Final

from hub.contract.identifiers import ServiceId, SessionId
from hub.contract.logout import Departure
from hub.contract.toolbox import OneTimeBox
from hub.contract.values import Json
from hub.broker.farewells import ServiceLeft, Word

DEPARTURE_SECONDS: Final = 600


def _nobody(session: SessionId) -> Sequence[ServiceLeft]:
    return ()


class WebLeaving:
    """Lays a departure, checked by its frontend, where the hub's pages take it from."""

    def __init__(
        self, box: OneTimeBox, services: Callable[[SessionId], Sequence[ServiceLeft]] = _nobody
    ) -> None:
        """*services* says how far each has heard of a session that is over."""
        self._box = box
        self._services = services

    def leave(self, departure: Departure) -> str:
        key = secrets.token_urlsafe(16)
        self._box.put(key, _written(departure), seconds=DEPARTURE_SECONDS)
        return f"/logout/{key}"

    def unaware(self, session: SessionId) -> Sequence[ServiceId]:
        words = self._services(session)
        return [each.service for each in words if each.word is not Word.TOLD]


def taken(box: OneTimeBox, key: str) -> Departure | None:
    """The departure laid under *key*, once; `None`: too late, or taken already."""
    content = box.take(key)
    if content is None:
        return None
    service, session, back = (_text(content.get(each)) for each in ("service", "session", "back"))
    return Departure(
        service=ServiceId(service) if service else None,
        session=SessionId(session) if session else None,
        return_url=back,
        languages=_texts(content.get("languages")),
        proved=tuple(SessionId(each) for each in _texts(content.get("proved"))),
    )


def _written(departure: Departure) -> dict[str, Json]:
    return {
        "service": departure.service,
        "session": departure.session,
        "back": departure.return_url,
        "languages": [*departure.languages],
        "proved": [*departure.proved],
    }


def _texts(listed: Json) -> tuple[str, ...]:
    every = listed if isinstance(listed, list) else []
    return tuple(each for each in every if isinstance(each, str))


def _text(thing: Json) -> str | None:
    return thing if isinstance(thing, str) and thing else None
