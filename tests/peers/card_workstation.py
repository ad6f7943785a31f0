"""An agent before two readers, at a workstation: what its pages hear, and what is typed into it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from hub_plugins.card_agent.words import catalogue
from hub_plugins.methods.cps.challenge import drawn, shown
from tests.peers.card_desk import Agent, Ear, Town, agent
from tests.peers.reader import Readers
from tests.peers.virtual_card import VirtualCard


class Workstation:
    """An agent, what its pages hear of it, and two readers."""

    def __init__(
        self, started: Agent, ear: Ear, plugged: Readers, place: Town, language: str
    ) -> None:
        self.words = catalogue(language)
        self.agent = started
        self.ear = ear
        self.plugged = plugged
        self.place = place
        self._inserted: list[VirtualCard] = []
        self._threads = ThreadPoolExecutor(1)

    def insert(self, name: str, reader: int = 0) -> VirtualCard:
        card = self.place.card(name)
        card.insert(self.plugged.ports[reader])
        self._inserted.append(card)
        return card

    def asked(self, pin: str) -> Any:
        """What a page gets for its challenge, when this is typed at the terminal."""
        said = self.asking()
        self.until_asked()
        self.agent.type(pin)
        return said.result(30)

    def until_asked(self) -> str:
        """What the terminal showed, up to the place where the PIN is typed."""
        return self.agent.until(self.words["pin.label"])

    def asking(self) -> Any:
        self.challenge = drawn(self.place.hub, "/login/1/cps", datetime.now(UTC)).text
        return self._threads.submit(self.ear.sign, shown(self.challenge))

    def close(self) -> None:
        for card in self._inserted:
            card.remove()
        self.ear.close()
        self._threads.shutdown()


@contextmanager
def workstation(
    place: Town, plugged: Readers, *more: str, language: str = "fr"
) -> Iterator[Workstation]:
    """*more* are words of the agent's command; *language* is the workstation's."""
    words = ("--language", language, *more)
    with agent(place.hub, place.port, plugged.environment, *words) as started:
        made = Workstation(started, Ear(place.hub, place.port), plugged, place, language)
        try:
            yield made
        finally:
            made.close()
