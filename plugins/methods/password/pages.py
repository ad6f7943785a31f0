"""The public pages: a forgotten password, a forgotten identifier, and choosing a new password."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, jsonify, make_response, render_template, request
from werkzeug.wrappers import Response

from hub import Account, Message, Refusal, Toolbox

from . import letters
from .asking import Asking
from .change import NOT_THE_SAME
from .passwords import BUSY, MEANWHILE, NOBODY, Passwords
from .settings import PasswordSettings
from .tickets import Ticket, Tickets

# Never anywhere else: an address in a mail must not lead to another site.
_BACK: Final = re.compile(r"/login/[A-Za-z0-9_-]{1,64}")


class PasswordPages:
    def __init__(self, toolbox: Toolbox, settings: PasswordSettings, passwords: Passwords) -> None:
        self._toolbox = toolbox
        self._settings = settings
        self._passwords = passwords
        self._tickets = Tickets(toolbox, passwords)
        self._asking = Asking(toolbox, settings.letters)

    def forgotten(self) -> Response:
        return _page("forgotten.html", typed=request.args.get("identifier", "")[:320])

    def send_link(self) -> Response:
        """The same page whoever is called so, and the same work: nobody learns who exists."""
        account = self._named()
        life = self._settings.reset_life
        whose = account.id if account else NOBODY
        link = self._toolbox.public_address + self._tickets.issue(whose, life, _back())
        self._toolbox.note("password.reset_asked", account.id if account else None)
        self._post(account, letters.reset(account, link, life, _language()) if account else ())
        return _page("sent.html", about="forgotten")

    def identifier(self) -> Response:
        return _page("identifier.html")

    def send_identifier(self) -> Response:
        account = self._named()
        login = _login_of(account) if account else ""
        self._post(account, letters.identifier(account, login, _language()) if account else ())
        return _page("sent.html", about="identifier")

    def set(self) -> Response:
        """Nothing is looked up and nothing is used: mail scanners open every link."""
        return self._form(request.args.get("ticket", ""), None)

    def judge(self) -> Response:
        """Which rules what is being typed breaks; `null`: not judged. Nothing of it is kept.

        Former passwords, contacts, numbers and attributes are not among them: an open session
        must not be a way to guess at those.
        """
        mark, typed = request.form.get("whose", ""), request.form.get("new_password", "")
        account = self._passwords.marks.whose(mark)
        # Half judged would be shown as kept.
        unjudged = bool(mark) and account is None
        return jsonify(None if unjudged else self._passwords.rules.broken_as_typed(typed, account))

    def keep(self) -> Response:
        key, new = request.form.get("ticket", ""), request.form.get("new_password", "")
        if new != request.form.get("new_password_again", ""):
            return self._form(key, NOT_THE_SAME)
        if broken := self._passwords.broken(None, new):
            return self._form(key, broken[0])
        ticket = self._tickets.take(key)
        account = self._toolbox.accounts.by_id(ticket.account) if ticket else None
        if ticket is None or account is None or account.locked:
            return _page("dead.html", status=410)
        return self._kept(ticket, account, new, self._toolbox.clock())

    def _kept(self, ticket: Ticket, account: Account, new: str, now: datetime) -> Response:
        why_not = self._passwords.choose(account, new, now, _language(), None)
        if why_not is None:
            return _page("chosen.html")
        if why_not == MEANWHILE:
            return _page("dead.html", status=410)
        self._tickets.lay_back(ticket)
        return self._form(ticket.key, why_not)

    def _form(self, key: str, refused: Refusal | None) -> Response:
        status = 503 if refused == BUSY else 422 if refused else 200
        detail: Mapping[str, Any] = refused.detail if refused else {}
        return _page(
            "set.html",
            status,
            ticket=key[:200],
            refused=refused.code if refused else None,
            detail=detail,
            shortest=self._passwords.rules.shortest,
            whose="",
        )

    def _named(self) -> Account | None:
        account = self._toolbox.accounts.by_login(request.form.get("identifier", ""))
        return account if account and not account.locked else None

    def _post(self, account: Account | None, messages: Sequence[Message]) -> None:
        may = self._asking.may(account.id if account else NOBODY)
        typed = request.form.get("identifier", "")
        # As long for nobody: whoever measures must not learn who exists.
        nothing = [letters.nothing(self._toolbox.seal.digest(typed, "nobody"))]
        for message in (messages if may else ()) or nothing:
            self._toolbox.messenger.post(message)


def blueprint(pages: PasswordPages) -> Blueprint:
    routes = Blueprint("password", __name__)
    routes.add_url_rule("/forgotten", "forgotten", pages.forgotten)
    routes.add_url_rule("/forgotten", "send_link", pages.send_link, methods=["POST"])
    routes.add_url_rule("/identifier", "identifier", pages.identifier)
    routes.add_url_rule("/identifier", "send_identifier", pages.send_identifier, methods=["POST"])
    routes.add_url_rule("/set", "set", pages.set)
    routes.add_url_rule("/set", "keep", pages.keep, methods=["POST"])
    routes.add_url_rule("/judge", "judge", pages.judge, methods=["POST"])
    return routes


def _page(template: str, status: int = 200, **values: Any) -> Response:
    drawn = render_template(f"password/{template}", back=_back(), **values)
    return make_response(drawn, status)


def _back() -> str:
    """The sign-in they came from, or nothing."""
    said = request.values.get("back", "")
    return said if _BACK.fullmatch(said) else ""


def _language() -> str:
    return letters.language_of([tag for tag, _ in request.accept_languages])


def _login_of(account: Account) -> str:
    numbers = {each.system: each.number for each in account.proved_identifiers}
    return numbers.get("login") or next(iter(numbers.values()), "")
