"""The host of the simulator where people sign in: card, e-CPS, session, telephone, faults."""

import secrets
from typing import Any, Final
from urllib.parse import urlencode

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749.errors import OAuth2Error
from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from .desk import DeskPages
from .faults import Fault
from .memory import Request, Session
from .provider import Provider

COOKIE: Final = "psc_simulation"
REFRESH: Final = 2
"""Seconds after which a waiting page looks again."""
_OWN: Final = ("card", "identifier", "cancel", "tab", "began")

Answer = str | Response | tuple[str, int]


class WalletPages:
    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._memory = provider.memory
        self._server = provider.server

    def authorize(self) -> Answer:
        session = self._session()
        try:
            grant = self._server.get_consent_grant(end_user=session)
        except OAuth2Error as error:
            return self._impossible(error)
        if "cancel" in request.form:
            return self._back(grant, None)
        if "card" in request.form:
            return self._by_card(grant)
        if "identifier" in request.form:
            return self._ring()
        if session and self._fresh(grant, session):
            return self._back(grant, session)
        return self._page("tab_mobile.html" if request.args.get("tab") else "tab_card.html")

    def waiting(self, began: str) -> Answer:
        """Drawn again every two seconds, until the telephone has answered or time is over."""
        asked = self._memory.requests.get(began)
        try:
            grant = self._server.get_consent_grant(end_user=None)
        except OAuth2Error as error:
            return self._impossible(error)
        late = asked is None or self._memory.now() >= asked.at + self._lifetimes.phone
        if asked is None or asked.said is False or (late and asked.said is None):
            self._memory.take(self._memory.requests, began)
            return self._page("tab_mobile.html", why="late" if late else "refused")
        if asked.said is None:
            return self._page("waiting.html", asked=asked, refresh=REFRESH)
        return self._approved(grant, asked)

    @property
    def _lifetimes(self) -> Any:
        return self._provider.simulated.lifetimes

    def _by_card(self, grant: Any) -> Answer:
        persona = self._provider.town.keyed(request.form["card"])
        if persona is None:
            return self._page("tab_card.html", why="unknown")
        session = self._memory.open(persona, persona.mode or "CARD")
        return self._signed_in(grant, session)

    def _ring(self) -> Answer:
        persona = self._provider.town.called(request.form["identifier"])
        asked = self._memory.ask(persona)
        return redirect(f"{url_for('waiting', began=asked.id)}?{_question()}", 303)

    def _approved(self, grant: Any, asked: Request) -> Answer:
        # Taken once: a copied address of the waiting page signs nobody in a second time.
        taken = self._memory.take(self._memory.requests, asked.id)
        if taken is None or taken.persona is None:
            return self._page("tab_mobile.html", why="refused")
        session = self._memory.open(taken.persona, taken.persona.mode or "MOBILE")
        return self._signed_in(grant, session)

    def _signed_in(self, grant: Any, session: Session) -> Response:
        former = self._session()
        if former:
            self._provider.close(former)
        answer = self._back(grant, session)
        secure = self._provider.simulated.wallet.startswith("https:")
        answer.set_cookie(COOKIE, session.id, httponly=True, samesite="Lax", secure=secure)
        return answer

    def _session(self) -> Session | None:
        session = self._memory.sessions.get(request.cookies.get(COOKIE, ""))
        return session if self._server.living(session) else None

    def _fresh(self, grant: Any, session: Session) -> bool:
        longest = request.values.get("max_age", "")
        old = longest.isdigit() and self._memory.now() - session.at > int(longest)
        return grant.prompt != "login" and not old

    def _back(self, grant: Any, session: Session | None) -> Response:
        if session:
            session.seen = self._memory.now()
        answer: Response = self._server.create_authorization_response(
            grant=grant, request=grant.request, grant_user=session
        )
        return self._named(answer, session)

    def _impossible(self, error: OAuth2Error) -> Answer:
        if not getattr(error, "redirect_uri", None):
            # RFC 6749 4.1.2.1: who cannot be believed is sent nowhere.
            return render_template("refused.html", why=error.error), 400
        return self._named(self._server.handle_error_response(None, error), None)

    def _named(self, answer: Response, session: Session | None) -> Response:
        """RFC 9207: who answers stands in the answer, errors included."""
        added = [("session_state", session.id)] if session else []
        if Fault.ISS_OF_ANOTHER in self._provider.faults:
            added.append(("iss", "https://another.example/auth/realms/another"))
        elif Fault.ISS_MISSING not in self._provider.faults:
            added.append(("iss", self._provider.simulated.issuer))
        answer.headers["Location"] = add_params_to_uri(answer.headers["Location"], added)
        return answer

    def _page(self, template: str, **said: Any) -> str:
        question = _question()
        return render_template(
            template,
            card=f"{url_for('authorize')}?{question}",
            mobile=f"{url_for('authorize')}?{question}&tab=mobile",
            personas=self._provider.town.personas,
            **said,
        )


def _question() -> str:
    """What the client asked, without what was clicked here."""
    return urlencode([each for each in request.values.items(multi=True) if each[0] not in _OWN])


def make_wallet(provider: Provider) -> Flask:
    app = provider.flask("wallet")
    app.secret_key = secrets.token_bytes(32)
    pages, desk = WalletPages(provider), DeskPages(provider, COOKIE)
    app.add_url_rule("/auth", "authorize", pages.authorize, methods=["GET", "POST"])
    app.add_url_rule("/e-cps/<began>", "waiting", pages.waiting)
    app.add_url_rule("/", "home", desk.home)
    app.add_url_rule("/telephone", "telephone", desk.telephone, methods=["GET", "POST"])
    app.add_url_rule("/session", "session", desk.session, methods=["GET", "POST"])
    app.add_url_rule("/simulation", "simulation", desk.simulation, methods=["GET", "POST"])
    return app
