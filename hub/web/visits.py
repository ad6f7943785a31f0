"""Who is in front of one of the hub's own pages. They are services: there is one way to sign in."""

from typing import cast
from urllib.parse import urlsplit

import flask

from hub.contract.identifiers import ServiceId
from hub.contract.login import Asked, Demand, LoginRequest
from hub.contract.pages import SignedIn
from hub.broker.assurance import OutOfReach
from hub.broker.outcomes import Pending, Vouched
from hub.broker.scene import Seen
from hub.broker.situations import places, settled
from hub.web.barred import barred_page
from hub.web.guards import meant_for
from hub.web.kept_forms import Returning
from hub.web.parts import browser, hub, language


def visit(
    service: str,
    *,
    asked: Asked = Asked(),
    demands: tuple[Demand, ...] = (),
    target: str | None = None,
) -> Vouched | flask.Response:
    """The person, vouched for as that service needs; else the answer that leads there.

    They come back to *target*: by default this address; after a form, the page it stood on.
    """
    returning = Returning(target or _target())
    request = LoginRequest(
        service=ServiceId(service),
        received_at=hub().clock(),
        asked=asked,
        target=returning.target,
        languages=(language(),),
        demands=demands,
    )
    match hub().broker.begin(request, browser(), {}):
        case Vouched() as vouched:
            meant_for(vouched.account.id)
            flask.g.hub_visit = signed_in(vouched)
            now_seen(Seen(session=vouched.session, account=vouched.account))
            return vouched
        case Pending(login=login):
            returning.keep()
            return _see(f"/login/{login}{'?unkept=1' if returning.unkept else ''}")
        case OutOfReach(why=why):
            return barred_page(why, account=None)


def signed_in(vouched: Vouched) -> SignedIn:
    """The same, as a plugin's page may know it."""
    account, session = vouched.account, vouched.session
    every = places(account, session.events)
    level = hub().rules.policy.level(vouched.authentication.acr)
    if level is None:  # unreachable: the acr told is one of the policy's own or an alias of it
        raise LookupError(vouched.authentication.acr)
    return SignedIn(
        account=account,
        situation=settled(every, session.situation),
        level=level,
        source=browser().source,
        places=every,
    )


def signed_in_now() -> SignedIn | None:
    """Who is in front of the page being served; `None` outside a request, or before a visit."""
    if not flask.has_request_context():
        return None
    return cast(SignedIn | None, flask.g.get("hub_visit"))


def now_seen(seen: Seen) -> None:
    """This is in front of the page being served: its header says how surely that is known."""
    flask.g.hub_seen = seen


def seen_now() -> Seen | None:
    return cast(Seen | None, flask.g.get("hub_seen"))


def local(path: str | None) -> str | None:
    """*path* when it stays on the hub: `//evil`, `/\\evil` and `https:evil` do not."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")):
        return None
    # Browsers drop tabs and line ends inside an address: `/\t/evil` is `//evil` to them.
    return None if any(ord(sign) < 33 or sign == "\\" for sign in path) else path


def _target() -> str:
    request = flask.request
    if request.method == "GET":
        return request.full_path if request.query_string else request.path
    came = urlsplit(request.referrer or "")
    ours = f"{came.scheme}://{came.netloc}" == hub().public_address
    return (local(came.path) if ours else None) or request.path


def _see(path: str) -> flask.Response:
    answer = flask.Response(status=303)
    answer.headers["Location"] = path
    return answer
