"""The pages of plugins, each behind the access its plugin declared."""

from collections.abc import Iterable, Mapping

import flask

from hub.contract.errors import PluginError
from hub.contract.pages import PUBLIC, Pages
from hub.contract.services import Access, Service
from hub.web.places import service_of
from hub.web.visits import visit


def mount(app: flask.Flask, pages: Mapping[str, Pages]) -> None:
    """Put pages under `/apps/`, by their place there, and the check before all their views."""
    for place, each in pages.items():
        if each.access is not PUBLIC and not isinstance(each.access, Access):
            raise PluginError(f"plugin {place!r}: pages without access")
        app.register_blueprint(each.blueprint, url_prefix=f"/apps/{place}", name=_name(place))
    guarded = {_name(place): place for place, each in pages.items() if each.access != PUBLIC}

    def check() -> flask.Response | None:
        # A blueprint inside another is guarded by the outermost one's access.
        outer = flask.request.blueprints[-1:]
        place = guarded.get(outer[0]) if outer else None
        outcome = visit(service_of(place)) if place else None
        return outcome if isinstance(outcome, flask.Response) else None

    app.before_request(check)


def page_services(pages: Mapping[str, Pages]) -> Iterable[Service]:
    """What the broker must know so that each plugin's pages can be asked for like a service."""
    for place, each in pages.items():
        if isinstance(each.access, Access):
            yield Service(id=service_of(place), access=each.access)


def _name(place: str) -> str:
    return f"apps_{place}"
