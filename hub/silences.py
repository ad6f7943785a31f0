"""Which methods give no answer now, for the buttons that lead to them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from hub.extensions import Equipped
from hub.lending import Books, Ground
from hub.people.degraded import chains_silence
from hub.store.faring import QUIET


def silences_of(
    ground: Ground, books: Books, equipped: Equipped
) -> Callable[[], Mapping[str, datetime]]:
    """By method: since when its provider is silent, or none of its messages leaves.

    By method and kind of message as well, `sent_code/sms`: since when those do not leave.
    """
    chains = ground.configuration.hub.messages.chains
    used: dict[str, list[Sequence[str]]] = {}
    for name, method in equipped.methods.items():
        if method.card.carried:
            used[name] = [chains.get(kind, ()) for kind in method.card.carried]
            used |= {f"{name}/{kind}": [chains.get(kind, ())] for kind in method.card.carried}

    def silences() -> Mapping[str, datetime]:
        ailing, after = books.silences.ailing(), ground.clock() - QUIET
        found = {name: chains_silence(each, ailing, after) for name, each in used.items()}
        carried = {name: since for name, since in found.items() if since}
        return {**books.silences.silent(), **carried}

    return silences
