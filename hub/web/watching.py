"""What changes while people type: a frame that loads itself again, ever more slowly, then rests.

Were the whole page to reload, what was typed would be lost, and read out again from its top.
"""

from dataclasses import replace
from typing import Final

import flask

from hub.contract.identifiers import MethodName
from hub.contract.messages import Delivery
from hub.contract.steps import Ask
from hub.broker.scene import Scene
from hub.web.drawing import delivery, fragment, page, words_or
from hub.web.parts import hub

# Three minutes in all at three seconds: what has not left by then is looked for by hand.
_PAUSES: Final = (1, 1, 1, 2, 2, 4, 8, 12, 20, 20)


def waits(ask: Ask) -> bool:
    """Whether there is anything to wait for; not once the message it waits for has left."""
    message = ask.values.get("message")
    left = isinstance(message, str) and delivery(message) != Delivery.WAITING
    return ask.again_in is not None and not left


def seconds_of(ask: Ask) -> int:
    return max(1, round(ask.again_in.total_seconds())) if ask.again_in else 0


def ways_of(scene: Scene) -> str:
    """Where the other means are offered, for a method that sends there whoever it cannot serve."""
    return f"/login/{scene.login.id}?choose=1#others"


def draw_watched(scene: Scene, method: MethodName) -> flask.Response:
    turn = scene.login.turn
    step = turn.step if turn and turn.at == method and scene.offers(method) else None
    if not isinstance(step, Ask) or not step.watched:
        flask.abort(404)
    flask.g.hub_framed = True
    flask.g.hub_ui_locales = scene.login.request.languages
    owner = hub().owner_of_method(method)
    return page(
        "signin/watched.html",
        title=words_or(f"{method}.title", owner, hub().rules.methods[method].card.title),
        inside=fragment(
            owner, replace(step, template=step.watched), method=method, ways=ways_of(scene)
        ),
        refresh=_next_look(step),
    )


def _next_look(ask: Ask) -> str | None:
    look = flask.request.args.get("look", 0, type=int)
    if not waits(ask) or not 0 <= look < len(_PAUSES):
        return None
    return f"{_PAUSES[look] * seconds_of(ask)}; url=?look={look + 1}"
