"""What the hub counts about itself, for Prometheus."""

from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector


class Metrics:
    """One registry for each site: nothing is shared between two hubs in one process.

    *folder*: where all processes of one `hub serve` count together; `None`: this one alone.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "hub_requests", "Requests answered.", ["route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "hub_request_seconds", "Time to answer.", ["route"], registry=self.registry
        )
        self._served: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self._steps = Counter(
            "hub_login_steps", "Steps of sign-ins.", ["place", "outcome"], registry=self.registry
        )
        self._throttled = Counter(
            "hub_throttled", "Answers refused unread.", ["place"], registry=self.registry
        )

        self._messages = Counter(
            "hub_messages",
            "Messages offered to carriers.",
            ["plugin", "outcome"],
            registry=self.registry,
        )

        self._cards = Counter(
            "hub_cards_shown",
            "Requests to the host where cards are shown.",
            ["outcome"],
            registry=self.registry,
        )

    def card_shown(self, outcome: str) -> None:
        """*outcome*: `certificate`, `none`, or why the request was not believed."""
        self._cards.labels(outcome).inc()

    def served(self, route: str, status: int, seconds: float) -> None:
        """*route* is the pattern, never the path: paths hold ids."""
        known = self._served.get((route, status))
        if known is None:
            counted = self._requests.labels(route, str(status)), self._seconds.labels(route)
            known = self._served[route, status] = counted
        known[0].inc()
        known[1].observe(seconds)

    def stepped(self, place: str, outcome: str) -> None:
        """*place*: a method or `do/<action>`; *outcome*: asked, refused, admitted…"""
        self._steps.labels(place, outcome).inc()

    def throttled(self, place: str) -> None:
        self._throttled.labels(place).inc()

    def messaged(self, plugin: str, outcome: str) -> None:
        """*outcome*: handed_over, or failed at this attempt."""
        self._messages.labels(plugin, outcome).inc()

    def text(self) -> bytes:
        if self._folder is None:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together, str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(together)
