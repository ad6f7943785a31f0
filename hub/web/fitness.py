"""Beside a method's button: that this browser hardly serves for it, and what to do instead."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import flask

from hub.contract.fitness import Doubt, DoubtsBrowser
from hub.contract.identifiers import MethodName
from hub.contract.values import value
from hub.broker.contained import unless_broken
from hub.web.checks_here import fitness
from hub.web.drawing import words
from hub.web.parts import hub

_LONGEST: Final = 512
"""Of a header that says what a browser is; longer ones are nobody's."""


@value
class Advice:
    sentence: str
    if_touched: bool


def lent() -> dict[str, Any]:
    """What templates may call."""
    return {"unfit": unfit}


def unfit(name: str) -> Sequence[Advice]:
    """The doubts of the method *name*, in words. The button stays: a hint may be wrong."""
    method = hub().rules.methods.get(MethodName(name))
    if not isinstance(method, DoubtsBrowser):
        return ()
    none: Sequence[Doubt] = ()
    owner = hub().owner_of_method(name)
    return [
        Advice(sentence=words(each.key, owner), if_touched=each.if_touched)
        for each in unless_broken(name, partial(_doubts, method), none)
    ]


def _doubts(method: DoubtsBrowser) -> Sequence[Doubt]:
    sent = flask.request.headers
    agent = sent.get("User-Agent", "")[:_LONGEST]
    mobile = sent.get("Sec-CH-UA-Mobile") == "?1"
    return method.doubts(agent, mobile=mobile, old=fitness(agent) == "old")
