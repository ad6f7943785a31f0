"""What waits, hidden, beside the form of another method: see `WaitsBeside`."""

from collections.abc import Iterable, Iterator
from functools import partial

from markupsafe import Markup

from hub.contract.methods import MethodCard, WaitsBeside
from hub.broker.contained import unless_broken
from hub.broker.scene import Scene
from hub.web.drawing import fragment
from hub.web.parts import hub


def beside(scene: Scene, cards: Iterable[MethodCard]) -> Iterator[tuple[str, Markup]]:
    """Each method that waits, and the inside of its form."""
    for card in cards:
        method = hub().rules.methods[card.name]
        if not card.immediate or not isinstance(method, WaitsBeside):
            continue
        attempt = scene.attempt(card.name)
        ask = unless_broken(card.name, partial(method.beside, attempt), None)
        if ask:
            yield card.name, fragment(hub().owner_of_method(card.name), ask, method=card.name)
