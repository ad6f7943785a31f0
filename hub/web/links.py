"""« J’ai déjà un compte » : an identity just proved joins the account of whoever signs in."""

import flask
from flask.typing import ResponseReturnValue

from hub.contract.identifiers import LoginId
from hub.contract.steps import Refusal
from hub.broker.outcomes import Vouched
from hub.broker.records import Gone, LoginGone
from hub.people.proofs import Kept
from hub.web.account_means import ACCOUNT_STRONG
from hub.web.desk import desk
from hub.web.drawing import called, page
from hub.web.parts import browser, hub, language
from hub.web.visits import visit
from hub.web.words import HUB

blueprint = flask.Blueprint("hub_links", __name__)


@blueprint.get("/account/link")
def ask() -> ResponseReturnValue:
    """The account’s own side is proved on the way here; then the person reads what they do."""
    visited = visit(ACCOUNT_STRONG)
    if not isinstance(visited, Vouched):
        return visited
    ticket = flask.request.args.get("proof", "")
    kept = proof_here(ticket)
    return _question(visited, ticket, kept) if kept else _over(visited)


@blueprint.post("/account/link")
def link() -> ResponseReturnValue:
    visited = visit(ACCOUNT_STRONG)
    if not isinstance(visited, Vouched):
        return visited
    ticket = flask.request.form.get("proof", "")
    # Whose browser it is comes first: in another one the ticket is not even taken.
    kept = desk().guests.proofs.take(ticket) if proof_here(ticket) else None
    if kept is None:
        return _over(visited)
    proved = kept.proved
    refused = desk().guests.links.add(
        visited.account, proved.identity, proved.via, called(proved.via, proved.title), language()
    )
    return _refused(visited, refused) if refused else _back(kept)


def proof_here(ticket: str) -> Kept | None:
    """What this very browser proved; a ticket sent to somebody else opens nothing for them.

    Else whoever is signed in could be led to link a stranger's identity to their own account.
    """
    kept = desk().guests.proofs.look(ticket)
    if kept is None:
        return None
    try:
        hub().records.pending(LoginId(kept.login), browser().key)
    except LoginGone as gone:
        # Finished meanwhile, in this browser: one that is no more has no service either.
        ours = gone.reason is Gone.FINISHED and gone.service is not None
        return kept if ours else None
    return kept


def _back(kept: Kept) -> ResponseReturnValue:
    """On with what they came for; the way there is drawn again with what is missing."""
    try:
        hub().records.pending(LoginId(kept.login), browser().key)
    except LoginGone:
        return flask.redirect("/account?saved=link", 303)
    return flask.redirect(f"/login/{kept.login}?choose=1", 303)


def _question(visited: Vouched, ticket: str, kept: Kept) -> flask.Response:
    return page("account/link.html", person=visited.account, proof=ticket, proved=kept.proved)


def _over(visited: Vouched) -> flask.Response:
    return _refused(visited, Refusal(code="link.over", counts=False), status=410)


def _refused(visited: Vouched, why: Refusal, status: int = 409) -> flask.Response:
    sentence = hub().words.refusal(language(), why, HUB)
    shown = {"person": visited.account, "proof": "", "proved": None, "refusal": sentence}
    return page("account/link.html", status=status, **shown)
