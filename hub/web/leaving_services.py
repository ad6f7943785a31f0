"""Leaving the services that only a browser can tell: one hop each, before the providers."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

import flask

from hub.contract.identifiers import ServiceId
from hub.contract.logout import EndsParticipation, Hop, Participation
from hub.broker.contained import unless_broken
from hub.broker.farewells import Farewell, ServiceLeft, Word
from hub.web.parts import hub

TOLD: Final = "told"
"""The parameter by which a frontend says which service came back."""
_PATIENCE: Final = 900


def prepare(farewell: Farewell) -> None:
    """Once for each service: a browser that never comes back from one is not sent there again."""
    for each in hub().records.participations(farewell.session):
        # Whoever asked for it knows.
        if each.service != farewell.service:
            hub().leaving.put(_mark(farewell, each), {}, seconds=_PATIENCE)


def next_service(farewell: Farewell) -> Hop | None:
    """Where the browser goes now; `None`: every service that needs one was gone to."""
    for each in hub().records.participations(farewell.session):
        if hub().leaving.take(_mark(farewell, each)) is not None:
            hop = _hop(farewell, each)
            if hop:
                return hop
    return None


def note_return(farewell: Farewell) -> flask.Response | None:
    """A service's answer, verified by its frontend, brought the browser here."""
    name = flask.request.args.get(TOLD)
    if name is None:
        return None
    if "refused" not in flask.request.args:
        hub().departures.told(farewell.session, ServiceId(name))
    return flask.Response(status=303, headers={"Location": f"/logout/{farewell.id}"})


def all_know(farewell: Farewell, services: Sequence[ServiceLeft]) -> bool:
    return all(each.word is Word.TOLD or each.service == farewell.service for each in services)


def _hop(farewell: Farewell, there: Participation) -> Hop | None:
    frontend = hub().endings.get(there.frontend)
    if not isinstance(frontend, EndsParticipation):
        return None
    query = urlencode({TOLD: there.service})
    back = f"{hub().public_address}/logout/{farewell.id}?{query}"
    way = unless_broken(there.service, lambda: frontend.end(there, back), None)
    return way if isinstance(way, Hop) else None


def _mark(farewell: Farewell, there: Participation) -> str:
    return f"hop:{farewell.id}:{there.service}"
