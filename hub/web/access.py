"""« Demander l'accès » : a tile that a right keeps closed, and the référent who may give it."""

import secrets
from collections.abc import Iterator, Sequence

import flask
from flask.typing import ResponseReturnValue

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ServiceId
from hub.contract.services import Service
from hub.broker.outcomes import Vouched
from hub.people.access import LONGEST, AccessRequest, asked_at
from hub.web.access_letters import tell_referents
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.guards import form_fields
from hub.web.parts import hub, language
from hub.web.portal import PORTAL
from hub.web.kept_forms import typed_before
from hub.web.visits import signed_in, visit

blueprint = flask.Blueprint("hub_access", __name__)


@blueprint.get("/services/<name>/request")
def ask(name: str) -> ResponseReturnValue:
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    return _form(visited, _service(name), typed_before().get("message", ""))


@blueprint.post("/services/<name>/request")
def send(name: str) -> ResponseReturnValue:
    """To the référents of one of the person's own structures; asking twice is asking once."""
    visited = visit(PORTAL, target=f"/services/{name}/request")
    if not isinstance(visited, Vouched):
        return visited
    service, given = _service(name), form_fields()
    message = " ".join(given.get("message", "").split())
    structure = given.get("structure", "")
    if len(message) > LONGEST or structure not in _structures(visited):
        return _form(visited, service, message, wrong=True)
    request = AccessRequest(
        id=secrets.token_urlsafe(12),
        account=visited.account.id,
        service=service.id,
        structure=structure,
        made_at=hub().clock(),
        message=message,
        language=language(),
    )
    if desk().own.access.add(request):
        desk().trail.note(
            AuditEntry(
                at=request.made_at,
                action="access.requested",
                account=request.account,
                service=service.id,
                details={"structure": structure},
            )
        )
        tell_referents(request, service, visited.account)
    return flask.redirect(f"/services/{service.id}?done=asked", 303)


@blueprint.post("/services/<name>/request/withdraw")
def withdraw(name: str) -> ResponseReturnValue:
    visited = visit(PORTAL, target=f"/services/{name}")
    if not isinstance(visited, Vouched):
        return visited
    service = _service(name)
    desk().own.access.withdraw(visited.account.id, service.id)
    return flask.redirect(f"/services/{service.id}", 303)


def _service(name: str) -> Service:
    """One that stands on the portal, and that some right keeps closed."""
    service = hub().rules.services.get(ServiceId(name))
    if service is None or not service.tile or not service.tile.listed or not service.access.rights:
        flask.abort(404)
    return service


def _structures(visited: Vouched) -> Sequence[str]:
    """Of the person's own, those where somebody else may decide."""
    return list(_decided(visited))


def _decided(visited: Vouched) -> Iterator[str]:
    places = asked_at(visited.account, signed_in(visited).situation)
    for structure, referents in desk().guests.referents_of(places).items():
        if {each.id for each in referents} - {visited.account.id}:
            yield structure


def _form(
    visited: Vouched, service: Service, message: str, *, wrong: bool = False
) -> flask.Response:
    return page(
        "portal/request.html",
        status=422 if wrong else 200,
        person=visited.account,
        service=service.id,
        title=service.tile.title if service.tile else service.id,
        structures=_structures(visited),
        message=message,
        longest=LONGEST,
        wrong=wrong,
    )
