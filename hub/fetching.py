"""Fetches what strangers point at: `jwks_uri`, `sector_identifier_uri`, `logo_uri`.

httpcore, which lies under httpx, is used itself: it alone lets one choose the address a connection
goes to while the certificate is checked against the name, and bound every single read.
"""

import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpcore
import httpx

from hub.contract.fetching import Fetched, Unfetchable, Unfit
from hub.contract.values import Clock, value
from hub.pinned import Deadline, PinnedBackend, Refused, Resolve, system_addresses
from hub.settings import FetchingSettings

Answer = Fetched | Unfetchable
FORM: Final = "application/x-www-form-urlencoded"
_MOST: Final = 200
"""Documents remembered; the oldest give way."""


@value
class _Kept:
    answer: Answer
    at: datetime
    until: datetime


@value
class Network:
    """What a test replaces."""

    resolve: Resolve
    trusted: Callable[[], ssl.SSLContext] = field(repr=False)
    connections: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)


class GuardedFetcher:
    """Implements `hub.contract.fetching.Fetcher` for every plugin of this process."""

    def __init__(
        self, settings: FetchingSettings, clock: Clock, network: Network | None = None
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._network = network or system_network(settings)
        self._lock = Lock()
        self._kept: dict[str, _Kept] = {}
        self._under_way: dict[str, Future[Answer]] = {}

    def get(self, url: str) -> Answer:
        return self._fresh(url, lambda kept: self._clock() < kept.until)

    def renewed(self, url: str) -> Answer:
        # Unknown key ids cost a stranger nothing: each may not make the hub fetch again.
        pause = self._settings.keep_failure
        return self._fresh(url, lambda kept: self._clock() < kept.at + pause)

    def anew(self, url: str) -> Answer:
        return self._fresh(url, lambda kept: False)

    def _fresh(self, url: str, good: Callable[[_Kept], bool]) -> Answer:
        with self._lock:
            kept = self._kept.get(url)
            if kept is not None and good(kept):
                return kept.answer
            under_way = self._under_way.get(url)
            if under_way is None and len(self._under_way) >= self._settings.places:
                return Unfetchable(why=Unfit.BUSY)
            if under_way is None:
                mine = self._under_way[url] = Future()
        if under_way is not None:
            return under_way.result()
        return self._fetched(url, mine)

    def _fetched(self, url: str, told: "Future[Answer]") -> Answer:
        """Fetch for all who wait; every way out wakes them."""
        answer: Answer = Unfetchable(why=Unfit.UNREACHABLE)
        keep = self._settings.keep_failure
        try:
            answer, keep = self._ask(url)
        except Refused as refusal:
            answer = Unfetchable(why=refusal.why)
        finally:
            now = self._clock()
            with self._lock:
                self._kept.pop(url, None)
                self._kept[url] = _Kept(answer=answer, at=now, until=now + keep)
                while len(self._kept) > _MOST:
                    del self._kept[next(iter(self._kept))]
                del self._under_way[url]
            told.set_result(answer)
        return answer

    def _ask(self, url: str) -> tuple[Fetched, timedelta]:
        parts = self._fit(url)
        # A compressed body is a small thing that grows: asked for, and taken, as it is.
        wanted = [("Host", parts.netloc), ("Accept-Encoding", "identity")]
        with self._connecting(parts) as pool, pool.stream("GET", url, headers=wanted) as response:
            return self._read(response)

    def post(self, url: str, form: bytes) -> int:
        """The status of the answer, whose body nobody reads; raise `Refused` when none comes."""
        parts = self._fit(url)
        headers = [("Host", parts.netloc), ("Content-Type", FORM)]
        headers.append(("Content-Length", str(len(form))))
        with (
            self._connecting(parts) as pool,
            pool.stream("POST", url, headers=headers, content=form) as response,
        ):
            return response.status

    @contextmanager
    def _connecting(self, parts: SplitResult) -> Iterator[httpcore.ConnectionPool]:
        host = (parts.hostname or "").lower().rstrip(".")
        deadline = Deadline(self._settings.longest.total_seconds())
        private = host in self._settings.allowed_hosts
        network = self._network
        backend = PinnedBackend(deadline, network.resolve, private, network.connections)
        context = network.trusted()
        try:
            with httpcore.ConnectionPool(ssl_context=context, network_backend=backend) as pool:
                yield pool
        except httpcore.TimeoutException:
            raise Refused(Unfit.TOO_SLOW) from None
        except httpcore.ConnectError as error:
            broken = isinstance(error.__cause__, ssl.SSLError) or "CERTIFICATE" in str(error)
            raise Refused(Unfit.CERTIFICATE if broken else Unfit.UNREACHABLE) from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise Refused(Unfit.UNREACHABLE) from None

    def _fit(self, url: str) -> SplitResult:
        try:
            parts = urlsplit(url)
            port = parts.port or 443
        except ValueError:
            raise Refused(Unfit.MALFORMED) from None
        printable = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
        if not parts.hostname or not printable or "@" in parts.netloc or "#" in url:
            raise Refused(Unfit.MALFORMED)
        if parts.scheme != "https":
            raise Refused(Unfit.NOT_HTTPS)
        if port not in self._settings.ports:
            raise Refused(Unfit.PORT)
        return parts

    def _read(self, response: httpcore.Response) -> tuple[Fetched, timedelta]:
        headers = httpx.Headers(response.headers)
        # Followed, a redirect would lead where nobody looked.
        if 300 <= response.status < 400:
            raise Refused(Unfit.REDIRECT)
        if response.status != 200:
            raise Refused(Unfit.STATUS)
        if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            raise Refused(Unfit.ENCODED)
        body = bytearray()
        for chunk in response.iter_stream():
            body += chunk
            if len(body) > self._settings.largest:
                raise Refused(Unfit.TOO_LARGE)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        return Fetched(body=bytes(body), content_type=kind), self._keep(headers)

    def _keep(self, headers: httpx.Headers) -> timedelta:
        said = timedelta(0)
        for each in headers.get("cache-control", "").split(","):
            name, _, seconds = each.strip().lower().partition("=")
            if name == "max-age" and seconds.isdecimal() and len(seconds) < 10:
                said = timedelta(seconds=int(seconds))
        least, most = self._settings.keep_at_least, self._settings.keep_at_most
        return max(least, min(said, most))


class GuardedTransport(httpx.BaseTransport):
    """Posts forms to addresses of strangers as carefully as documents are fetched there."""

    def __init__(self, fetcher: GuardedFetcher) -> None:
        self._fetcher = fetcher

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return httpx.Response(self._fetcher.post(str(request.url), request.read()))
        except Refused as refusal:
            raise httpx.ConnectError(refusal.why, request=request) from None


def system_network(settings: FetchingSettings) -> Network:
    """The machine's own resolver, the public authorities and the operator's."""
    resolvers = ThreadPoolExecutor(max_workers=settings.places, thread_name_prefix="resolver")
    context: list[ssl.SSLContext] = []

    def resolve(host: str, seconds: float) -> list[str]:
        # getaddrinfo knows no time limit of its own.
        return list(resolvers.submit(system_addresses, host).result(timeout=seconds))

    def trusted() -> ssl.SSLContext:
        # Reading the authorities takes tens of milliseconds: once, when first needed.
        if not context:
            made = httpx.create_ssl_context(trust_env=False)
            if settings.authorities:
                made.load_verify_locations(cafile=settings.authorities)
            context.append(made)
        return context[0]

    return Network(resolve=resolve, trusted=trusted)
