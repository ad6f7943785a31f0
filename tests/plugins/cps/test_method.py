"""Signing in by card: whose card it is, what the page offers, what each answer leads to."""

from dataclasses import replace

from hub.contract.accounts import Identifier
from hub.contract.steps import Answer, Ask, Done, Proved, Redirect, Refusal, Refused
from hub.contract.events import Factor
from hub_plugins.methods.cps.card import ISSUER
from hub_plugins.methods.cps.judging import Status
from tests.plugins.cps.pki import certificates
from tests.plugins.cps.visit import BACK, LUCAS, MARIE, Visit, code_of

CARD = Answer(certificate=certificates()["cps"].der)


def test_a_card_opens_the_account_that_carries_its_number() -> None:
    visit = Visit(LUCAS, MARIE)

    proved = visit.show("cps")

    assert isinstance(proved, Proved) and proved.account == LUCAS.id
    assert proved.upstream and (proved.upstream.issuer, proved.upstream.subject) == (
        ISSUER,
        "899700075122",
    )


def test_a_card_and_its_pin_are_two_factors_that_no_other_site_can_use() -> None:
    proved = Visit(LUCAS).show("cps")

    assert isinstance(proved, Proved)
    assert proved.evidence.factors == {Factor.POSSESSION, Factor.KNOWLEDGE}
    assert (proved.evidence.authenticator, proved.evidence.amr) == ("card", ("sc", "pin", "mfa"))
    assert proved.evidence.phishing_resistant


def test_a_card_nobody_could_check_counts_for_less_and_is_written_down() -> None:
    visit = Visit(LUCAS)
    visit.says.status_of_all = Status.UNCHECKED

    proved = visit.show("cps")

    assert isinstance(proved, Proved) and proved.evidence.authenticator == "card_unchecked"
    (line,) = visit.box.noted
    assert (line.action, line.account, line.details["revocation"]) == (
        "card.shown",
        LUCAS.id,
        "unknown",
    )


def test_the_trail_names_the_card_and_not_the_person() -> None:
    visit = Visit(LUCAS)

    visit.show("cps")

    (line,) = visit.box.noted
    assert line.details["serial"] == f"{certificates()['cps'].certificate.serial_number:X}"
    assert line.details["card"] == "8025000001/9900000001"
    assert "Moreau" not in str(line.details) and "99700075122" not in str(line.details)


def test_the_structure_of_a_card_is_no_place_to_act_for() -> None:
    staff = Identifier(system="idnps", number="3990005788/CPET0002")

    proved = Visit(replace(LUCAS, identifiers=(staff,))).show("cpe")

    assert isinstance(proved, Proved) and proved.upstream and proved.upstream.situations == ()


def test_a_card_without_an_account_is_told_so_on_its_own_page() -> None:
    asked = Visit(MARIE).show("cps")

    assert isinstance(asked, Ask)
    assert (asked.template, code_of(asked)) == ("hub/stranger.html", "cps.no_account")
    assert asked.values["who"] == "Lucas Moreau"


def test_a_bad_card_leads_back_to_the_page_with_its_sentence() -> None:
    visit = Visit(LUCAS)

    asked = visit.show("signature")

    assert isinstance(asked, Ask)
    assert (asked.template, code_of(asked)) == ("card.html", "cps.not_authentication")
    assert asked.values["again"] is True


def test_a_revoked_card_opens_nothing() -> None:
    visit = Visit(LUCAS)
    visit.says.status_of_all = Status.REVOKED

    assert code_of(visit.show("cps")) == "cps.revoked"


def test_the_button_leads_to_a_host_that_serves_once() -> None:
    visit = Visit(LUCAS)

    first = visit.say(tls="1")
    second = visit.say(tls="1")

    assert isinstance(first, Redirect) and isinstance(second, Redirect)
    assert first.url != second.url
    assert set(visit.box.card_host.lent.values()) == {BACK}


def test_without_such_a_host_the_page_says_so() -> None:
    visit = Visit(LUCAS)
    visit.box.card_host.there = False

    assert code_of(visit.say(tls="1")) == "cps.route_closed"


def test_the_page_offers_the_browser_s_way_only_where_it_leads_somewhere() -> None:
    visit = Visit(LUCAS)
    offered = [visit.say()]
    visit.box.card_host.there = False
    offered.append(visit.say())

    assert [isinstance(each, Ask) and each.values["browser"] for each in offered] == [True, False]


def test_what_the_card_host_refused_is_said_on_the_page() -> None:
    visit = Visit(LUCAS)
    refused = Refusal(code="cps.no_certificate", counts=False)

    assert code_of(visit.answer(Answer(refused=refused))) == "cps.no_certificate"


def test_fields_typed_by_hand_prove_nothing() -> None:
    visit = Visit(LUCAS)

    assert isinstance(visit.say(certificate=certificates()["cps"].der.hex()), Ask)


def test_another_s_card_kept_by_the_browser_is_asked_for_again_once() -> None:
    visit = Visit(LUCAS, MARIE, known=MARIE)

    assert code_of(visit.show("cps")) == "cps.other_card"


def test_shown_again_it_is_the_broker_who_asks_whose_it_is() -> None:
    visit = Visit(LUCAS, MARIE, known=MARIE)
    visit.show("cps")
    visit.say(tls="1")

    proved = visit.show("cps")

    assert isinstance(proved, Proved) and proved.account == LUCAS.id


def test_a_page_that_waited_too_long_says_so_and_begins_anew() -> None:
    visit = Visit(LUCAS)
    visit.box.time.later(minutes=4)

    assert code_of(visit.say(agent="look")) == "cps.timeout"
    visit.box.time.later(minutes=1)
    assert code_of(visit.say(agent="look")) == ""


def test_the_time_limit_is_shown() -> None:
    visit = Visit(LUCAS)

    assert isinstance(visit.step, Ask) and visit.step.values["minutes"] == 3


def test_a_card_is_linked_to_an_account_and_removed_from_it() -> None:
    visit = Visit(MARIE)
    visit.enrol(MARIE)

    assert isinstance(visit.enrol(MARIE, CARD), Done)
    (means,) = visit.method.means(MARIE.id)
    assert means.label == "Lucas Moreau"
    visit.method.remove(MARIE.id, means.id)
    assert visit.method.means(MARIE.id) == []


def test_a_card_that_may_not_be_linked_says_why() -> None:
    visit = Visit(MARIE)
    visit.box.recognising.refusal = Refusal(code="link.other_number", counts=False)
    visit.enrol(MARIE)

    refused = visit.enrol(MARIE, CARD)

    assert isinstance(refused, Refused) and refused.why.code == "link.other_number"


def test_a_bad_card_is_not_linked() -> None:
    visit = Visit(MARIE)
    visit.enrol(MARIE)

    assert code_of(visit.enrol(MARIE, Answer(certificate=certificates()["expired"].der))) == (
        "cps.expired"
    )
    assert visit.box.recognising.linked == []
