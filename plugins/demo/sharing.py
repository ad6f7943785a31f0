"""How the demo e-mage shares a study: it asks the hub with its own token, and redeems tickets."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import requests
from authlib.common.errors import AuthlibBaseError
from flask import Flask, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from .frame import well_formed
from .party import Party

SHARED: Final = "/shared"
Answer = str | Response | tuple[str, int]


class Unshared(Exception):
    """The hub did not do what it was asked; the message is its word for why."""


class SharingPages:
    """*person* says who is signed in here, as the hub told it."""

    def __init__(self, party: Party, client: Any, person: Callable[[], Any]) -> None:
        self._party = party
        self._client = client
        self._person = person

    def add_to(self, app: Flask) -> None:
        rule = f"/{self._party.record}/<record>/share"
        app.add_url_rule(rule, "share", self.share, methods=["POST"])
        app.add_url_rule(SHARED, "shared", self.shared)

    def share(self, record: str) -> Answer:
        person = self._person()
        if not well_formed(self._party.record, record):
            abort(404)
        target = url_for("record", record=record)
        if person is None:
            return redirect(target)
        wanted = {
            "sub": person["token"]["sub"],
            "study": record,
            "opens_at": f"{self._party.address}{SHARED}",
            "back_to": f"{self._party.address}{target}",
        }
        try:
            return redirect(str(self._asked("shares", wanted)["form"]), 303)
        except Unshared:
            return self._failed("not_shared", target)

    def shared(self) -> Answer:
        """Where the hub sends a recipient, with a ticket this service alone may redeem."""
        ticket = request.args.get("ticket")
        if ticket is not None:
            try:
                told = self._asked("tickets", {"ticket": ticket})
            except Unshared:
                return self._failed("not_opened", url_for("home"))
            session["shared"] = {name: told[name] for name in ("study", "recipient", "ends_at")}
            # The ticket is used: it stays in no address and no history.
            return redirect(SHARED, 303)
        shown = session.get("shared")
        if shown is None:
            return self._failed("not_opened", url_for("home"))
        return render_template("shared.html", shown=shown)

    def _asked(self, what: str, body: Mapping[str, str]) -> Mapping[str, Any]:
        address = f"{self._party.issuer}/apps/emage/{what}/"
        try:
            token = self._client.fetch_access_token(grant_type="client_credentials", scope="shares")
            answer = self._client.post(address, token=token, json=dict(body))
            told: Mapping[str, Any] = answer.json()
        except (AuthlibBaseError, requests.RequestException, ValueError) as error:
            raise Unshared("unreachable") from error
        if not answer.ok:
            raise Unshared(str(told.get("error", "")))
        return told

    def _failed(self, why: str, target: str) -> Answer:
        return render_template("failed.html", why=why, target=target), 502
