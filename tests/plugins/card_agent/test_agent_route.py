"""The hub's side of the agent: what it offers the page, and what it believes of what comes back."""

import json
from base64 import b64encode, urlsafe_b64decode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from hub.contract.methods import Attempt
from hub.contract.steps import Answer, Refusal
from hub.contract.values import Json
from hub.testing.memory import MemoryAccounts
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.methods.cps.agent_route import AgentRoute, Signed
from hub_plugins.methods.cps.agent_settings import AgentSettings
from hub_plugins.methods.cps.pairing import Pairings
from tests.plugins.card_agent.pieces import Key, certificate

LOGIN = "/login/abc/cps"


class Page:
    """One login's page: it remembers what was offered, as the hub does."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self.key = key
        self.box = MemoryToolbox("cps", MemoryAccounts(()))
        self.route = AgentRoute(AgentSettings(), self.box)
        self.pairings = Pairings(self.box.one_time)
        self.return_url = LOGIN
        self.memory: dict[str, Json] = {}
        self.draw()

    def attempt(self) -> Attempt:
        now = self.box.time()
        return Attempt(now=now, account=None, return_url=self.return_url, memory=self.memory)

    def draw(self, **fields: str) -> None:
        offer = self.route.offer(self.attempt(), Answer(fields=fields) if fields else None)
        self.memory = {"agent": dict(offer.memory)}
        self.values = offer.values

    def challenge(self) -> bytes:
        return urlsafe_b64decode(str(self.values["challenge"]))

    def signature(self, text: bytes | None = None) -> dict[str, str]:
        """By RSA, as the agent sends it."""
        made = self.key.sign(text or self.challenge(), padding.PKCS1v15(), hashes.SHA256())
        return fields(self.key, made, "RS256")

    def answer(self, **fields: str) -> Signed | Refusal | None:
        return self.route.answered(self.attempt(), Answer(fields=fields))

    @property
    def pairing(self) -> dict[str, str]:
        found = self.values["pairing"]
        assert isinstance(found, dict)
        return {name: str(text) for name, text in found.items()}


def fields(key: Key, signature: bytes, algorithm: str) -> dict[str, str]:
    return {
        "agent_certificate": b64encode(certificate(key).public_bytes(Encoding.DER)).decode(),
        "agent_signature": b64encode(signature).decode(),
        "agent_algorithm": algorithm,
    }


def why(outcome: Signed | Refusal | None) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.code


@pytest.fixture
def page(key: rsa.RSAPrivateKey) -> Page:
    return Page(key)


def test_what_the_card_signed_for_this_page_is_its_holder(page: Page) -> None:
    outcome = page.answer(**page.signature())
    assert isinstance(outcome, Signed)
    assert outcome.certificate == certificate(page.key).public_bytes(Encoding.DER)


def test_the_challenge_names_the_hub_and_the_login_and_is_never_the_same(page: Page) -> None:
    first = page.challenge()
    page.draw()
    assert first.startswith(b"hub card sign-in 1\norigin https://hub.test\n")
    assert page.challenge() != first


def test_what_was_signed_for_one_page_is_worth_nothing_on_the_next(page: Page) -> None:
    """Replay: what crossed the workstation once may have been kept there."""
    before = page.signature()
    page.draw()
    assert why(page.answer(**before)) == "cps.bad_signature"


def test_what_was_signed_for_another_login_or_hub_is_worth_nothing(page: Page) -> None:
    for text in (
        page.challenge().replace(b"https://hub.test", b"https://evil.test"),
        page.challenge()[:-2] + b"0\n",
    ):
        assert why(page.answer(**page.signature(text))) == "cps.bad_signature"


def test_a_signature_is_taken_for_two_minutes(page: Page) -> None:
    signed = page.signature()
    page.box.time.later(minutes=2)
    assert isinstance(page.answer(**signed), Signed)
    page.box.time.later(seconds=1)
    assert why(page.answer(**signed)) == "cps.agent_stale"


@pytest.mark.parametrize("name", ["agent_certificate", "agent_signature", "agent_algorithm"])
@pytest.mark.parametrize("text", ["", "*", "AAAA", "none", "é", "A" * 60_000])
def test_rubbish_proves_nothing(page: Page, name: str, text: str) -> None:
    assert why(page.answer(**{**page.signature(), name: text})) == "cps.bad_signature"


def test_pss_is_taken_and_other_hashes_are_not(page: Page, key: rsa.RSAPrivateKey) -> None:
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    good = key.sign(page.challenge(), pss, hashes.SHA256())
    assert isinstance(page.answer(**fields(key, good, "PS256")), Signed)
    weak = key.sign(page.challenge(), padding.PKCS1v15(), hashes.SHA1())
    assert why(page.answer(**fields(key, weak, "RS256"))) == "cps.bad_signature"


def test_a_key_too_short_to_be_a_card_s_signs_nothing(page: Page) -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    made = short.sign(page.challenge(), padding.PKCS1v15(), hashes.SHA256())
    assert why(page.answer(**fields(short, made, "RS256"))) == "cps.bad_signature"


@pytest.mark.parametrize(
    ("curve", "digest", "algorithm"),
    [(ec.SECP256R1(), hashes.SHA256(), "ES256"), (ec.SECP384R1(), hashes.SHA384(), "ES384")],
)
def test_curves_sign_as_two_numbers_side_by_side(
    page: Page, curve: ec.EllipticCurve, digest: hashes.HashAlgorithm, algorithm: str
) -> None:
    key = ec.generate_private_key(curve)
    r, s = decode_dss_signature(key.sign(page.challenge(), ec.ECDSA(digest)))
    half = (curve.key_size + 7) // 8
    made = r.to_bytes(half) + s.to_bytes(half)
    assert isinstance(page.answer(**fields(key, made, algorithm)), Signed)
    assert why(page.answer(**fields(key, made, "RS256"))) == "cps.bad_signature"


@pytest.mark.parametrize(
    ("word", "tries", "code"),
    [
        ("no_reader", "", "cps.no_reader"),
        ("removed", "", "cps.removed"),
        ("wrong_pin", "2", "cps.wrong_pin"),
        ("wrong_pin", "", "cps.wrong_pin_unknown"),
        ("wrong_pin", "9" * 99, "cps.wrong_pin_unknown"),
        ("pin_blocked", "0", "cps.pin_blocked"),
        ("<script>", "", "cps.bad_signature"),
    ],
)
def test_what_the_agent_says_has_its_own_sentence(
    page: Page, word: str, tries: str, code: str
) -> None:
    assert why(page.answer(agent_refused=word, agent_tries=tries)) == code


def test_a_page_without_the_agent_hears_nothing(page: Page) -> None:
    assert page.answer() is None
    assert page.answer(agent="read") is None
    assert page.answer(agent="look") is None


def test_an_agent_that_was_paired_signs_for_the_page_that_shows_the_number(page: Page) -> None:
    page.draw(agent="pair")
    id = page.pairing["look"].rpartition("/")[2]
    assert page.pairing["link"] == f"hubcard:https://hub.test/apps/cps/agent/{id}"
    pairings = page.pairings
    claimed = pairings.claim(id, page.pairing["number"], page.box.time())
    assert claimed and page.answer(agent="look") is None
    ticket, challenge = claimed
    assert not pairings.answered(id)
    assert pairings.answer(ticket, page.signature(challenge.text))
    assert pairings.answered(id) and pairings.answered(id)
    assert isinstance(page.answer(agent="look"), Signed)
    # Taken once: the same answer opens nothing a second time, nor in another tab.
    assert page.answer(agent="look") is None
    assert not pairings.answer(ticket, page.signature(challenge.text))


def test_one_wrong_number_ends_the_pairing(page: Page) -> None:
    """A link pushed on somebody: the attacker has one guess in ninety."""
    page.draw(agent="pair")
    id, number = page.pairing["look"].rpartition("/")[2], page.pairing["number"]
    other = str(10 + (int(number) - 9) % 90)
    pairings = page.pairings
    assert pairings.claim(id, other, page.box.time()) is None
    assert pairings.claim(id, number, page.box.time()) is None
    assert why(page.answer(agent="look")) == "cps.agent_number"


def test_the_page_keeps_its_number_while_it_waits_and_has_another_when_asked(page: Page) -> None:
    page.draw(agent="pair")
    before = page.pairing
    page.draw(agent="look")
    assert page.pairing == before
    page.draw(agent="pair")
    assert page.pairing["look"] != before["look"]
    page.box.time.later(minutes=7)
    page.draw(agent="look")
    assert page.values["pairing"] is None


def test_nothing_it_remembers_is_more_than_json(page: Page) -> None:
    page.draw(agent="pair")
    assert json.loads(json.dumps(page.memory)) == page.memory


def test_a_hub_may_do_without_agents(key: rsa.RSAPrivateKey) -> None:
    box = MemoryToolbox("cps", MemoryAccounts(()))
    route = AgentRoute(AgentSettings(enabled=False), box)
    attempt = Attempt(now=box.time(), account=None, return_url=LOGIN)
    offer = route.offer(attempt, Answer(fields={"agent": "pair"}))
    assert (route.address, offer.values["pairing"]) == ("", None)
