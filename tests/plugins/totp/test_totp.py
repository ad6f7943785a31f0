"""An authenticator proves possession with codes that work once."""

from dataclasses import replace
from pathlib import Path

import pyotp
import pytest

from hub.contract.accounts import Contact
from hub.contract.identifiers import ChannelKind, ServiceId
from hub.contract.messages import Message
from hub.contract.methods import Attempt
from hub.contract.steps import Answer, Ask, Done, Proved, Refusal, Refused, Step, TaskStep
from hub.contract.tasks import Enrollable, Resets, Task
from hub.contract.toolbox import Credential
from hub.testing.memory import MemoryAccounts
from hub.testing.people import ANN, BOB
from hub.testing.toolbox import MemoryDrawer, MemoryToolbox
from hub_plugins.methods import totp
from hub_plugins.methods.totp.authenticators import Authenticators, Spent
from hub_plugins.methods.totp.method import Totp
from hub_plugins.methods.totp.settings import TotpSettings
from tests.plugins.pieces import drawn, keys, letter, told

FOLDER = Path(totp.__file__).parent


class Phone:
    """Ann, her telephone, and the method she enrolled it with."""

    def __init__(self) -> None:
        number = Contact(kind=ChannelKind("sms"), address="+33612345642", validated=True)
        self.ann = replace(ANN, contacts=(*ANN.contacts, number))
        self.box = MemoryToolbox("totp", MemoryAccounts((self.ann, BOB)))
        self.method = Totp(TotpSettings(), self.box)
        self.seed = ""

    def enrol(self, label: str = "my phone") -> Step | TaskStep:
        page = self.method.begin_enrolment(self.task())
        assert isinstance(page, Ask)
        self.seed = str(page.memory["seed"])
        answer = Answer(fields={"code": self.shows(), "label": label})
        return self.method.advance_enrolment(self.task(page), answer)

    def shows(self, later: int = 0) -> str:
        return pyotp.TOTP(self.seed).at(int(self.box.time().timestamp()) + later)

    def type(self, code: str) -> Step:
        attempt = Attempt(now=self.box.time(), account=self.ann, return_url="/login/1/totp")
        return self.method.advance(attempt, Answer(fields={"code": code}))

    def task(self, page: Ask | None = None) -> Task:
        return Task(
            now=self.box.time(),
            account=self.ann,
            service=ServiceId("account"),
            return_url="/account",
            memory=page.memory if page else {},
        )


@pytest.fixture
def phone() -> Phone:
    """Enrolled a minute ago."""
    phone = Phone()
    assert phone.enrol() == Done()
    phone.box.time.later(minutes=1)
    return phone


def test_the_code_shown_proves_possession(phone: Phone) -> None:
    step = phone.type(phone.shows())
    assert isinstance(step, Proved) and step.account == phone.ann.id
    assert (step.evidence.authenticator, step.evidence.amr) == ("totp", ("otp",))
    assert {str(each) for each in step.evidence.factors} == {"possession"}


def test_a_code_is_refused_the_second_time(phone: Phone) -> None:
    phone.type(phone.shows())
    assert _refusal(phone.type(phone.shows())) == Refusal(code="totp.used")


def test_an_older_code_is_refused_once_a_newer_one_was_used(phone: Phone) -> None:
    phone.type(phone.shows())
    assert _refusal(phone.type(phone.shows(later=-30))) == Refusal(code="totp.used")


def test_the_code_that_confirmed_the_enrolment_does_not_open() -> None:
    phone = Phone()
    phone.enrol()
    assert _refusal(phone.type(phone.shows())) == Refusal(code="totp.used")


def test_one_code_opens_one_of_two_sign_ins_at_the_same_moment(phone: Phone) -> None:
    drawer = _Racing(phone.box.drawer("authenticators").of(phone.ann.id)[0])
    outcome = Authenticators(drawer).spend(phone.ann.id, phone.shows(), phone.box.time())
    assert outcome is Spent.USED
    assert drawer.rival is Spent.RIGHT


def test_a_wrong_code_counts(phone: Phone) -> None:
    wrong = f"{(int(phone.shows()) + 1) % 1_000_000:06}"
    refused = _refusal(phone.type(wrong))
    assert refused.code == "totp.wrong" and refused.counts


def test_what_is_not_six_digits_does_not_count(phone: Phone) -> None:
    refused = _refusal(phone.type("12 34"))
    assert refused.code == "totp.unreadable" and not refused.counts


def test_any_of_several_authenticators_opens(phone: Phone) -> None:
    first = phone.seed
    phone.enrol("tablet")
    phone.seed = first
    assert isinstance(phone.type(phone.shows()), Proved)
    assert [each.label for each in phone.method.means(phone.ann.id)] == ["my phone", "tablet"]


def test_it_is_possible_for_who_enrolled_and_hoped_of_strangers(phone: Phone) -> None:
    assert phone.method.possible(phone.ann) and phone.method.possible(None)
    assert phone.method.possible(BOB) == ()


def test_nothing_is_kept_before_a_code_confirms_it() -> None:
    phone = Phone()
    page = phone.method.begin_enrolment(phone.task())
    assert isinstance(page, Ask)
    again = phone.method.advance_enrolment(phone.task(page), Answer(fields={"code": "12"}))
    assert _refusal(again).code == "totp.not_confirmed"
    assert isinstance(again, Ask) and again.memory == page.memory, "the picture stays the same"
    assert phone.method.possible(phone.ann) == ()


def test_the_seed_is_only_in_what_is_sealed_and_on_the_page_that_shows_it() -> None:
    phone = Phone()
    phone.enrol()
    (credential,) = phone.box.drawer("authenticators").of(phone.ann.id)
    assert phone.seed.encode() == credential.secret
    assert phone.seed not in str(credential) and phone.seed not in str(phone.box.noted)


def test_an_addition_is_told_and_traced() -> None:
    phone = Phone()
    phone.enrol()
    assert [each.kind for each in phone.box.outbox.messages] == ["mail", "sms"]
    assert [each.action for each in phone.box.noted] == ["totp.added"]


def test_one_may_be_removed_and_the_person_is_told(phone: Phone) -> None:
    (means,) = phone.method.means(phone.ann.id)
    phone.method.remove(phone.ann.id, means.id)
    assert phone.method.possible(phone.ann) == ()
    assert phone.box.outbox.messages[-1].template == "authenticator_removed"
    assert phone.box.noted[-1].action == "totp.removed"


def test_a_lost_telephone_takes_all_authenticators_with_it(phone: Phone) -> None:
    phone.enrol("tablet")
    phone.method.reset(phone.ann.id)
    assert phone.method.possible(phone.ann) == ()
    assert phone.box.noted[-1].action == "totp.reset"


def test_it_is_enrollable_and_resets(phone: Phone) -> None:
    assert isinstance(phone.method, Enrollable) and isinstance(phone.method, Resets)


def test_there_is_an_end_to_how_many(phone: Phone) -> None:
    for _ in range(4):
        phone.enrol()
    step = phone.method.begin_enrolment(phone.task())
    assert isinstance(step, Refused) and step.why.code == "totp.enough"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pages_draw_with_a_picture_the_policy_allows(language: str) -> None:
    phone = Phone()
    page = phone.method.begin_enrolment(phone.task())
    assert isinstance(page, Ask)
    html = drawn(FOLDER, page, language)
    assert 'src="data:image/svg+xml' in html and "otpauth://totp/hub.test:ann?" in html
    assert 'name="code"' in drawn(FOLDER, Ask(template="code.html"), language)


CODES = ["wrong", "used", "unreadable", "not_enrolled", "not_confirmed", "enough"]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", CODES)
def test_every_refusal_has_its_sentence_and_its_next_step(code: str, language: str) -> None:
    words = told(FOLDER, Refusal(code=f"totp.{code}"), language)
    assert "totp." not in words


def test_both_languages_say_the_same_things() -> None:
    there = keys(FOLDER)
    assert there["fr"] == there["en"]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", ["sms", "mail"])
@pytest.mark.parametrize("template", ["authenticator_added", "authenticator_removed"])
def test_every_message_draws(template: str, kind: str, language: str) -> None:
    message = Message(
        kind=ChannelKind(kind),
        to="x",
        template=template,
        values={"label": "my phone"},
        language=language,
    )
    assert letter(FOLDER, message).strip()


class _Racing(MemoryDrawer):
    """Between reading and writing, somebody else spends the same code."""

    def __init__(self, credential: Credential) -> None:
        super().__init__()
        self.rival: Spent | None = None
        super().put(replace(credential, version=0))

    def put(self, credential: Credential) -> None:
        if self.rival is None:
            self.rival = Spent.RIGHT
            super().put(credential)
        super().put(credential)


def _refusal(step: Step | TaskStep) -> Refusal:
    assert isinstance(step, Ask) and step.refused, step
    return step.refused
