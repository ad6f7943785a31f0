"""A code is sent when asked for, and opens once, here and in time."""

from dataclasses import replace

import pytest

from hub.contract.accounts import Contact
from hub.contract.identifiers import AccountId, ChannelKind
from hub.contract.messages import Held
from hub.contract.methods import Attempt
from hub.contract.steps import Answer, Ask, Proved, Refused
from datetime import timedelta
from hub.testing.people import ANN, BOB
from tests.plugins.sent_code.conftest import ADDRESS, MAIL, NUMBER, PHONE, Visit


def test_nothing_is_sent_before_a_means_is_chosen(visit: Visit) -> None:
    visit.begin()
    visit.begin()
    assert visit.box.outbox.messages == []


@pytest.mark.parametrize(
    ("kind", "address", "authenticator", "amr"),
    [("sms", NUMBER, "sms", ("sms",)), ("mail", ADDRESS, "mail", ("otp",))],
)
def test_the_code_received_proves_possession_of_the_means_chosen(
    visit: Visit, kind: str, address: str, authenticator: str, amr: tuple[str, ...]
) -> None:
    visit.choose(kind)
    step = visit.say(code=visit.code)
    assert visit.box.outbox.messages[-1].to == address
    assert isinstance(step, Proved) and step.account == visit.ann.id
    assert (step.evidence.authenticator, step.evidence.amr) == (authenticator, amr)


def test_the_message_is_urgent_expires_with_the_code_and_counts_for_the_account(
    visit: Visit,
) -> None:
    visit.choose("sms")
    (message,) = visit.box.outbox.messages
    assert message.urgent and message.account == visit.ann.id
    assert message.expires_in == timedelta(minutes=10)


def test_the_browser_learns_neither_the_address_nor_the_code(visit: Visit) -> None:
    shown = str(visit.ask.values)
    visit.choose("sms")
    shown += str(visit.ask.values)
    assert NUMBER not in shown and ADDRESS not in shown and visit.code not in shown


def test_memory_keeps_a_digest_and_not_the_code(visit: Visit) -> None:
    visit.choose("sms")
    assert visit.code not in str(visit.ask.memory)


def test_the_page_says_where_it_went_and_offers_the_other_means(visit: Visit) -> None:
    visit.choose("sms")
    assert visit.ask.values["masked"] == "•• •• •• •• 42"
    assert visit.ask.values["others"] == [
        {"id": visit.id_of("mail"), "kind": "mail", "masked": "a•••@h•••.test"}
    ]


def test_spaces_in_the_code_do_not_matter(visit: Visit) -> None:
    visit.choose("sms")
    assert isinstance(visit.say(code=f" {visit.code[:3]} {visit.code[3:]} "), Proved)


def test_a_wrong_code_counts_and_says_how_many_tries_are_left(visit: Visit) -> None:
    visit.choose("sms")
    visit.say(code=visit.wrong)
    refused = visit.ask.refused
    assert refused and refused.code == "sent_code.wrong" and refused.counts
    assert refused.detail["tries_left"] == 4


def test_the_fifth_wrong_code_kills_it_and_the_right_one_comes_too_late(visit: Visit) -> None:
    visit.choose("sms")
    for _ in range(4):
        visit.say(code=visit.wrong)
        assert visit.refusal == "sent_code.wrong"
    visit.say(code=visit.wrong)
    assert visit.refusal == "sent_code.spent"
    visit.say(code=visit.code)
    assert visit.refusal == "sent_code.no_code"


def test_what_is_not_six_digits_costs_no_try(visit: Visit) -> None:
    visit.choose("sms")
    visit.say(code="12345")
    refused = visit.ask.refused
    assert refused and refused.code == "sent_code.unreadable" and not refused.counts
    assert isinstance(visit.say(code=visit.code), Proved)


def test_digits_of_other_scripts_are_not_digits(visit: Visit) -> None:
    visit.choose("sms")
    visit.say(code="١٢٣٤٥٦")
    assert visit.refusal == "sent_code.unreadable"


def test_a_code_opens_until_its_tenth_minute_and_not_after(visit: Visit) -> None:
    visit.choose("sms")
    visit.box.time.later(minutes=9, seconds=59)
    assert isinstance(visit.method.advance(visit._attempt(), _typed(visit)), Proved)
    visit.box.time.later(seconds=1)
    visit.say(code=visit.code)
    assert visit.refusal == "sent_code.expired"
    visit.say(code=visit.code)
    assert visit.refusal == "sent_code.no_code"


def test_a_code_of_another_sign_in_does_not_open(visit: Visit) -> None:
    visit.choose("sms")
    elsewhere = visit.code
    visit.box.time.later(minutes=1)
    visit.begin()
    visit.choose("sms")
    visit.say(code=elsewhere if elsewhere != visit.code else visit.wrong)
    assert visit.refusal == "sent_code.wrong"


def test_a_code_of_another_person_does_not_open(visit: Visit) -> None:
    visit.choose("sms")
    other = replace(visit.ann, id=type(visit.ann.id)("x-9"))
    attempt = replace(visit._attempt(), account=other)
    step = visit.method.advance(attempt, _typed(visit))
    assert isinstance(step, Ask) and step.refused and step.refused.code == "sent_code.wrong"


def test_only_the_last_code_sent_opens(visit: Visit) -> None:
    visit.choose("sms")
    first = visit.code
    visit.box.time.later(seconds=30)
    visit.say(resend="1")
    assert len(visit.box.outbox.posted) == 1, "the first was cancelled, had it not left"
    visit.say(code=first if first != visit.code else visit.wrong)
    assert visit.refusal == "sent_code.wrong"
    assert isinstance(visit.say(code=visit.code), Proved)


def test_a_resend_waits_thirty_seconds_and_the_code_sent_stays_good(visit: Visit) -> None:
    visit.choose("sms")
    visit.box.time.later(seconds=10)
    visit.say(resend="1")
    refused = visit.ask.refused
    assert refused and refused.code == "sent_code.too_soon" and not refused.counts
    assert refused.detail["wait_seconds"] == 20
    assert isinstance(visit.say(code=visit.code), Proved)


def test_starting_again_does_not_shorten_the_wait(visit: Visit) -> None:
    visit.choose("sms")
    visit.begin()
    visit.choose("sms")
    assert visit.refusal == "sent_code.too_soon"
    assert len(visit.box.outbox.messages) == 1


def test_the_other_means_may_be_chosen_at_once(visit: Visit) -> None:
    visit.choose("sms")
    visit.choose("mail")
    assert visit.ask.values["kind"] == "mail"
    step = visit.say(code=visit.code)
    assert isinstance(step, Proved) and step.evidence.authenticator == "mail"


def test_a_means_of_nobody_sends_nothing(visit: Visit) -> None:
    visit.say(means="0123456789abcdef")
    assert visit.ask.template == "choose.html" and visit.box.outbox.messages == []


def test_looking_again_sends_nothing_and_keeps_the_code(visit: Visit) -> None:
    visit.choose("sms")
    visit.say(look="1")
    assert len(visit.box.outbox.messages) == 1
    assert isinstance(visit.say(code=visit.code), Proved)


def test_not_my_number_cancels_the_code_and_leaves_the_other_means(visit: Visit) -> None:
    visit.choose("sms")
    code = visit.code
    visit.say(not_mine="1")
    assert visit.box.outbox.messages == []
    assert [(each.action, each.details) for each in visit.box.noted] == [
        ("contact.disputed", {"kind": "sms"})
    ]
    assert [to["kind"] for to in _offered(visit)] == ["mail"]
    visit.say(code=code)
    assert visit.refusal == "sent_code.no_code"
    visit.say(means=visit.id_of("sms"))
    assert visit.box.outbox.messages == []


def test_not_my_number_without_another_means_leaves_nothing_to_choose() -> None:
    visit = Visit(PHONE)
    visit.choose("sms")
    visit.say(not_mine="1")
    assert visit.refusal == "sent_code.no_means" and _offered(visit) == []
    visit.say(means=visit.id_of("sms"))
    assert visit.box.outbox.messages == [] and _offered(visit) == []


def test_a_share_of_messages_used_up_is_said_and_does_not_count(visit: Visit) -> None:
    visit.box.outbox.held = Held(wait=timedelta(hours=3))
    visit.choose("sms")
    refused = visit.ask.refused
    assert refused and refused.code == "sent_code.too_many" and not refused.counts
    assert refused.detail["wait_seconds"] == 3 * 3600


def test_only_validated_contacts_receive_codes() -> None:
    doubtful = Contact(kind=ChannelKind("sms"), address="+33612345678")
    visit = Visit(doubtful, MAIL)
    assert [to["kind"] for to in _offered(visit)] == ["mail"]
    assert [e.authenticator for e in visit.method.possible(visit.ann)] == ["mail"]


def test_without_a_validated_contact_nothing_is_possible() -> None:
    visit = Visit()
    assert visit.method.possible(visit.ann) == ()
    assert isinstance(visit.step, Refused)


def test_a_stranger_may_hope_for_both_kinds(visit: Visit) -> None:
    assert {e.authenticator for e in visit.method.possible(None)} == {"sms", "mail"}


def test_nobody_is_sent_nothing(visit: Visit) -> None:
    step = visit.method.begin(Attempt(now=visit.box.time(), account=None, return_url="/"))
    assert isinstance(step, Refused)


def _typed(visit: Visit) -> Answer:
    return Answer(fields={"code": visit.code})


def _offered(visit: Visit) -> list[dict[str, str]]:
    listed = visit.ask.values["destinations"]
    assert isinstance(listed, list)
    return listed  # type: ignore[return-value]


def test_not_my_number_is_told_to_whoever_may_correct_it(visit: Visit) -> None:
    visit.box.helpers = (replace(ANN, id=AccountId("referent")), BOB)
    visit.choose("sms")
    visit.say(not_mine="1")
    (told,) = visit.box.outbox.messages
    assert (told.template, told.to) == ("contact_disputed", "ann@hub.test")
    assert told.values["person"] == ANN.display_name
    assert "••" in str(told.values["masked"])
