"""The pages of one demo service: an honest relying party on Authlib's stock Flask client."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth, OAuthError
from flask import Flask, abort, redirect, render_template, request, session, url_for
from joserfc.errors import JoseError
from werkzeug.wrappers import Response

from .backchannel import Heard
from .claims import told
from .frame import asked_language, framed, well_formed
from .party import Party
from .sharing import SharingPages
from .words import Catalogue, catalogues

PENDING = 4
"""Sign-ins begun and not ended that the cookie remembers: one per tab, within its 4 kB."""

Answer = str | Response | tuple[str, int]


def make_party(party: Party, now: Callable[[], float] = time.time) -> Flask:
    spoken = catalogues()
    app = framed(party, spoken)
    client = _client(app, party)
    pages = PartyPages(party, client, spoken, Heard(party, client.fetch_jwk_set, now))
    app.add_url_rule("/", "home", pages.home)
    app.add_url_rule("/inside", "inside", pages.inside)
    app.add_url_rule(f"/{party.record}/<record>", "record", pages.record)
    app.add_url_rule("/signed-in", "signed_in", pages.signed_in)
    app.add_url_rule("/sign-out", "sign_out", pages.sign_out, methods=["POST"])
    app.add_url_rule("/signed-out", "signed_out", pages.signed_out, methods=["POST"])
    if party.record == "study":
        SharingPages(party, client, pages.person).add_to(app)
    app.register_error_handler(404, pages.not_found)
    return app


class PartyPages:
    def __init__(
        self, party: Party, client: Any, spoken: Mapping[str, Catalogue], heard: Heard
    ) -> None:
        self._heard = heard
        self._party = party
        self._client = client
        self._spoken = spoken

    def home(self) -> Answer:
        return render_template("home.html", signed_in=self.person())

    def inside(self) -> Answer:
        return self._protected("inside.html")

    def record(self, record: str) -> Answer:
        if not well_formed(self._party.record, record):
            abort(404)
        return self._protected("record.html", record=record)

    def signed_in(self) -> Answer:
        """Where the hub sends the browser back. Used twice, by Back or reload, it just goes on."""
        pending = self._client.framework.get_state_data(session, request.args.get("state"))
        if pending is None:
            return redirect(url_for("inside"))
        if request.args.get("iss") != self._party.issuer:
            # RFC 9207: the answer of another provider must not be redeemed at ours.
            return self._failed("wrong_issuer", pending["target"])
        try:
            token = self._client.authorize_access_token()
            facts = self._client.userinfo(token=token)
        except OAuthError as refused:
            return self._failed(refused.error or "server_error", pending["target"])
        except (AuthlibBaseError, JoseError, requests.RequestException):
            return self._failed("server_error", pending["target"])
        if facts.get("sub") != token["userinfo"]["sub"]:
            # OpenID Connect Core 5.3.2: UserInfo of another subject is thrown away.
            return self._failed("wrong_subject", pending["target"])
        if self._party.accepted and token["userinfo"].get("acr") not in self._party.accepted:
            return self._failed("weak", pending["target"])
        session["person"] = {
            "token": dict(token["userinfo"]),
            "facts": dict(facts),
            "hint": token["id_token"],
        }
        return redirect(pending["target"])

    def sign_out(self) -> Answer:
        person = session.pop("person", None)
        if person is None:
            return redirect(url_for("home"))
        try:
            leaving = self._client.create_logout_url(
                post_logout_redirect_uri=f"{self._party.address}/", id_token_hint=person["hint"]
            )
        except (requests.RequestException, RuntimeError):
            return redirect(url_for("home"))
        return redirect(leaving["url"])

    def signed_out(self) -> Answer:
        """Called by the hub, not by a browser: the session of one of our visitors is over."""
        try:
            believed = self._heard.hear(request.form.get("logout_token", ""))
        except (requests.RequestException, RuntimeError):
            return "", 503
        return ("", 200) if believed else ("", 400)

    def not_found(self, _error: Exception) -> Answer:
        return render_template("failed.html", why="not_found", target=url_for("home")), 404

    def person(self) -> Any:
        """Who is signed in here, unless the hub said that their session is over."""
        person = session.get("person")
        if person and self._heard.over(person["token"].get("sid", "")):
            session.pop("person")
            return None
        return person

    def _protected(self, template: str, **values: str) -> Answer:
        person = self.person()
        if person is None:
            return self._sign_in(request.full_path.rstrip("?"))
        everything = {**person["facts"], **person["token"]}
        claims = told(everything, asked_language(), self._spoken[asked_language()])
        return render_template(template, claims=claims, person=person, **values)

    def _sign_in(self, target: str) -> Answer:
        asked = {"acr_values": self._party.acr} if self._party.acr else {}
        try:
            leaving = self._client.create_authorization_url(
                f"{self._party.address}/signed-in", ui_locales=asked_language(), **asked
            )
        except requests.RequestException:
            return self._failed("unreachable", target)
        _forget_oldest(self._party.name)
        self._client.save_authorize_data(
            state=leaving["state"],
            nonce=leaving["nonce"],
            code_verifier=leaving["code_verifier"],
            redirect_uri=f"{self._party.address}/signed-in",
            target=target,
        )
        return redirect(leaving["url"])

    def _failed(self, why: str, target: str) -> Answer:
        return render_template("failed.html", why=why, target=target), 502


def _client(app: Flask, party: Party) -> Any:
    return OAuth(app).register(
        party.name,
        client_id=party.client_id,
        client_secret=party.client_secret,
        server_metadata_url=f"{party.issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email national_id situation mailboxes scope_all",
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic",
            "default_timeout": 10,
        },
    )


def _forget_oldest(name: str) -> None:
    begun = [key for key in session if key.startswith(f"_state_{name}_")]
    by_age = sorted(begun, key=lambda key: float(session[key]["exp"]))
    for key in by_age[: max(0, len(by_age) - PENDING + 1)]:
        session.pop(key)
