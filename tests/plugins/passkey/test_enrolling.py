"""A passkey is made for one person, kept under a name they know, and taken away again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from hub.contract.accounts import Account
from hub.contract.methods import AuthenticationMethod
from hub.contract.steps import (
    Answer,
    Ask,
    Done,
    Proved,
    Redirect,
    Refusal,
    Refused,
    TaskStep,
)
from hub.contract.tasks import Enrollable, Resets
from hub.testing.method_kit import MethodCase, check_method
from hub.testing.people import BOB
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.methods.passkey.enrolment import HANDLE
from hub_plugins.methods.passkey.method import PasskeyMethod
from tests.plugins.passkey.authenticator import PRESENT, Authenticator, Bend
from tests.plugins.passkey.desk import FOLDER, PARTY, Desk, enrolled, refusal
from tests.plugins.pieces import drawn, keys, letter, told


def test_it_does_what_every_method_must() -> None:
    device = Authenticator()

    def prepare(toolbox: MemoryToolbox, method: AuthenticationMethod, account: Account) -> None:
        desk = Desk()
        desk.box, desk.method = toolbox, PasskeyMethod(PARTY, toolbox)
        assert desk.enrol(device, who=account) == Done()

    check_method(
        MethodCase(
            make=lambda toolbox: PasskeyMethod(PARTY, toolbox),
            prepare=prepare,
            right=lambda toolbox, step, account: Answer(
                fields={"response": device.prove(_ask(step))}
            ),
            fields=("response", "failed"),
            folder=FOLDER,
        )
    )


def test_what_the_authenticator_is_told_names_nobody_but_by_chance() -> None:
    desk = Desk()
    options = _options(desk.method.begin_enrolment(desk.task()))
    other = _options(desk.method.begin_enrolment(desk.task(who=BOB)))
    assert options["user"]["name"] == "ann" and options["user"]["displayName"] == "Ann Martin"
    assert options["user"]["id"] != other["user"]["id"] and len(options["user"]["id"]) > HANDLE
    assert [each["alg"] for each in options["pubKeyCredParams"]] == [-7, -8, -257]
    chosen = options["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert (options["rp"]["id"], options["attestation"]) == ("hub.test", "none")


def test_a_second_passkey_calls_the_person_the_same_and_knows_the_first() -> None:
    desk = enrolled()
    options = _options(desk.method.begin_enrolment(desk.task()))
    first = desk.device
    assert [each["type"] for each in options["excludeCredentials"]] == ["public-key"]
    second = Authenticator()
    assert desk.enrol(second) == Done()
    assert second.handle == first.handle
    assert isinstance(desk.sign_in(device=second), Proved)
    assert len(desk.method.means(desk.ann.id)) == 2


def test_a_passkey_is_listed_under_its_name_told_by_old_means_and_in_the_trail() -> None:
    desk = enrolled()
    (means,) = desk.method.means(desk.ann.id)
    assert (means.label, means.used) == ("my phone", None)
    assert [each.template for each in desk.box.outbox.messages] == ["passkey_added"] * 2
    assert [each.action for each in desk.box.noted] == ["passkey.added"]
    desk.method.remove(desk.ann.id, means.id)
    assert desk.method.means(desk.ann.id) == []
    assert [each.template for each in desk.box.outbox.messages][2:] == ["passkey_removed"] * 2
    assert refusal(desk.sign_in()).cause == "unknown_key"


def test_nobody_removes_the_passkey_of_somebody_else() -> None:
    desk = enrolled()
    (means,) = desk.method.means(desk.ann.id)
    desk.method.remove(BOB.id, means.id)
    assert isinstance(desk.sign_in(), Proved)


def test_a_lost_device_takes_all_passkeys_along() -> None:
    desk = enrolled()
    desk.enrol(Authenticator())
    assert isinstance(desk.method, Resets) and isinstance(desk.method, Enrollable)
    desk.method.reset(desk.ann.id)
    assert desk.method.means(desk.ann.id) == []
    assert desk.method.possible(desk.ann) == ()
    assert desk.box.noted[-1].action == "passkey.reset"


def test_there_is_a_limit_to_how_many() -> None:
    desk = Desk()
    assert [desk.enrol(Authenticator()) for _ in range(3)] == [Done()] * 3
    assert refusal(desk.enrol(Authenticator())).code == "passkey.enough"


P384 = Authenticator(ec.generate_private_key(ec.SECP384R1()))
HEAVY = Authenticator()
HEAVY.id = b"x" * 1024
BENT = {
    "origin": (Authenticator(), Bend(origin="https://evil.example")),
    "rp_id": (Authenticator(), Bend(rp_id="evil.example")),
    "challenge": (Authenticator(), Bend(challenge="AAAA")),
    "not_verified": (Authenticator(), Bend(flags=PRESENT)),
    "algorithm_or_attestation": (P384, Bend()),
    "oversized": (HEAVY, Bend()),
}
GARBAGE = [
    Bend(fmt="packed", statement={"alg": -7, "sig": b"garbage", "x5c": [b"no certificate"]}),
    Bend(fmt="packed", statement={"alg": -7, "sig": b"garbage"}),
    Bend(fmt="none", statement={"sig": b"something"}),
    Bend(fmt="unheard of", statement={}),
    Bend(fmt="tpm", statement={"ver": "2.0", "certInfo": b"", "pubArea": b"", "x5c": [b""]}),
    Bend(fmt="android-safetynet", statement={"ver": "1", "response": b"a.b.c"}),
    Bend(type="webauthn.get"),
]


@pytest.mark.parametrize("cause", BENT)
def test_each_bent_answer_makes_nothing_and_the_trail_knows_why(cause: str) -> None:
    desk = Desk()
    device, bend = BENT[cause]
    assert refusal(desk.enrol(device, bend)).code == "passkey.refused"
    assert desk.box.noted[-1].details == {"why": cause}
    assert desk.method.means(desk.ann.id) == []


@pytest.mark.parametrize("bend", GARBAGE)
def test_a_garbled_attestation_makes_nothing(bend: Bend) -> None:
    desk = Desk()
    assert refusal(desk.enrol(bend=bend)).code == "passkey.refused"
    assert desk.method.means(desk.ann.id) == []


@pytest.mark.parametrize("response", ["{}", "[1]", "[" * 9000, "x" * 20_000, "\0"])
def test_rubbish_makes_nothing(response: str) -> None:
    desk = Desk()
    page = desk.method.begin_enrolment(desk.task())
    assert isinstance(page, Ask)
    step = desk.method.advance_enrolment(desk.task(page), Answer(fields={"response": response}))
    assert refusal(step).code == "passkey.refused"


def test_a_passkey_that_somebody_has_is_not_given_to_another() -> None:
    desk = enrolled()
    assert refusal(desk.enrol(desk.device, who=BOB)).code == "passkey.refused"
    assert desk.box.noted[-1].details == {"why": "known_key"}
    assert desk.method.means(BOB.id) == []


def test_the_answer_to_a_former_page_makes_nothing() -> None:
    desk = Desk()
    former = desk.method.begin_enrolment(desk.task())
    page = desk.method.begin_enrolment(desk.task())
    assert isinstance(former, Ask) and isinstance(page, Ask)
    answer = Answer(fields={"response": desk.device.make(former)})
    assert refusal(desk.method.advance_enrolment(desk.task(page), answer)).cause == "challenge"


def test_the_name_typed_survives_a_refusal() -> None:
    desk = Desk()
    page = desk.method.begin_enrolment(desk.task())
    assert isinstance(page, Ask)
    fields = {"failed": "InvalidStateError", "label": "ward"}
    again = desk.method.advance_enrolment(desk.task(page), Answer(fields=fields))
    assert refusal(again).code == "passkey.already"
    assert isinstance(again, Ask) and 'value="ward"' in drawn(FOLDER, again, "fr")


def test_an_enrolment_whose_state_is_lost_begins_again() -> None:
    desk = Desk()
    step = desk.method.advance_enrolment(desk.task(), Answer(fields={"response": "{}"}))
    assert isinstance(step, Ask) and step.refused is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_and_message_has_its_words(language: str) -> None:
    desk = enrolled()
    page = desk.method.begin_enrolment(desk.task())
    assert isinstance(page, Ask)
    assert "<noscript>" in drawn(FOLDER, page, language)
    assert "<noscript>" in drawn(FOLDER, desk.asked(), language)
    assert "noscript" not in drawn(FOLDER, desk.method.beside(desk.attempt(None)), language)
    for message in desk.box.outbox.messages:
        assert "my phone" in letter(FOLDER, replace(message, language=language)) or (
            message.kind == "sms"
        )
    for each in ("refused", "cancelled", "unsupported", "unanswered", "already", "enough"):
        assert told(FOLDER, Refusal(code=f"passkey.{each}"), language)


def test_both_catalogues_have_the_same_keys() -> None:
    assert keys(FOLDER)["fr"] == keys(FOLDER)["en"]


def test_the_script_is_small_and_inline_nothing() -> None:
    script = (FOLDER / "static" / "passkey.js").read_bytes()
    assert len(script) < 4_000
    for page in Path(FOLDER, "templates").glob("*.html"):
        assert "onclick" not in page.read_text() and "style=" not in page.read_text()


def _ask(step: Ask | Redirect) -> Ask:
    assert isinstance(step, Ask)
    return step


def _options(step: TaskStep | Refused) -> Any:
    assert isinstance(step, Ask)
    return json.loads(str(step.values["options"]))
