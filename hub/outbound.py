"""HTTP to named outside parties: each with its own time limits, few places and breaker.

A party that is slow or down must cost nobody else anything: its calls wait for one of its own
places and no longer than its own limits, and after a few failures in a row nobody calls it for
a while.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from types import MappingProxyType
from typing import cast

import httpx

from hub.contract.values import Clock, value
from hub.settings import OutboundSettings, PartySettings


@value
class Limits:
    """What one party is allowed to cost."""

    connect: timedelta = timedelta(seconds=2)
    read: timedelta = timedelta(seconds=5)
    places: int = 4
    """Calls at once; further ones wait `wait`, then fail."""
    largest: int = 1_048_576
    """Bytes of an answer."""
    longest: timedelta = timedelta(seconds=15)
    """For an answer to arrive whole: `read` alone lets one come byte by byte for ever."""
    wait: timedelta = timedelta(seconds=1)
    failures: int = 5
    """In a row, after which the breaker opens."""
    rest: timedelta = timedelta(seconds=30)


def limits_of(given: PartySettings | OutboundSettings, otherwise: Limits = Limits()) -> Limits:
    """As the operator wrote them; *otherwise* what is not said."""
    names = [each.name for each in fields(Limits)]
    said = {name: getattr(given, name) for name in names}
    return replace(otherwise, **{name: kept for name, kept in said.items() if kept is not None})


Transport = Callable[[httpx.Limits], httpx.BaseTransport]
"""Makes what carries the requests to one party, within so many places."""


class Resting(httpx.TransportError):
    """The breaker is open: the party failed just now and is left alone."""


@value
class PartyStanding:
    """What this process found of one party; others may have found otherwise."""

    plugin: str
    party: str
    failures: int
    """In a row."""
    failed_at: datetime | None
    rests_until: datetime | None


class Breaker(httpx.BaseTransport):
    """Counts failures in a row; open, it answers at once for the party."""

    def __init__(
        self,
        inner: httpx.BaseTransport,
        limits: Limits,
        clock: Clock,
        told: Callable[[bool], None] = lambda well: None,
    ) -> None:
        """*told* each time the party is left alone for a while, and of every answer of use."""
        self._told = told
        self._inner = inner
        self._limits = limits
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._failed_at: datetime | None = None
        self._rests_until: datetime | None = None

    def standing(self, plugin: str, party: str) -> "PartyStanding":
        with self._lock:
            return PartyStanding(
                plugin=plugin,
                party=party,
                failures=self._failures,
                failed_at=self._failed_at,
                rests_until=self._rests_until,
            )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._admit()
        try:
            response = self._inner.handle_request(request)
        except httpx.PoolTimeout:
            # Our own places are all taken: the party was not even asked.
            raise
        except httpx.TransportError:
            self._failed()
            raise
        if response.status_code >= 500:
            self._failed()
        else:
            self._worked()
        return self._bounded(response)

    def close(self) -> None:
        self._inner.close()

    def _bounded(self, response: httpx.Response) -> httpx.Response:
        # Nothing compressed was asked for: a few bytes of it may unfold into all our memory.
        if response.headers.get("Content-Encoding", "identity") != "identity":
            response.close()
            raise httpx.DecodingError("an answer compressed without being asked")
        stream = Bounded(response.stream, self._limits, self._clock)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=stream,
            extensions=response.extensions,
        )

    def _admit(self) -> None:
        with self._lock:
            now = self._clock()
            if self._rests_until and now < self._rests_until:
                raise Resting("left alone after repeated failures")
            if self._rests_until:
                # One call tries the party again; the others wait for its outcome.
                self._rests_until = now + self._limits.rest

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._failed_at = self._clock()
            if self._failures >= self._limits.failures:
                self._rests_until = self._clock() + self._limits.rest
            given_up = self._failures >= self._limits.failures
        # Outside of the lock: whoever is told may take a moment.
        if given_up:
            self._told(False)

    def _worked(self) -> None:
        with self._lock:
            self._failures = 0
            self._rests_until = None
        self._told(True)


class Bounded(httpx.SyncByteStream):
    """An answer's bytes, given up when they are too many or take too long."""

    def __init__(
        self, inner: httpx.SyncByteStream | httpx.AsyncByteStream, limits: Limits, clock: Clock
    ) -> None:
        self._inner = cast(httpx.SyncByteStream, inner)
        self._limits = limits
        self._clock = clock
        self._until = clock() + limits.longest

    def __iter__(self) -> Iterator[bytes]:
        room = self._limits.largest
        for part in self._inner:
            room -= len(part)
            if room < 0 or self._clock() >= self._until:
                raise httpx.ReadTimeout("the answer does not end")
            yield part

    def close(self) -> None:
        self._inner.close()


class _Nowhere(httpx.BaseTransport):
    """Without a guard nobody is reached whose address a stranger named."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nothing guards this address", request=request)


class Outbound:
    """One client per plugin and party, made when first asked for."""

    def __init__(
        self,
        clock: Clock,
        limits: Limits = Limits(),
        own: Mapping[str, Limits] = MappingProxyType({}),
        transport: Transport | None = None,
        guarded: Transport | None = None,
        carried: Mapping[str, Transport] = MappingProxyType({}),
        told: Callable[[str, bool], None] = lambda party, well: None,
    ) -> None:
        """*own*: by party (a service's id), by plugin, or by `plugin/party`.

        *guarded* reaches addresses that strangers named; *carried*, named like *own*, parties
        that ask for more than a connection. *told* how each
        party that the operator named fares, as `plugin/party`.
        """
        self._clock = clock
        self._limits = limits
        self._own = own
        self._transport = transport or (lambda places: httpx.HTTPTransport(limits=places))
        self._guarded = guarded or (lambda _: _Nowhere())
        self._carried = carried
        self._told = told
        self._clients: dict[tuple[str, str, Transport], httpx.Client] = {}
        self._breakers: dict[tuple[str, str, Transport], Breaker] = {}
        self._lock = Lock()

    def client(self, plugin: str, party: str) -> httpx.Client:
        named = next((name for name in _names(plugin, party) if name in self._carried), None)
        return self._kept(plugin, party, self._carried[named] if named else self._transport)

    def guarded_client(self, plugin: str, party: str) -> httpx.Client:
        """For an address that the party named itself: it leads to the open internet only."""
        return self._kept(plugin, party, self._guarded)

    def standing(self) -> Sequence[PartyStanding]:
        """Of every party that was ever asked for, by plugin and name."""
        with self._lock:
            known = dict(self._breakers)
        return [breaker.standing(*named[:2]) for named, breaker in sorted(known.items(), key=_name)]

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def _kept(self, plugin: str, party: str, transport: Transport) -> httpx.Client:
        named = (plugin, party, transport)
        with self._lock:
            if named not in self._clients:
                limits = self._limits_for(plugin, party)
                self._breakers[named] = self._breaker(named, limits)
                self._clients[named] = _client(self._breakers[named], limits)
            return self._clients[named]

    def _limits_for(self, plugin: str, party: str) -> Limits:
        names = _names(plugin, party)
        return next((self._own[name] for name in names if name in self._own), self._limits)

    def _breaker(self, named: tuple[str, str, Transport], limits: Limits) -> Breaker:
        plugin, party, transport = named
        carries = transport(httpx.Limits(max_connections=limits.places))
        if transport is self._guarded:
            # Strangers name as many of these as they like: nobody is told of each.
            return Breaker(carries, limits, self._clock)
        return Breaker(carries, limits, self._clock, partial(self._told, f"{plugin}/{party}"))


def _client(breaker: Breaker, limits: Limits) -> httpx.Client:
    read, connect = limits.read.total_seconds(), limits.connect.total_seconds()
    timeout = httpx.Timeout(read, connect=connect, pool=limits.wait.total_seconds())
    return httpx.Client(
        transport=breaker,
        timeout=timeout,
        follow_redirects=False,
        headers={"Accept-Encoding": "identity"},
    )


def _name(named: tuple[tuple[str, str, Transport], Breaker]) -> tuple[str, str]:
    return named[0][0], named[0][1]


def _names(plugin: str, party: str) -> tuple[str, ...]:
    """Under which the operator may have spoken of the party, the nearest first."""
    return f"{plugin}/{party}", plugin, party
