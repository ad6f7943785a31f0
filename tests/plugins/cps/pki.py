"""The demo's test authority, made once for all tests of a process, and hubs that trust it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import chain, cycle, islice
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from hub_plugins.demo.pki.authority import Authority, Issued, new_key
from hub_plugins.demo.pki.cases import cases
from hub_plugins.methods.cps.card import Kind
from hub_plugins.methods.cps.judging import Accepted, Judge, Revocation
from hub_plugins.methods.cps.path import Paths
from hub_plugins.methods.cps.trust import Trust

NOW: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
POLICIES: Final = ("2.999.213.1.7.2",)
EVERY_KIND: Final = frozenset({Kind.CPS, Kind.CPF, Kind.CPE, Kind.CPA})
_AUTHORITIES: Final = 9
LENIENT: Final = Accepted(kinds=EVERY_KIND, policies=POLICIES, tests=True, strict=False)


@cache
def authority() -> Authority:
    return Authority(NOW, few_keys(9))


@cache
def impostor() -> Authority:
    """The same names, and keys of its own."""
    return Authority(NOW, few_keys(1))


@cache
def certificates() -> Mapping[str, Issued]:
    return cases(authority(), impostor(), NOW)


def few_keys(own: int) -> Callable[[], RSAPrivateKey]:
    """Used again and again: making one takes longer than the whole of a test.

    The authorities share *own* of them; cards have two others.
    """
    authorities = islice(cycle([new_key() for _ in range(own)]), _AUTHORITIES)
    drawn = chain(authorities, cycle([new_key(), new_key()]))
    return lambda: next(drawn)


def trusted(whose: Authority | None = None) -> Trust:
    whose = whose or authority()
    return Trust(
        roots=tuple(each.certificate for each in whose.roots.values()),
        authorities=tuple(each.certificate for each in whose.persons.values()),
    )


def judge(revocation: Revocation, accepted: Accepted = LENIENT) -> Judge:
    trust = trusted()
    return Judge(Paths(trust.roots, trust.authorities), accepted, revocation)
