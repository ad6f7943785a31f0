"""Every page, message and refusal of sent codes has its words, in both languages."""

import inspect
import re

import pytest
from pydantic import TypeAdapter, ValidationError

from hub.contract.messages import Message
from hub.contract.identifiers import ChannelKind
from hub.contract.steps import Refusal
from hub.contract.values import Json
from hub_plugins.methods.sent_code import contacts, enrolment, method, sending
from hub_plugins.methods.sent_code.settings import SentCodeSettings
from tests.plugins.pieces import drawn, keys, letter, told
from tests.plugins.sent_code.conftest import FOLDER, MAIL, Visit

GSM = set("@£$¥èéùìòÇ\nØøÅåÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà_ΔΦΓΛΩΠΨΣΘΞ")
DETAIL = {"tries_left": 2, "n": 2, "wait_seconds": 20}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("delivery", ["", "waiting", "handed_over", "failed"])
@pytest.mark.parametrize("kind", ["sms", "mail"])
def test_the_code_page_says_where_the_message_is(
    visit: Visit, language: str, delivery: str, kind: str
) -> None:
    visit.choose(kind)
    page = drawn(FOLDER, visit.ask, language, lambda _: delivery)
    assert ('role="status"' in page) == bool(delivery)
    assert page.index('name="code"') < page.index('name="resend"'), "Enter checks, never resends"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_asks_for_the_delivery_of_its_own_message(visit: Visit, language: str) -> None:
    visit.choose("sms")
    (message,) = visit.box.outbox.posted
    fates: dict[str, str] = {message: "waiting"}
    assert 'role="status"' in drawn(FOLDER, visit.ask, language, fates.__getitem__)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_choice_offers_one_button_for_each_means(visit: Visit, language: str) -> None:
    page = drawn(FOLDER, visit.ask, language)
    assert page.count('name="means"') == 2
    visit.choose("sms")
    visit.say(not_mine="1")
    page = drawn(FOLDER, visit.ask, language)
    assert page.count('name="means"') == 1 and 'role="status"' in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_button_says_that_what_it_sends_does_not_leave(visit: Visit, language: str) -> None:
    assert drawn(FOLDER, visit.ask, language, unsent="9 h 12").count("9 h 12") == 2
    visit.choose("sms")
    assert "9 h 12" in drawn(FOLDER, visit.ask, language, unsent="9 h 12")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_enrolment_pages_draw(language: str) -> None:
    visit = Visit(MAIL)
    visit.enrol()
    assert 'name="address"' in drawn(FOLDER, visit.ask, language)
    visit.enrol(address="06 12 34 56 78")
    assert 'name="code"' in drawn(FOLDER, visit.ask, language)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "code",
    sorted(
        {
            found
            for module in (method, enrolment, sending, contacts)
            for found in re.findall(r'"(sent_code\.[a-z_]+)"', inspect.getsource(module))
        }
    ),
)
def test_every_refusal_has_its_sentence_and_its_next_step(code: str, language: str) -> None:
    words = told(FOLDER, Refusal(code=code, detail=DETAIL), language)
    assert words and "sent_code" not in words


def test_both_languages_say_the_same_things() -> None:
    there = keys(FOLDER)
    assert there["fr"] == there["en"]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", ["sms", "mail"])
@pytest.mark.parametrize("template", ["code", "contact_added", "contact_removed"])
def test_every_message_draws_without_a_name(template: str, kind: str, language: str) -> None:
    text = letter(FOLDER, _message(template, kind, language))
    assert "Ann" not in text and "{{" not in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_short_message_fits_one_and_a_telephone_can_fill_it_in(language: str) -> None:
    text = letter(FOLDER, _message("code", "sms", language))
    assert len(text) <= 160
    assert not {each for each in text if not each.isascii() and each not in GSM}
    assert text.splitlines()[-1] == "@acces.sante-region.test #042042"


@pytest.mark.parametrize(
    "table", [{"tries": 6}, {"lifetime": "PT11M"}, {"gap": "PT29S"}, {"kinds": ["fax"]}]
)
def test_no_configuration_passes_the_limits(table: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(SentCodeSettings).validate_python(table)


def _message(template: str, kind: str, language: str) -> Message:
    values: dict[str, Json] = {
        "code": "042042",
        "minutes": 10,
        "host": "acces.sante-region.test",
        "masked": "••",
    }
    return Message(
        kind=ChannelKind(kind), to="x", template=template, values=values, language=language
    )
