"""What the hub counts about itself, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest


class Metrics:
    """One registry for each site: nothing is shared between two hubs in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "hub_requests", "Requests answered.", ["route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "hub_request_seconds", "Time to answer.", ["route"], registry=self.registry
        )
        self._steps = Counter(
            "hub_login_steps", "Steps of sign-ins.", ["place", "outcome"], registry=self.registry
        )
        self._throttled = Counter(
            "hub_throttled", "Answers refused unread.", ["place"], registry=self.registry
        )

    def served(self, route: str, status: int, seconds: float) -> None:
        """*route* is the pattern, never the path: paths hold ids."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def stepped(self, place: str, outcome: str) -> None:
        """*place*: a method or `do/<action>`; *outcome*: asked, refused, admitted…"""
        self._steps.labels(place, outcome).inc()

    def throttled(self, place: str) -> None:
        self._throttled.labels(place).inc()

    def text(self) -> bytes:
        return generate_latest(self.registry)
