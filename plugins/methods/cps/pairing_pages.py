"""Where an agent speaks to the hub by itself: it claims a pairing, and brings what the card signed.

Machines call these, without a cookie: see `Pairings` for what makes that safe.
"""

from typing import Final

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from hub import Toolbox

from .challenge import shown
from .pairing import Pairings

FIELDS: Final = (
    "agent_certificate",
    "agent_signature",
    "agent_algorithm",
    "agent_shared",
    "agent_refused",
    "agent_tries",
)


class PairingPages:
    def __init__(self, toolbox: Toolbox) -> None:
        self._pairings = Pairings(toolbox.one_time)
        self._toolbox = toolbox

    def look(self, pairing: str) -> Response:
        """Asked by the page, which submits itself once there is something to take."""
        return jsonify(answered=self._pairings.answered(pairing))

    def claim(self, pairing: str) -> Response | tuple[Response, int]:
        number = request.form.get("number", "")
        claimed = self._pairings.claim(pairing, number, self._toolbox.clock())
        if claimed is None:
            return jsonify(refused="number"), 404
        ticket, challenge = claimed
        return jsonify(challenge=shown(challenge.text), ticket=ticket)

    def answer(self) -> Response | tuple[Response, int]:
        fields = {name: request.form[name] for name in FIELDS if name in request.form}
        if not self._pairings.answer(request.form.get("ticket", ""), fields):
            return jsonify(refused="stale"), 404
        return jsonify(taken=True)


def blueprint(drawn: PairingPages) -> Blueprint:
    routes = Blueprint("pairing", __name__)
    routes.add_url_rule("/agent/<pairing>", "look", drawn.look, methods=["GET"])
    routes.add_url_rule("/agent/<pairing>", "claim", drawn.claim, methods=["POST"])
    routes.add_url_rule("/agent", "answer", drawn.answer, methods=["POST"])
    return routes
