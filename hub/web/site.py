"""Puts the site together: guards, pages, errors, static files."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

import flask

from hub.web import (
    access,
    account,
    account_closing,
    account_export,
    account_means,
    account_notifications,
    account_privacy,
    account_services,
    apps,
    bell,
    buttons,
    console,
    console_access,
    console_create,
    console_degraded,
    console_import,
    console_joining,
    console_means,
    console_people,
    console_requests,
    console_rights,
    contact_links,
    diagnostic,
    drawing,
    errors,
    fitness,
    front,
    guards,
    headers,
    health,
    kept_forms,
    leaving,
    leaving_providers,
    leaving_services,
    links,
    logs,
    manage,
    my_services,
    personal_links,
    posting,
)
from hub.web import operator_pages
from hub.web import portal, requests, signin, situation, static, staying, whole_acts, workstation
from hub.web.application import Site
from hub.web.desk import Desk
from hub.web.desk import desk as desk_here
from hub.web.parts import Parts

BLUEPRINTS: Final[Sequence[flask.Blueprint]] = (
    front.blueprint,
    signin.blueprint,
    leaving.blueprint,
    leaving_providers.blueprint,
    leaving_services.blueprint,
    health.blueprint,
    static.blueprint,
)


FURNISHED: Final[Sequence[flask.Blueprint]] = (
    portal.blueprint,
    my_services.blueprint,
    manage.blueprint,
    personal_links.blueprint,
    access.blueprint,
    bell.blueprint,
    staying.blueprint,
    workstation.blueprint,
    posting.blueprint,
    situation.blueprint,
    account.blueprint,
    account_means.blueprint,
    account_closing.blueprint,
    account_privacy.blueprint,
    account_services.blueprint,
    account_export.blueprint,
    account_notifications.blueprint,
    console.blueprint,
    console_people.blueprint,
    console_create.blueprint,
    console_import.blueprint,
    console_means.blueprint,
    console_rights.blueprint,
    contact_links.blueprint,
    console_joining.blueprint,
    console_requests.blueprint,
    console_access.blueprint,
    *operator_pages.BLUEPRINTS,
    links.blueprint,
    requests.blueprint,
    diagnostic.blueprint,
    console_degraded.blueprint,
)
"""The pages of somebody signed in: they read and write more than a sign-in does."""


PROOF: Final = "hub_signin.answer"


def make_site(parts: Parts, desk: Desk | None = None) -> flask.Flask:
    """The Flask application. Its parts are `flask.current_app.extensions["hub"]`.

    Without a *desk* nobody gets further than the sign-in.
    """
    app = Site("hub", static_folder=None, template_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=guards.LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=guards.LARGEST_BODY,
        MAX_FORM_PARTS=guards.MOST_FIELDS,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.extensions["hub"] = parts
    drawing.prepare(app, parts)
    app.jinja_env.globals.update(staying.lent())
    app.jinja_env.globals.update(fitness.lent())
    app.jinja_env.globals.update(buttons.lent())
    app.jinja_env.globals.update(operator_pages.lent(furnished=desk is not None))
    _guard(app)
    errors.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if desk:
        app.extensions["hub_desk"] = desk
        app.jinja_env.globals.update(notices=bell.waiting, lock=portal.lock, may_diagnose=True)
        app.before_request(_reads_once)
        app.teardown_request(_has_read)
        app.after_request(kept_forms.refill)
        for blueprint in FURNISHED:
            app.register_blueprint(blueprint)
        whole_acts.bind(app, FURNISHED)
    apps.mount(app, parts.pages)
    return app


def _guard(app: flask.Flask) -> None:
    app.before_request(logs.began)
    app.before_request(guards.check_site)
    app.before_request(guards.limit_size)
    app.before_request(guards.check_origin)
    app.after_request(headers.dress)
    app.after_request(logs.ended)


def _reads_once() -> None:
    """A page that is only drawn asks the same of the database once; so does a proof.

    Whose account it is, and whether it is locked, is read afresh after the method has worked.
    """
    if flask.request.method in {"GET", "HEAD"} or flask.request.endpoint == PROOF:
        flask.g.hub_reading = ExitStack()
        flask.g.hub_reading.enter_context(desk_here().reading())


def _has_read(error: BaseException | None) -> None:
    if stack := flask.g.pop("hub_reading", None):
        stack.close()
