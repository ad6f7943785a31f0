"""Whether a card is revoked: which word counts, and what when nobody can say."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509

from hub.contract.lists import Ended
from hub_plugins.demo.pki.authority import Issued, Range, Signer
from hub_plugins.demo.pki.revoking import LIFE, revocation_list
from hub_plugins.methods.cps.crl import RevocationList, read_list
from hub_plugins.methods.cps.judging import Status
from hub_plugins.methods.cps.ocsp import Said
from hub_plugins.methods.cps.revocation import Checks
from hub_plugins.methods.cps.settings import CpsSettings
from tests.plugins.cps.pki import NOW, authority, certificates, trusted

LATE, OLDEST = timedelta(hours=6), timedelta(days=3)


class Held:
    """The lists of this process, as a test lays them."""

    def __init__(self, *lists: RevocationList) -> None:
        self._lists = {each.issuer: each for each in lists}

    def of(self, issuer: str) -> RevocationList | None:
        return self._lists.get(issuer)


class Answers:
    def __init__(self, said: Said = Said.NOTHING) -> None:
        self.word = said
        self.asked = 0

    def said(self, card: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Said:
        self.asked += 1
        return self.word


def a_list(by: Signer, *revoked: Issued | Signer) -> RevocationList:
    serials = [each.certificate.serial_number for each in revoked]
    trust = trusted()
    found = read_list(revocation_list(by, serials, NOW), (*trust.roots, *trust.authorities), NOW)
    assert isinstance(found, RevocationList)
    return found


def strong() -> Signer:
    return authority().persons[Range.STRONG]


def usual() -> RevocationList:
    return a_list(strong(), certificates()["revoked"])


def path(name: str) -> Sequence[x509.Certificate]:
    root = authority().roots[Range.STRONG].certificate
    return certificates()[name].certificate, strong().certificate, root


def checks(held: Held, said: Answers | None = None, **settings: Any) -> Checks:
    own = CpsSettings(roots=(), authorities=(), **settings)
    return Checks(own, held, said or Answers(), [strong().certificate])


def test_a_listed_card_is_revoked() -> None:
    assert checks(Held(usual())).status(path("revoked"), NOW) is Status.REVOKED


def test_one_that_is_not_listed_is_good() -> None:
    assert checks(Held(usual())).status(path("cps"), NOW) is Status.GOOD


def test_a_card_under_a_revoked_authority_is_revoked() -> None:
    of_root = a_list(authority().roots[Range.STRONG], strong())

    assert checks(Held(usual(), of_root)).status(path("cps"), NOW) is Status.REVOKED


def test_the_list_of_another_authority_says_nothing_of_this_card() -> None:
    other = a_list(authority().persons[Range.STANDARD])

    assert checks(Held(other)).status(path("cps"), NOW) is Status.UNKNOWN


def test_no_list_at_all_refuses() -> None:
    for rule in ("refuse", "accept"):
        assert checks(Held(), unknown=rule).status(path("cps"), NOW) is Status.UNKNOWN


@pytest.mark.parametrize(
    ("rule", "age", "status"),
    [
        ("refuse", LIFE + LATE - timedelta(seconds=1), Status.GOOD),
        ("refuse", LIFE + LATE, Status.UNKNOWN),
        ("accept", LIFE + LATE - timedelta(seconds=1), Status.GOOD),
        ("accept", LIFE + LATE, Status.UNCHECKED),
        ("accept", LIFE + OLDEST - timedelta(seconds=1), Status.UNCHECKED),
        ("accept", LIFE + OLDEST, Status.UNKNOWN),
    ],
)
def test_the_last_good_list_counts_to_its_limit(rule: str, age: timedelta, status: Status) -> None:
    rules = checks(Held(usual()), unknown=rule, late=LATE, oldest=OLDEST)

    assert rules.status(path("cps"), NOW + age) is status


def test_a_list_that_revokes_is_right_however_old_it_is() -> None:
    rules = checks(Held(usual()), Answers(Said.GOOD), unknown="accept")

    assert rules.status(path("revoked"), NOW + timedelta(days=400)) is Status.REVOKED


@pytest.mark.parametrize(
    ("said", "status"),
    [(Said.GOOD, Status.GOOD), (Said.REVOKED, Status.REVOKED), (Said.NOTHING, Status.UNKNOWN)],
)
def test_the_responder_s_word_counts_where_the_list_is_stale(said: Said, status: Status) -> None:
    rules = checks(Held(usual()), Answers(said))

    assert rules.status(path("cps"), NOW + timedelta(days=9)) is status


def test_the_responder_knows_of_a_card_revoked_since_the_list() -> None:
    rules = checks(Held(usual()), Answers(Said.REVOKED))

    assert rules.status(path("cps"), NOW) is Status.REVOKED


@pytest.mark.parametrize(
    ("settings", "age", "doubt"),
    [
        ({}, timedelta(days=9), False),
        ({"unknown": "accept"}, timedelta(0), False),
        ({"unknown": "accept"}, timedelta(days=9), True),
        ({"unknown": "accept", "ocsp": "http://ocsp.test"}, timedelta(days=9), False),
    ],
)
def test_the_page_says_when_cards_count_for_less(
    settings: dict[str, Any], age: timedelta, *, doubt: bool
) -> None:
    assert checks(Held(usual()), **settings).in_doubt(NOW + age) is doubt


def test_a_list_nobody_renewed_is_told_since_its_own_end() -> None:
    end = usual().next_update

    assert checks(Held()).ended(NOW) == Ended(since=None)
    assert checks(Held(usual())).ended(end - timedelta(seconds=1)) is None
    assert checks(Held(usual())).ended(end) == Ended(since=end)
    # A responder answers instead.
    assert checks(Held(), ocsp="http://ocsp.test/").ended(NOW) is None
