"""Whether the hub lives, whether it can work, and what it has counted."""

import flask
from ipaddress import ip_address

from hub.contract.errors import StoreUnavailable
from hub.web.desk import Desk
from hub.web.parts import hub

blueprint = flask.Blueprint("hub_health", __name__)


@blueprint.get("/health/live")
def live() -> flask.Response:
    return flask.jsonify(status="live")


@blueprint.get("/health/ready")
def ready() -> flask.Response:
    """503 with one word of why; the rest is for the operator's log, not for strangers."""
    try:
        standing = str(hub().standing())
    except StoreUnavailable:
        standing = "unreachable"
    cards = hub().card_host()
    detail = {"card_host": cards} if cards else {}
    desk: Desk | None = flask.current_app.extensions.get("hub_desk")
    if desk and desk.anchor():
        # The hub works and signs; only its word beside the database is not written.
        detail["audit_anchor"] = "unwritable"
    answer = flask.jsonify(status=standing, **detail)
    answer.status_code = 200 if standing == "ready" else 503
    return answer


@blueprint.get("/metrics")
def metrics() -> flask.Response:
    if not (hub().metrics_open or _this_machine()):
        flask.abort(404)
    return flask.Response(hub().metrics.text(), content_type="text/plain; version=0.0.4")


def _this_machine() -> bool:
    # A proxy on this machine speaks for the whole world: what it forwards is not local.
    if "X-Forwarded-For" in flask.request.headers or "Forwarded" in flask.request.headers:
        return False
    try:
        return ip_address(flask.request.environ.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
