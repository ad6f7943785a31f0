"""The pages of whoever shares: the form, the link to hand over, « Mes partages »."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import segno
from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub import Delivery, Held, MessageId, Refusal, SignedIn, Toolbox

from .letters import invitation, link_to, masked, moment, title_of
from .refusals import BAD_MAIL, LONG_COMMENT, NOT_POSTED
from .settings import EmageSettings
from .shares import Share, Shares, State

HERE: Final = "/apps/emage/mine/"
LONGEST_COMMENT: Final = 500
_ATOM: Final = r"[!#-'*+/-9=?A-Z^-~-]+"
_MAIL: Final = re.compile(rf"(?=.{{1,64}}@){_ATOM}(\.{_ATOM})*@[a-z0-9-]+(\.[a-z0-9-]+)+")
"""A dot-atom (RFC 5322 3.2.3): with comments, quotes, brackets or a comma in it, one mailbox would
have as many addresses as one likes, each with mails of its own today."""


def sender_routes(settings: EmageSettings, toolbox: Toolbox) -> Blueprint:
    pages = SenderPages(settings, toolbox)
    routes = Blueprint("emage_mine", __name__)
    routes.add_url_rule("/", "mine", pages.mine)
    routes.add_url_rule("/<name>", "one", pages.one)
    routes.add_url_rule("/<name>", "send", pages.send, methods=["POST"])
    routes.add_url_rule("/<name>/revoke", "revoke", pages.revoke, methods=["POST"])
    return routes


class SenderPages:
    def __init__(self, settings: EmageSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._toolbox = toolbox
        self._shares = Shares(settings, toolbox)

    def mine(self) -> Response:
        shares = self._shares.sent_by(self._person().account.id)
        return self._page("mine.html", rows=[self._told(each) for each in shares])

    def one(self, name: str) -> Response:
        share = self._own(name)
        if share is None:
            return self._page("not_mine.html", status=404)
        if share.state(self._toolbox.clock()) is State.DRAFT:
            return self._form(share)
        # Withdrawn by its service before anybody sent it: there is nothing to tell of it.
        return self._sent(share) if share.sent_at else self._page("not_mine.html", status=404)

    def send(self, name: str) -> Response:
        share = self._own(name)
        if share is None:
            return self._page("not_mine.html", status=404)
        typed = request.form.get("recipient", "").strip()
        comment = request.form.get("comment", "").replace("\r\n", "\n").strip()
        # A form sent twice, or sent again after the share was withdrawn, posts nothing more.
        waits = share.state(self._toolbox.clock()) is State.DRAFT
        if waits and (refused := self._refusal(share, typed, comment)):
            return self._form(share, refused, typed, comment)
        return redirect(f"{HERE}{share.id}", 303)

    def revoke(self, name: str) -> Response:
        share = self._own(name)
        if share is None:
            return self._page("not_mine.html", status=404)
        if self._shares.revoke(share):
            account = self._person().account.id
            self._toolbox.note("share.revoked", account, share=share.id, place=share.draft.service)
        return redirect(HERE, 303)

    def _refusal(self, draft: Share, typed: str, comment: str) -> Refusal | None:
        """`None`: it is shared now, by this form or by the same one a moment ago."""
        recipient = _address(typed)
        if recipient is None:
            return BAD_MAIL
        if len(comment) > LONGEST_COMMENT:
            return LONG_COMMENT
        if self._too_many():
            return NOT_POSTED
        return self._posted(draft) if self._shares.send(draft, recipient, comment) else None

    def _too_many(self) -> bool:
        # Counted apart from the account's own mails: sharing must not use up its sign-in codes.
        day = self._toolbox.clock() - timedelta(days=1)
        sent = self._shares.sent_since(self._person().account.id, day)
        return sent >= self._settings.per_day

    def _posted(self, draft: Share) -> Refusal | None:
        share = self._shares.find(draft.id)
        if share is None:  # purged a moment ago, or the page was open for an hour
            return NOT_POSTED
        account, language = self._person().account, self._toolbox.visiting.language()
        most = self._settings.per_recipient
        letter = invitation(self._toolbox, share, account, language, most)
        posted = self._toolbox.messenger.post(letter)
        if isinstance(posted, Held):
            self._shares.take_back(share)
            return NOT_POSTED
        self._shares.mailed(share, posted)
        # To whom, for whoever must prove it later and has the address already.
        to = self._toolbox.seal.digest(share.recipient.casefold(), "recipient")
        self._toolbox.note(
            "share.sent", account.id, share=share.id, place=share.draft.service, recipient=to
        )
        return None

    def _form(
        self, share: Share, refused: Refusal | None = None, typed: str = "", comment: str = ""
    ) -> Response:
        return self._page(
            "form.html",
            status=422 if refused else 200,
            **self._told(share),
            typed=typed,
            typed_comment=comment,
            refused=refused.code if refused else "",
            longest=LONGEST_COMMENT,
            back_to=share.draft.back_to,
        )

    def _sent(self, share: Share) -> Response:
        link = link_to(self._toolbox, share)
        drawing = segno.make(link, error="m", micro=False)
        qr = drawing.svg_data_uri(scale=5, border=4, dark="#000", light="#fff")
        opened = share.state(self._toolbox.clock()) is State.OPEN
        known = self._toolbox.messenger.progress(MessageId(share.message))
        told = {**self._told(share), "back_to": share.draft.back_to}
        told["mail"] = known.delivery.value if known else Delivery.HANDED_OVER.value
        link, qr = (link, qr) if opened else ("", "")
        return self._page("sent.html", **told, link=link, qr=qr, address=share.recipient)

    def _told(self, share: Share) -> Mapping[str, Any]:
        """What pages say of a share: never the study, the recipient half hidden."""
        return {
            "share": share,
            "state": share.state(self._toolbox.clock()).value,
            "service": title_of(self._toolbox, share),
            "recipient": masked(share.recipient) if share.recipient else "",
            "ends": moment(share.ends_at, self._toolbox.visiting.language()),
        }

    def _own(self, name: str) -> Share | None:
        """Another person's share is one that never was."""
        share = self._shares.find(name[:64])
        return share if share and share.draft.sender == self._person().account.id else None

    def _person(self) -> SignedIn:
        return self._toolbox.signed_in() or abort(404)

    def _page(self, template: str, status: int = 200, **values: Any) -> Response:
        known = {"person": self._person().account, **values}
        answer = make_response(render_template(f"emage/{template}", **known), status)
        # It shows the link: Back must not bring it to whoever sits down next.
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _address(typed: str) -> str | None:
    local, _, domain = typed.rpartition("@")
    address = f"{local}@{domain.lower()}"
    return address if len(address) <= 254 and _MAIL.fullmatch(address) else None
