"""What was typed for a required action when the sign-in around it ran out: back in its form, once.

The action is asked afresh, after a new proof where one is needed; its person finds the form as
they left it. Somebody else who signs in at the same browser does not.
"""

import flask

from hub.contract.values import Json
from hub.broker.assurance import ActionDue
from hub.broker.records import asking
from hub.broker.scene import Scene
from hub.web.guards import drawn_for, mark
from hub.web.kept_forms import WAITS, box, may_remember, note, read_kept, typed_now
from hub.web.parts import browser, hub
from hub.web.refilling import Typed, refilled


def keep(scene: Scene, action: str) -> None:
    """The answer just sent, where nobody waits for it any more."""
    desk = box()
    if desk is None or not _lost(scene, action) or not _may_remember(scene):
        return
    pairs: list[Json] = [[name, text] for name, text in typed_now()]
    said: dict[str, Json] = {"whose": drawn_for(), "action": flask.request.path, "fields": pairs}
    desk.one_time.put(_place(action), said, seconds=WAITS)


def unkept(scene: Scene, action: str) -> bool:
    """Whether the answer just sent is lost on purpose: the page that follows says so."""
    # Somebody who is signed in sent it twice, and the first one was taken.
    lost = scene.seen is None and _lost(scene, action)
    return lost and box() is not None and not _may_remember(scene)


def given_back(scene: Scene, answer: flask.Response) -> flask.Response:
    """The page with the form as it was left; any other answer as it is."""
    desk = box()
    if desk is None or scene.seen is None or not isinstance(scene.decision, ActionDue):
        return answer
    due = scene.decision.action
    found = desk.one_time.take(_place(due))
    if found is None or found["whose"] != mark(scene.seen.account.id):
        return answer
    if not _may_remember(scene):
        return answer
    fields = tuple(read_kept(found).fields)
    # In whichever login it is asked again.
    action = f"/login/{scene.login.id}/do/{due}"
    typed = Typed(action=action, here=flask.request.path, fields=fields)
    answer.set_data(refilled(answer.get_data(as_text=True), typed, note()))
    return answer


def _lost(scene: Scene, action: str) -> bool:
    """Whether something was typed that nobody asks for now."""
    # What does not exist is not kept: names may be invented without end.
    gone = scene.seen is None or asking(scene.login, f"do/{action}") is None
    gone = gone and action in hub().rules.actions
    return gone and bool(drawn_for() and typed_now())


def _may_remember(scene: Scene) -> bool:
    return may_remember(scene.seen.session if scene.seen else None)


def _place(action: str) -> str:
    # One for each action, not for each login: a browser begins as many of those as it likes.
    return f"typed:{browser().key}:do:{action}"
