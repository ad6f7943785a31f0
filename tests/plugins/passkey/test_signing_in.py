"""A passkey proves its owner, and everything bent proves nothing, in one and the same sentence."""

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from hub.contract.errors import StaleCredential
from hub.contract.steps import Answer, Ask, Done, Proved
from hub.testing.people import BOB
from hub_plugins.methods.passkey.passkeys import Passkeys, Use
from tests.plugins.passkey.authenticator import (
    BACKED_UP,
    ELIGIBLE,
    PRESENT,
    VERIFIED,
    Authenticator,
    Bend,
)
from tests.plugins.passkey.desk import Desk, enrolled, refusal


def test_a_passkey_finds_out_whose_it_is_and_counts_as_two_factors() -> None:
    desk = enrolled()
    step = desk.sign_in()
    assert isinstance(step, Proved) and step.account == desk.ann.id
    evidence = step.evidence
    assert {str(each) for each in evidence.factors} == {"possession", "knowledge"}
    assert evidence.phishing_resistant
    assert (evidence.authenticator, evidence.amr) == ("passkey", ("swk", "user"))


def test_nobody_known_is_asked_for_whatever_the_device_keeps_and_ann_for_her_own() -> None:
    desk = enrolled()
    open_, known = _options(desk.asked()), _options(desk.asked(desk.ann))
    assert (open_["allowCredentials"], open_["rpId"]) == ([], "hub.test")
    assert open_["userVerification"] == "required"
    (allowed,) = known["allowCredentials"]
    assert allowed["id"] == _text(desk.device.id) and allowed["transports"] == ["internal"]


def test_a_known_person_may_answer_with_a_key_that_does_not_name_them() -> None:
    desk = enrolled()
    assert isinstance(desk.sign_in(Bend(handle=b""), who=desk.ann), Proved)


@pytest.mark.parametrize(
    "key",
    [
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
    ],
)
def test_the_other_algorithms_offered_work(
    key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey,
) -> None:
    desk = Desk()
    device = Authenticator(key)
    assert desk.enrol(device) == Done()
    assert isinstance(desk.sign_in(device=device), Proved)


BENT = {
    "origin": Bend(origin="https://hub.test.evil.example"),
    "rp_id": Bend(rp_id="evil.example"),
    "challenge": Bend(challenge=urlsafe_b64encode(b"x" * 56).decode()),
    "not_verified": Bend(flags=PRESENT),
    "not_present": Bend(flags=VERIFIED),
    "signature": Bend(signature=b"\x30\x06\x02\x01\x01\x02\x01\x01"),
    "user_handle": Bend(handle=b"somebody else"),
    "backup": Bend(flags=PRESENT | VERIFIED | ELIGIBLE),
}


@pytest.mark.parametrize("cause", BENT)
def test_each_bent_answer_is_refused_alike_and_the_trail_knows_why(cause: str) -> None:
    desk = enrolled()
    why = refusal(desk.sign_in(BENT[cause]))
    assert (why.code, why.cause, why.counts, why.detail) == ("passkey.refused", cause, True, {})
    assert isinstance(desk.sign_in(), Proved), "the passkey still opens"


@pytest.mark.parametrize("client", [{"crossOrigin": True}, {"topOrigin": "https://evil.example"}])
def test_a_page_that_frames_the_hub_gets_nothing(client: dict[str, object]) -> None:
    assert refusal(enrolled().sign_in(Bend(client=client))).cause == "origin"


def test_an_answer_meant_for_a_new_passkey_opens_nothing() -> None:
    assert refusal(enrolled().sign_in(Bend(type="webauthn.create"))).cause == "signature"


def test_a_user_handle_is_needed_where_nobody_is_known() -> None:
    assert refusal(enrolled().sign_in(Bend(handle=b""))).cause == "user_handle"


def test_an_answer_is_good_once() -> None:
    desk = enrolled()
    shown = desk.device.prove(desk.asked())
    assert isinstance(desk.answer(shown), Proved)
    assert refusal(desk.answer(shown)).cause == "replayed"


def test_an_answer_belongs_to_one_sign_in() -> None:
    desk = enrolled()
    shown = desk.device.prove(desk.asked())
    assert refusal(desk.answer(shown, login="2")).cause == "challenge"


def test_an_answer_that_comes_too_late_is_asked_again() -> None:
    desk = enrolled()
    shown = desk.device.prove(desk.asked())
    desk.box.time.later(hours=1)
    again = desk.answer(shown)
    assert (refusal(again).cause, refusal(again).counts) == ("expired", False)
    assert isinstance(again, Ask)
    fresh = desk.device.prove(again)
    assert isinstance(desk.answer(fresh), Proved)


def test_of_two_answers_at_one_moment_one_opens() -> None:
    desk = enrolled()
    passkeys = Passkeys(desk.box.drawer("passkeys"))
    (read,) = passkeys.of(desk.ann.id)
    use = Use(challenge=b"1", counter=0, backed_up=False)
    passkeys.spend(read, use, desk.box.time())
    with pytest.raises(StaleCredential):
        passkeys.spend(read, use, desk.box.time())


def test_bobs_passkey_does_not_step_ann_up() -> None:
    desk = enrolled()
    bobs = Authenticator()
    assert desk.enrol(bobs, who=BOB) == Done()
    assert refusal(desk.sign_in(device=bobs, who=desk.ann)).cause == "another_person"


def test_a_passkey_nobody_enrolled_is_refused_like_a_bent_one() -> None:
    stranger = Authenticator()
    stranger.handle = b"anything"
    assert refusal(enrolled().sign_in(device=stranger)).cause == "unknown_key"


def test_a_counter_that_goes_back_is_refused_and_told_to_the_trail() -> None:
    desk = Desk()
    desk.device.counter = 5
    assert desk.enrol() == Done()
    assert isinstance(desk.sign_in(), Proved)
    assert refusal(desk.sign_in(Bend(counter=6))).cause == "counter"
    assert [each.action for each in desk.box.noted][-1] == "passkey.copied"
    assert refusal(desk.sign_in(Bend(counter=0))).cause == "counter"
    forged = Bend(counter=3, signature=b"0")
    assert refusal(desk.sign_in(forged)).cause == "signature", "anybody can write a number"


def test_a_synced_passkey_says_when_it_is_kept_elsewhere() -> None:
    desk = Desk()
    desk.device.flags |= ELIGIBLE
    assert desk.enrol() == Done()
    desk.device.flags |= BACKED_UP
    assert isinstance(desk.sign_in(), Proved)
    (kept,) = desk.box.drawer("passkeys").of(desk.ann.id)
    assert (kept.public["backup_eligible"], kept.public["backed_up"]) == (True, True)


@pytest.mark.parametrize(
    "response",
    ["[]", "{", "[" * 9000, '{"id": 1}', "\ud800", '{"id":"a","rawId":"a","type":"public-key"}'],
)
def test_rubbish_is_refused_like_a_bent_answer(response: str) -> None:
    assert refusal(enrolled().answer(response)).cause == "unreadable"


def test_what_is_too_long_is_not_even_read() -> None:
    assert refusal(enrolled().answer("x" * 20_000)).cause == "oversized"


@pytest.mark.parametrize(
    ("failed", "code"),
    [
        ("NotAllowedError", "passkey.cancelled"),
        ("AbortError", "passkey.cancelled"),
        ("<script>", "passkey.unsupported"),
        ("", "passkey.unanswered"),
    ],
)
def test_what_the_browser_could_not_do_costs_no_try(failed: str, code: str) -> None:
    desk = enrolled()
    step = desk.method.advance(desk.attempt(None), Answer(fields={"failed": failed}))
    assert (refusal(step).code, refusal(step).counts) == (code, False)


def test_each_proof_is_written_beside_its_passkey() -> None:
    desk = enrolled()
    desk.box.time.later(hours=1)
    desk.sign_in()
    (means,) = desk.method.means(desk.ann.id)
    assert means.used == desk.box.time() and means.since != means.used


def test_what_was_signed_long_ago_is_forgotten() -> None:
    desk = enrolled()
    for _ in range(5):
        assert isinstance(desk.sign_in(), Proved)
        desk.box.time.later(minutes=61)
    (kept,) = desk.box.drawer("passkeys").of(desk.ann.id)
    spent = kept.public["spent"]
    assert isinstance(spent, dict) and len(spent) == 1


def test_the_key_of_one_person_opens_nothing_from_anothers_place() -> None:
    desk = enrolled()
    drawer = desk.box.drawer("passkeys")
    (kept,) = drawer.of(desk.ann.id)
    drawer.put(replace(kept, account=BOB.id, version=0))
    assert refusal(desk.sign_in()).cause == "unknown_key", "of two, neither is meant"


def _options(ask: Ask) -> Any:
    return json.loads(str(ask.values["options"]))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
