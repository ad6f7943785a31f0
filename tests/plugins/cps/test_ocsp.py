"""The responder's word counts when it is signed, fresh, about this card and meant for us."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.testing.toolbox import MemoryToolbox
from hub_plugins.demo.pki.authority import Issued, Range, Signer, Wish
from hub_plugins.demo.pki.names import Holder
from hub_plugins.demo.pki.revoking import LIFE, answer
from hub_plugins.demo.pki.revoking import Responder as Answering
from hub_plugins.methods.cps.ocsp import Ocsp, Said, judged
from tests.plugins.cps.pki import NOW, authority, certificates, impostor

ADDRESS = "http://ocsp.test/"
ANYTHING = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def signer() -> Signer:
    return authority().persons[Range.STRONG]


def responder(by: Signer | None = None, **changes: Any) -> Issued:
    """Whom the authority named to answer for it."""
    holder = Holder(number="ocsp.hub.test", category=None, card_type=None)
    named = {"extended": (ExtendedKeyUsageOID.OCSP_SIGNING,)}
    given = {"first": NOW - timedelta(days=1), "last": NOW + timedelta(days=1), **named, **changes}
    return authority().issue(by or signer(), Wish(holder=holder, **given))


class Responder:
    """Answers as a test says; `told` changes what the answer is made of."""

    def __init__(self) -> None:
        self.told: dict[str, Any] = {}
        self.revoked = [certificates()["revoked"].certificate.serial_number]
        self.instead: bytes | Exception | int | None = None
        self.asked = 0
        self.box = MemoryToolbox("cps")
        self.box.parties["ocsp"] = httpx.Client(transport=httpx.MockTransport(self._answer))
        self.ocsp = Ocsp(ADDRESS, self.box)

    def says(self, name: str = "cps") -> Said:
        card = certificates()[name].certificate
        return self.ocsp.said(card, signer().certificate, self.box.time())

    def _answer(self, asked: httpx.Request) -> httpx.Response:
        self.asked += 1
        match self.instead:
            case Exception() as error:
                raise error
            case bytes() as octets:
                return httpx.Response(200, content=octets)
            case int() as status:
                return httpx.Response(status)
        told = {"issuer": signer(), "cards": list(certificates().values()), **self.told}
        by = told.pop("responder", None)
        now = told.pop("now", self.box.time())
        responder = Answering(revoked=self.revoked, by=by, **told)
        return httpx.Response(200, content=answer(responder, asked.content, now))


@pytest.fixture
def there() -> Iterator[Responder]:
    made = Responder()
    yield made
    made.box.parties["ocsp"].close()


@pytest.mark.parametrize(("name", "said"), [("cps", Said.GOOD), ("revoked", Said.REVOKED)])
def test_the_authority_itself_may_answer(there: Responder, name: str, said: Said) -> None:
    assert there.says(name) is said


@pytest.mark.parametrize(("name", "said"), [("cps", Said.GOOD), ("revoked", Said.REVOKED)])
def test_whom_it_named_for_this_may_answer(there: Responder, name: str, said: Said) -> None:
    there.told["responder"] = responder()

    assert there.says(name) is said


@pytest.mark.parametrize(
    "made",
    [
        lambda: certificates()["renewed"],
        lambda: responder(extended=(ExtendedKeyUsageOID.CLIENT_AUTH,)),
        lambda: responder(authority().persons[Range.STANDARD]),
        lambda: responder(impostor().persons[Range.STRONG]),
        lambda: responder(last=NOW - timedelta(hours=1)),
        lambda: responder(first=NOW + timedelta(hours=1)),
    ],
    ids=["a_card", "no_use", "other_range", "impostor", "expired", "not_yet"],
)
def test_nobody_else_may(there: Responder, made: Any) -> None:
    there.told["responder"] = made()

    assert there.says() is Said.NOTHING


def test_an_answer_signed_by_an_impostor_says_nothing(there: Responder) -> None:
    there.told["issuer"] = impostor().persons[Range.STRONG]

    assert there.says() is Said.NOTHING


def test_a_card_the_responder_does_not_know_is_not_good(there: Responder) -> None:
    there.told["cards"] = []

    assert there.says() is Said.NOTHING


def test_an_answer_about_another_card_says_nothing(there: Responder) -> None:
    good, bad = certificates()["cps"], certificates()["revoked"]
    builder = ocsp.OCSPRequestBuilder()
    builder = builder.add_certificate(good.certificate, signer().certificate, hashes.SHA1())
    asked = builder.build().public_bytes(Encoding.DER)
    about_good = answer(Answering(issuer=signer(), cards=[good]), asked, NOW)

    there.instead = about_good

    assert there.says("cps") is Said.GOOD
    assert there.ocsp.said(bad.certificate, signer().certificate, NOW) is Said.NOTHING


def test_an_answer_to_an_older_question_says_nothing(there: Responder) -> None:
    there.told["nonce"] = b"n" * 16

    assert there.says() is Said.NOTHING


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (timedelta(minutes=4), Said.GOOD),
        (timedelta(minutes=6), Said.NOTHING),
        (-LIFE + timedelta(seconds=1), Said.GOOD),
        (-LIFE, Said.NOTHING),
    ],
    ids=["clocks_differ", "from_the_future", "last_second", "stale"],
)
def test_an_answer_has_its_time(there: Responder, made: timedelta, said: Said) -> None:
    there.told["now"] = NOW + made

    assert there.says() is said


@pytest.mark.parametrize(
    "instead",
    [
        503,
        b"",
        b"<html>",
        b"0" * 70_000,
        httpx.ConnectError("down"),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("left alone after repeated failures"),
    ],
)
def test_a_responder_that_does_not_answer_says_nothing(there: Responder, instead: Any) -> None:
    there.instead = instead

    assert there.says() is Said.NOTHING


def test_what_it_said_is_asked_again_only_when_it_is_over(there: Responder) -> None:
    there.says()
    there.says()
    assert there.asked == 1
    there.box.time.later(days=1)

    there.says()

    assert there.asked == 2


def test_silence_is_not_remembered(there: Responder) -> None:
    there.instead = 503
    there.says()
    there.instead = None

    assert there.says() is Said.GOOD


def test_without_an_address_nobody_is_asked(there: Responder) -> None:
    silent = Ocsp("", there.box)
    card = certificates()["cps"].certificate

    assert silent.said(card, signer().certificate, NOW) is Said.NOTHING
    assert there.asked == 0


@ANYTHING
@given(octets=st.binary(max_size=400))
def test_octets_that_are_no_answer_are_told_apart(octets: bytes) -> None:
    card = certificates()["cps"].certificate

    with pytest.raises(ValueError):
        judged(octets, card, signer().certificate, b"", NOW)
