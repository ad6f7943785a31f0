"""The pages of e-mage in SAML: an honest service provider on python3-saml."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
from flask import Flask, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from .frame import asked_language, framed, well_formed
from .saml_claims import told_by_saml
from .saml_exchange import UNREADABLE, Exchange, Once, Provider
from .saml_party import ANSWERS, LEAVING, SamlParty, described
from .words import Catalogue, catalogues

PENDING = 4
"""Sign-ins begun and not ended that the cookie remembers: one per tab, within its 4 kB."""

Answer = str | Response | tuple[str, int]


def make_saml_party(
    site: SamlParty,
    now: Callable[[], float] = time.time,
    read: Callable[[str], bytes] | None = None,
) -> Flask:
    """*read* gets the hub's metadata from its address; by default over HTTP."""
    spoken = catalogues()
    app = framed(site, spoken)
    pages = SamlPages(site, spoken, Provider(site, now, read), now)
    app.add_url_rule("/", "home", pages.home)
    app.add_url_rule("/inside", "inside", pages.inside)
    app.add_url_rule(f"/{site.record}/<record>", "record", pages.record)
    app.add_url_rule("/saml/metadata", "metadata", pages.metadata)
    app.add_url_rule(ANSWERS, "signed_in", pages.signed_in, methods=["POST"])
    app.add_url_rule("/sign-out", "sign_out", pages.sign_out, methods=["POST"])
    app.add_url_rule(LEAVING, "signed_out", pages.signed_out)
    app.register_error_handler(404, pages.not_found)
    return app


class SamlPages:
    def __init__(
        self,
        site: SamlParty,
        spoken: Mapping[str, Catalogue],
        provider: Provider,
        now: Callable[[], float],
    ) -> None:
        self._site = site
        self._spoken = spoken
        self._provider = provider
        self._now = now
        self._read = Once()

    def home(self) -> Answer:
        return render_template("home.html", signed_in=self._person())

    def inside(self) -> Answer:
        return self._protected("inside.html")

    def record(self, record: str) -> Answer:
        if not well_formed(self._site.record, record):
            abort(404)
        return self._protected("record.html", record=record)

    def metadata(self) -> Answer:
        return Response(described(self._site), content_type="application/samlmetadata+xml")

    def signed_in(self) -> Answer:
        """Where the hub posts its answer. Posted twice, by Back or reload, it just goes on."""
        target = self._own(request.form.get("RelayState", ""))
        try:
            exchange = self._provider.exchange()
            exchange.process_response()
        except requests.RequestException:
            return self._failed("unreachable", target)
        except UNREADABLE:
            return self._failed("server_error", target)
        if exchange.get_errors():
            return self._failed(_why(exchange), target)
        # python3-saml lets an answer without InResponseTo through. Only the browser that asked
        # has a use for it: another's, slipped in, would sign somebody in as somebody else.
        question = exchange.get_last_response_in_response_to()
        asked = session.get("asked", [])
        # SAML Profiles 4.1.4.5: an assertion counts once, whatever cookie comes with it.
        if question in asked and self._read.first(exchange.get_last_assertion_id()):
            session["asked"] = [each for each in asked if each != question]
            session["person"] = _person(exchange)
        return redirect(target)

    def sign_out(self) -> Answer:
        person = session.pop("person", None)
        if person is None:
            return redirect(url_for("home"))
        said = person["token"]
        try:
            exchange = self._provider.exchange()
            leaving = exchange.logout(
                return_to="/",
                name_id=said["NameID"],
                name_id_format=said["NameIDFormat"],
                session_index=said["SessionIndex"],
            )
        except (requests.RequestException, *UNREADABLE):
            return redirect(url_for("home"))
        session["leaving"] = exchange.get_last_request_id()
        return redirect(leaving)

    def signed_out(self) -> Answer:
        """The hub sends a browser to end its session here, or answers ours that asked to end it."""
        answers = "SAMLResponse" in request.args
        question = session.pop("leaving", None) if answers else None
        if answers and question is None:
            return redirect(url_for("home"))
        try:
            exchange = self._provider.exchange()
            onward = exchange.process_slo(
                request_id=question, delete_session_cb=lambda: _forget(exchange)
            )
        except (requests.RequestException, *UNREADABLE):
            return self._failed("logout", url_for("home"))
        if exchange.get_errors():
            return self._failed("logout", url_for("home"))
        return redirect(onward or url_for("home"))

    def not_found(self, _error: Exception) -> Answer:
        return render_template("failed.html", why="not_found", target=url_for("home")), 404

    def _protected(self, template: str, **values: str) -> Answer:
        person = self._person()
        if person is None:
            return self._sign_in(request.path)
        spoken = self._spoken[asked_language()]
        claims = told_by_saml(person, asked_language(), spoken)
        return render_template(template, claims=claims, person=person, **values)

    def _person(self) -> Any:
        """Who is signed in here; nobody for longer than the hub said (SessionNotOnOrAfter)."""
        person = session.get("person")
        until = person and person["until"]
        return None if until and until <= self._now() else person

    def _sign_in(self, target: str) -> Answer:
        try:
            exchange = self._provider.exchange()
        except (requests.RequestException, *UNREADABLE):
            return self._failed("unreachable", target)
        leaving = exchange.login(return_to=target)
        begun = [*session.get("asked", []), exchange.get_last_request_id()]
        session["asked"] = begun[-PENDING:]
        return redirect(leaving)

    def _own(self, relay: str) -> str:
        """RelayState as a path of ours: anybody may have written it, and it leads the browser."""
        start = f"/{self._site.record}/"
        record = relay.removeprefix(start)
        ours = relay.startswith(start) and well_formed(self._site.record, record)
        return relay if ours else url_for("inside")

    def _failed(self, why: str, target: str) -> Answer:
        return render_template("failed.html", why=why, target=target), 502


def _person(exchange: Exchange) -> dict[str, Any]:
    attributes = exchange.get_friendlyname_attributes()
    return {
        "token": exchange.statements(),
        "attributes": attributes,
        "until": exchange.get_session_expiration(),
        "facts": {"given_name": next(iter(attributes.get("givenName", [])), "")},
    }


def _forget(exchange: Exchange) -> None:
    """Once python3-saml believes the LogoutRequest; an answer to ours has nobody left to forget."""
    person = session.get("person")
    # A request about somebody's former session must not end that of who is here now.
    if person and exchange.get_last_request_xml() and exchange.means(person["token"]):
        session.pop("person")


def _why(exchange: Exchange) -> str:
    reason = str(exchange.get_last_error_reason())
    return "access_denied" if "RequestDenied" in reason else "server_error"
