"""The pages of the recipient, who has no account: a button, a code, and on to the service.

A link is opened by mail scanners, which only GET: nothing is sent or used by that. No session is
opened here, and no level is reached.
"""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub import Account, Held, Refusal, Toolbox

from .codes import Codes, Verdict, Wait
from .letters import code_letter, masked, moment, title_of
from .refusals import CODE_DEAD, NOT_A_CODE, RESTS, TOO_MANY, TOO_SOON, WRONG_CODE
from .settings import EmageSettings
from .shares import Share, Shares
from .tickets import Tickets


def recipient_routes(settings: EmageSettings, toolbox: Toolbox) -> Blueprint:
    pages = RecipientPages(settings, toolbox)
    routes = Blueprint("emage_shared", __name__)
    routes.add_url_rule("/<secret>", "shared", pages.shared)
    routes.add_url_rule("/<secret>", "ask", pages.ask, methods=["POST"])
    routes.add_url_rule("/<secret>/code", "code", pages.code)
    routes.add_url_rule("/<secret>/code", "prove", pages.prove, methods=["POST"])
    return routes


class RecipientPages:
    def __init__(self, settings: EmageSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._toolbox = toolbox
        self._shares = Shares(settings, toolbox)
        self._codes = Codes(settings, toolbox)
        self._tickets = Tickets(settings, toolbox)

    def shared(self, secret: str) -> Response:
        share = self._shares.open(secret)
        return self._start(share) if share else self._gone()

    def ask(self, secret: str) -> Response:
        share = self._shares.open(secret)
        if share is None:
            return self._gone()
        with self._toolbox.together():
            return self._asked(share, secret)

    def _asked(self, share: Share, secret: str) -> Response:
        before = self._codes.kept(share.id)
        code = self._codes.draw(share.id, self._toolbox.visiting.browser())
        if isinstance(code, Wait):
            return self._waits(share, code)
        language = self._toolbox.visiting.language()
        letter = code_letter(self._toolbox, share, code, self._settings, language)
        if isinstance(self._toolbox.messenger.post(letter), Held):
            # The code that did leave is good until its end: nobody gets it killed by asking often.
            self._codes.put_back(share.id, before)
            return self._held(share)
        self._note("share.code_sent", share)
        return redirect(f"/apps/emage/shared/{secret}/code", 303)

    def code(self, secret: str) -> Response:
        share = self._shares.open(secret)
        if share is None:
            return self._gone()
        # In another browser there is nothing to type here: it must ask for a code of its own.
        if self._codes.live(share.id, self._toolbox.visiting.browser()) is None:
            return redirect(f"/apps/emage/shared/{secret}", 303)
        return self._typing(share)

    def prove(self, secret: str) -> Response:
        share = self._shares.open(secret)
        if share is None:
            return self._gone()
        browser = self._toolbox.visiting.browser()
        verdict = self._codes.judge(share.id, browser, request.form.get("code", "")[:20])
        match verdict:
            case Verdict.RIGHT:
                return redirect(self._tickets.issue(share), 303)
            case Verdict.DEAD:
                return self._start(share, CODE_DEAD, 422)
            case Verdict.RESTS:
                return self._resting(share)
            case Verdict.UNREADABLE:
                return self._typing(share, NOT_A_CODE)
            case Verdict.WRONG:
                return self._wrong(share, browser)

    def _wrong(self, share: Share, browser: str) -> Response:
        if self._codes.rests(share.id):
            self._note("share.locked", share)
            return self._resting(share)
        if self._codes.live(share.id, browser) is None:
            return self._start(share, CODE_DEAD, 422)
        return self._typing(share, WRONG_CODE)

    def _waits(self, share: Share, wait: Wait) -> Response:
        if wait.rests:
            return self._resting(share)
        if self._codes.live(share.id, self._toolbox.visiting.browser()):
            # The code that has just left is as good: its page says so.
            return self._typing(share, TOO_SOON, 429)
        return self._start(share, TOO_SOON, 429)

    def _held(self, share: Share) -> Response:
        if self._codes.live(share.id, self._toolbox.visiting.browser()):
            return self._typing(share, TOO_MANY, 429)
        return self._start(share, TOO_MANY, 429)

    def _resting(self, share: Share) -> Response:
        return self._start(share, RESTS, 429)

    def _start(self, share: Share, refused: Refusal | None = None, status: int = 200) -> Response:
        resting = self._codes.rests(share.id)
        minutes = resting.minutes if resting else 1
        return self._page("shared.html", share, refused, status, minutes=minutes)

    def _typing(self, share: Share, refused: Refusal | None = None, status: int = 422) -> Response:
        self._toolbox.visiting.form_leads_to(share.draft.opens_at)
        left = self._codes.live(share.id, self._toolbox.visiting.browser())
        minutes = Wait(rests=False, left=left).minutes if left else 1
        return self._page("code.html", share, refused, status if refused else 200, minutes=minutes)

    def _page(
        self, template: str, share: Share, refused: Refusal | None, status: int, **values: Any
    ) -> Response:
        sender: Account | None = self._toolbox.accounts.by_id(share.draft.sender)
        known = {
            "service": title_of(self._toolbox, share),
            "sender": sender.display_name if sender else "",
            "recipient": masked(share.recipient),
            "ends": moment(share.ends_at, self._toolbox.visiting.language()),
            "path": f"/apps/emage/shared/{share.secret}",
            "refused": refused.code if refused else "",
        }
        return _drawn(template, status, **known, **values)

    def _gone(self) -> Response:
        """One page for what ended, was withdrawn or never was: it tells nobody which."""
        return _drawn("gone.html", 404)

    def _note(self, action: str, share: Share) -> None:
        sender = share.draft.sender
        self._toolbox.note(action, sender, share=share.id, place=share.draft.service)


def _drawn(template: str, status: int, **values: Any) -> Response:
    answer = make_response(render_template(f"emage/{template}", **values), status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
