"""A card judged, beside its bare signature checks; a list of 200 000: its time and its memory."""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain, cycle, islice
from pathlib import Path
from statistics import median
from subprocess import run
from tempfile import TemporaryDirectory
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from benchmarks.lists import lists_in
from tests.plugins.cps.large_list import large_list
from benchmarks.table import Section
from hub.app import utc_now
from hub.contract.values import value
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.demo.pki.authority import Authority, Issued, Range, new_key, serial
from hub_plugins.demo.pki.cases import NURSE, card
from hub_plugins.demo.pki.folder import AUTHORITIES, write_authorities
from hub_plugins.demo.pki.names import POLICY
from hub_plugins.demo.pki.revoking import revocation_list
from hub_plugins.methods.cps.card import Card, Kind
from hub_plugins.methods.cps.challenge import drawn, signed
from hub_plugins.methods.cps.judging import Accepted, Judge
from hub_plugins.methods.cps.lists import Lists
from hub_plugins.methods.cps.ocsp import Ocsp
from hub_plugins.methods.cps.path import Paths
from hub_plugins.methods.cps.revocation import Checks
from hub_plugins.methods.cps.settings import CpsSettings

ROUNDS: Final = 5
TIMES: Final = 300
PROMISE: Final = 5.0
ENTRIES: Final = 200_000
SECONDS: Final = 10.0
MEGABYTES: Final = 50.0
Work = Callable[[], object]


@value
class Cost:
    seconds: float
    megabytes: float


def section() -> Section:
    now = utc_now().replace(microsecond=0)
    authority = Authority(now, _keys())
    lucas = card(authority, NURSE, now)
    with TemporaryDirectory() as name:
        folder = Path(name)
        keeping = _kept(folder, authority, now)
        holding = _measured("hold", _fingerprint(lucas), str(folder / "lists.db"))
        with lists_in(folder / "lists.db") as lists:
            ours, bare = _sign_in(authority, lucas, lists, now), _bare(authority, lucas, now)
            _milliseconds(ours, TIMES // 4)
            # One after the other, again and again: what else the machine does hits both.
            rounds = [
                (_milliseconds(ours, TIMES), _milliseconds(bare, TIMES)) for _ in range(ROUNDS)
            ]
    return _judged(rounds, keeping, holding)


def _judged(rounds: Sequence[tuple[float, float]], keeping: Cost, holding: Cost) -> Section:
    own, least = (median(each[at] for each in rounds) for at in (0, 1))
    quick = max(keeping.seconds, holding.seconds) <= SECONDS
    return Section(
        title="A card judged, and a revocation list",
        how=(
            "Hub: the challenge's signature, the path, what the card says, and its place in the "
            f"list held, of {ENTRIES} entries. Bare: the three RS256 verifications of it. Keys as "
            "the national ones: 4096 bits of authorities, 2048 of cards. The list is read from "
            "DER by the worker, and held by each process."
        ),
        head=("round", "hub ms", "bare ms"),
        rows=tuple(
            (str(number), f"{mine:.3f}", f"{theirs:.3f}")
            for number, (mine, theirs) in enumerate(rounds, start=1)
        ),
        verdict=(
            f"Medians: hub {own:.3f} ms, bare {least:.3f} ms: {own / least:.1f} times; promised "
            f"{PROMISE:.0f}. The list: read and kept in {keeping.seconds:.1f} s, with "
            f"{keeping.megabytes:.0f} MB at the highest, by the worker; held from "
            f"{holding.seconds:.2f} s on with {holding.megabytes:.1f} MB per process; promised "
            f"{SECONDS:.0f} s and {MEGABYTES:.0f} MB."
        ),
        kept=own / least <= PROMISE and quick and holding.megabytes < MEGABYTES,
    )


def _keys() -> Callable[[], RSAPrivateKey]:
    """Two for the nine authorities, no two of one range alike; then those of cards."""
    own = islice(cycle([new_key(4096), new_key(4096)]), 9)
    drawn = chain(own, iter(new_key, None))
    return lambda: next(drawn)


def _kept(folder: Path, authority: Authority, now: datetime) -> Cost:
    signer = authority.persons[Range.STRONG]
    serials = [serial(signer) for _ in range(ENTRIES)]
    der = large_list(signer, serials, revocation_list(signer, (), now))
    (folder / "large.crl").write_bytes(der)
    write_authorities(folder, authority, now, [])
    files = ("large.crl", AUTHORITIES, "lists.db")
    return _measured("keep", *(str(folder / each) for each in files))


def _measured(*words: str) -> Cost:
    command = [sys.executable, "-m", "benchmarks.lists", *words]
    seconds, megabytes = run(command, capture_output=True, check=True, text=True).stdout.split()
    return Cost(seconds=float(seconds), megabytes=float(megabytes))


def _sign_in(authority: Authority, lucas: Issued, lists: Lists, now: datetime) -> Work:
    roots = [each.certificate for each in authority.roots.values()]
    authorities = [each.certificate for each in authority.persons.values()]
    accepted = Accepted(
        kinds=frozenset(Kind), policies=(POLICY.dotted_string,), tests=True, strict=False
    )
    ocsp = Ocsp("", MemoryToolbox("cps"))
    checks = Checks(CpsSettings(roots=(), authorities=()), lists, ocsp, authorities)
    judge = Judge(Paths(roots, authorities), accepted, checks)
    challenge, der = drawn("https://hub.test", "/login/1/cps", now), lucas.der
    signature = lucas.key.sign(challenge.text, padding.PKCS1v15(), hashes.SHA256())

    def work() -> None:
        found = judge.judge(der, now)
        if not signed(der, "RS256", signature, challenge.text) or not isinstance(found, Card):
            raise AssertionError(found)

    return work


def _bare(authority: Authority, lucas: Issued, now: datetime) -> Work:
    """Of the challenge by the card, of the card by its authority, of that by its root."""
    leaf, signer = lucas.certificate, lucas.issuer.certificate
    root = authority.roots[Range.STRONG]
    text = drawn("https://hub.test", "/login/1/cps", now).text
    signature = lucas.key.sign(text, padding.PKCS1v15(), hashes.SHA256())
    checks = [
        (lucas.key.public_key(), signature, text),
        (lucas.issuer.key.public_key(), leaf.signature, leaf.tbs_certificate_bytes),
        (root.key.public_key(), signer.signature, signer.tbs_certificate_bytes),
    ]

    def work() -> None:
        for key, made, octets in checks:
            key.verify(made, octets, padding.PKCS1v15(), hashes.SHA256())

    return work


def _fingerprint(lucas: Issued) -> str:
    return lucas.issuer.certificate.fingerprint(hashes.SHA256()).hex()


def _milliseconds(work: Work, times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) * 1000 / times


if __name__ == "__main__":
    print(section().markdown())
