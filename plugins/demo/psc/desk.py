"""What stands beside a sign-in at the simulator: the telephone, the session, the faults."""

from typing import Final

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from .faults import SAID, Fault
from .memory import Request
from .provider import Provider

SLOWEST: Final = 120


class DeskPages:
    def __init__(self, provider: Provider, cookie: str) -> None:
        self._provider = provider
        self._memory = provider.memory
        self._cookie = cookie

    def home(self) -> str:
        return render_template("home.html", personas=self._provider.town.personas)

    def telephone(self) -> str | Response:
        """Everybody's telephone on one page: choosing another number than the page's refuses."""
        if request.method == "POST":
            asked = self._memory.requests.get(request.form.get("request", ""))
            if asked in self._ringing():
                asked.said = request.form.get("number") == asked.number
            return redirect(url_for("telephone"), 303)
        return render_template("telephone.html", ringing=self._ringing())

    def session(self) -> str | Response:
        session = self._memory.sessions.get(request.cookies.get(self._cookie, ""))
        if not self._provider.server.living(session):
            session = None
        if request.method == "GET" or session is None:
            return render_template("session.html", session=session)
        told = self._provider.close(session)
        return render_template("session.html", session=None, told=told)

    def simulation(self) -> str | Response:
        faults = self._provider.faults
        if request.method == "GET":
            return render_template("simulation.html", every=SAID.items(), now=faults)
        if "rotate" in request.form:
            self._provider.keys.rotate()
        else:
            named = request.form.getlist("fault")
            faults.switch(Fault(name) for name in named if name in set(Fault))
            faults.seconds = _seconds("seconds", faults.seconds)
            faults.phone_delay = _seconds("phone_delay", faults.phone_delay)
        return redirect(url_for("simulation"), 303)

    def _ringing(self) -> list[Request]:
        now = self._memory.now()
        first, last = self._provider.faults.phone_delay, self._provider.simulated.lifetimes.phone
        return [
            each
            for each in self._memory.requests.values()
            if each.persona and each.said is None and first <= now - each.at < last
        ]


def _seconds(name: str, former: int) -> int:
    given = request.form.get(name, "")
    return min(int(given), SLOWEST) if given.isdecimal() and len(given) < 6 else former
