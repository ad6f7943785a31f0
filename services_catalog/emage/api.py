"""What services call with their own token (client credentials, scope `shares`)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from hub import ServiceCaller, Toolbox

from .asking import asked
from .settings import EmageSettings
from .shares import Draft, Share, Shares
from .tickets import LONGEST, Redeemed, Tickets

SCOPE: Final = "shares"
Answer = Response | tuple[Response, int]


def api_routes(settings: EmageSettings, toolbox: Toolbox) -> Blueprint:
    api = Api(settings, toolbox)
    routes = Blueprint("emage_api", __name__)
    for rule, method, view in (
        ("/shares/", "POST", api.draft),
        ("/shares/<name>", "GET", api.tell),
        ("/shares/<name>", "DELETE", api.revoke),
        ("/tickets/", "POST", api.redeem),
    ):
        routes.add_url_rule(rule, view.__name__, api.called(view), methods=[method])
    return routes


class Api:
    def __init__(self, settings: EmageSettings, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self._shares = Shares(settings, toolbox)
        self._tickets = Tickets(settings, toolbox)

    def called(self, view: Callable[..., Answer]) -> Callable[..., Answer]:
        """*view* with the service as its first argument, or why it does not speak."""

        def answer(**named: str) -> Answer:
            caller = self._toolbox.visiting.caller()
            if caller is None:
                # RFC 6750 3.1: whoever showed no token is told no error code.
                shown = "Authorization" in request.headers
                needs = 'Bearer error="invalid_token"' if shown else "Bearer"
                return _refused(401, "invalid_token", needs)
            if SCOPE not in caller.scopes:
                needs = f'Bearer error="insufficient_scope", scope="{SCOPE}"'
                return _refused(403, "insufficient_scope", needs)
            return view(caller, **named)

        return answer

    def draft(self, caller: ServiceCaller) -> Answer:
        service = self._toolbox.services.get(caller.service)
        wanted = asked(request.get_json(silent=True), service) if service else None
        if wanted is None:
            return _refused(400, "invalid_request")
        sender = self._toolbox.visiting.person(caller.service, wanted.subject)
        if sender is None:
            return _refused(404, "unknown_person")
        share = self._shares.draft(
            Draft(
                service=caller.service,
                sender=sender.id,
                subject=wanted.subject,
                study=wanted.study,
                opens_at=wanted.opens_at,
                back_to=wanted.back_to,
            )
        )
        if share is None:
            return _refused(429, "too_many_drafts")
        self._toolbox.note("share.drafted", sender.id, share=share.id, place=caller.service)
        form = f"{self._toolbox.public_address}/apps/emage/mine/{share.id}"
        return _told(201, {**self._state(share), "form": form})

    def tell(self, caller: ServiceCaller, name: str) -> Answer:
        share = self._own(caller, name)
        return _told(200, self._state(share)) if share else _refused(404, "unknown_share")

    def revoke(self, caller: ServiceCaller, name: str) -> Answer:
        share = self._own(caller, name)
        if share is None:
            return _refused(404, "unknown_share")
        if self._shares.revoke(share):
            sender = share.draft.sender
            self._toolbox.note("share.withdrawn", sender, share=share.id, place=caller.service)
        return _told(200, self._state(self._shares.find(name) or share))

    def redeem(self, caller: ServiceCaller) -> Answer:
        body = request.get_json(silent=True)
        ticket = body.get("ticket") if isinstance(body, dict) else None
        known = isinstance(ticket, str) and 0 < len(ticket) <= LONGEST and ticket.isprintable()
        redeemed = self._tickets.redeem(caller.service, str(ticket)) if known else None
        if redeemed is None:
            return _refused(400, "invalid_ticket")
        share = redeemed.share
        self._toolbox.note("share.opened", share.draft.sender, share=share.id, place=caller.service)
        return _told(200, _handed_over(redeemed))

    def _own(self, caller: ServiceCaller, name: str) -> Share | None:
        """Another service's share is one that never was."""
        share = self._shares.find(name)
        return share if share and share.draft.service == caller.service else None

    def _state(self, share: Share) -> Mapping[str, Any]:
        return {
            "id": share.id,
            "state": share.state(self._toolbox.clock()).value,
            "ends_at": share.ends_at.isoformat(),
            "openings": [each.isoformat() for each in self._shares.openings(share)],
        }


def _handed_over(redeemed: Redeemed) -> Mapping[str, str]:
    """Which study, who shared it with whom, and when: no session, no level."""
    share = redeemed.share
    return {
        "share": share.id,
        "study": share.draft.study,
        "sender": share.draft.subject,
        "recipient": share.recipient,
        "proved_at": redeemed.proved_at.isoformat(),
        "ends_at": share.ends_at.isoformat(),
    }


def _refused(status: int, error: str, challenge: str = "") -> Response:
    answer = _told(status, {"error": error})
    if challenge:
        answer.headers["WWW-Authenticate"] = challenge
    return answer


def _told(status: int, content: Mapping[str, Any]) -> Response:
    answer: Response = jsonify(content)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
