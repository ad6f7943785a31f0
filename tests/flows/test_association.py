"""The first opening of Medimail: its terms, its form, and then the message one was going to."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from hub.commands.closings import closing_of
from hub.contract.identifiers import ActionName
from hub.store.tables import one_time
from hub_plugins.actions.association.action import Associate
from tests.flows.browser import Browser, Page
from tests.flows.region import HUB, MEDIMAIL, Region
from tests.flows.steps import accepting_terms, signed_in, with_code, with_password

pytestmark = pytest.mark.slow

HENRI, SOPHIE = "henri.vasseur", "sophie.garnier"
LINK = f"{HUB}/open/medimail?message=42"
ATTESTED = {"attest": "yes", "telephone": ""}
OF_SOPHIE = {"mobile": "06 12 34 56 78", "identifier_type": "finess", "attest": "yes"}


def at_the_terms(region: Region, login: str = HENRI, target: str = LINK) -> tuple[Browser, Page]:
    # Two codes in one minute are one too many.
    region.clock.later(minutes=1)
    browser = region.browser()
    page = with_password(browser, browser.open(target), login)
    return browser, with_code(region, browser, page, "mail")


def accepting(browser: Browser, page: Page) -> Page:
    return browser.submit(page.form(to="/do/terms.medimail"), {"accept": "yes"})


def confirming(browser: Browser, page: Page, **typed: str) -> Page:
    return browser.submit(page.form(to="/do/association.medimail"), {**ATTESTED, **typed})


def at_message(page: Page) -> bool:
    return page.address == f"{MEDIMAIL}/message/42" and "Message n° 42" in page.words


def test_a_deep_link_survives_sign_in_step_up_terms_and_association(region: Region) -> None:
    browser, page = at_the_terms(region)
    assert "Conditions d’utilisation de Medimail" in page.words
    page = accepting(browser, page)
    assert "Votre compte Medimail" in page.words and "99700101126" in page.words
    assert at_message(confirming(browser, page))


def test_later_openings_go_straight_in(region: Region) -> None:
    browser, page = at_the_terms(region)
    assert at_message(confirming(browser, accepting(browser, page)))
    assert at_message(browser.open(f"{MEDIMAIL}/message/42"))
    _, again = at_the_terms(region)
    assert at_message(again)


def test_somebody_signed_in_at_simple_is_asked_for_what_is_missing_and_then_associates(
    region: Region,
) -> None:
    browser = region.browser()
    signed_in(browser, HENRI)
    page = with_code(region, browser, browser.open(LINK), "SMS")
    page = accepting(browser, page)
    assert at_message(confirming(browser, page))


def test_a_new_version_of_the_terms_asks_the_terms_only(region: Region) -> None:
    browser, page = at_the_terms(region)
    confirming(browser, accepting(browser, page))
    file = region.folder / "hub.toml"
    text = file.read_text(encoding="utf-8")
    own = text.index("[plugin.terms.texts.medimail]")
    newer = text[own:].replace('version = "2026-01"', 'version = "2026-09"', 1)
    file.write_text(text[:own] + newer, encoding="utf-8")
    region.restart()
    browser, page = at_the_terms(region)
    assert "Version 2026-09" in page.words
    assert at_message(accepting(browser, page))


def test_what_was_wrong_is_said_and_what_was_typed_stays(region: Region) -> None:
    browser, page = at_the_terms(region, SOPHIE)
    page = accepting(browser, page)
    page = confirming(browser, page, **OF_SOPHIE, identifier_number="<script>1</script>")
    assert "ne peuvent pas être justes" in page.alert() and "chiffre par chiffre" in page.words
    form = page.form(to="/do/association.medimail")
    kept = form.sent({}, "")
    assert kept["mobile"] == OF_SOPHIE["mobile"] and kept["attest"] == "yes"
    assert kept["identifier_number"] == "<script>1</script>"
    (chosen,) = form.tag.select("option[selected]")
    assert chosen["value"] == "finess"
    assert "&lt;script&gt;" in page.text
    assert at_message(confirming(browser, page, **OF_SOPHIE, identifier_number="990000029"))


def test_the_directory_s_values_are_shown_and_not_asked(region: Region) -> None:
    browser, page = at_the_terms(region)
    page = accepting(browser, page)
    form = page.form(to="/do/association.medimail")
    assert {str(each["name"]) for each in form.tag.select("[name]")} == {
        "csrf",
        "telephone",
        "attest",
    }
    assert "vient de l’annuaire, non modifiable ici" in page.words
    confirming(browser, page, family_name="Autre", identifier_number="99700075064")
    proof = exported(browser)["association.medimail"]
    assert proof["confirmed"]["family_name"] == "Vasseur"
    assert proof["confirmed"]["identifier_number"] == "99700101126"


def test_without_the_attestation_medimail_stays_closed(region: Region) -> None:
    browser, page = at_the_terms(region)
    page = accepting(browser, page)
    page = confirming(browser, page, attest="")
    assert "attestation" in page.alert()
    assert browser.open(LINK).claims() == {}
    assert accepting_terms(browser, browser.open(f"{HUB}/services")).path == "/services"


def test_reload_back_and_a_second_tab_lead_to_the_same_message(region: Region) -> None:
    browser, page = at_the_terms(region)
    page = browser.open(accepting(browser, page).address)
    second = browser.open(LINK)
    assert second.form(to="/do/association.medimail")
    assert at_message(confirming(browser, page))
    assert at_message(confirming(browser, second))
    assert at_message(browser.open(f"{MEDIMAIL}/message/42"))


def left_half_filled(region: Region) -> tuple[Browser, Page]:
    """Filled in and sent by somebody who came back to their desk too late."""
    browser, page = at_the_terms(region, SOPHIE)
    page = accepting(browser, page)
    region.clock.now += timedelta(hours=5)
    return browser, confirming(browser, page, **OF_SOPHIE, identifier_number="990000029")


def test_a_form_left_open_until_the_session_was_over_loses_nothing_typed(region: Region) -> None:
    browser, page = left_half_filled(region)
    page = with_password(browser, page, SOPHIE)
    page = with_code(region, browser, page, "mail")
    assert "ce que vous aviez saisi est revenu" in page.words
    form = page.form(to="/do/association.medimail")
    sent = {**form.sent({}, ""), "identifier_type": "finess"}
    assert (sent["mobile"], sent["identifier_number"]) == (OF_SOPHIE["mobile"], "990000029")
    (chosen,) = form.tag.select("option[selected]")
    assert chosen["value"] == "finess"
    assert "attest" not in sent, "what is attested is attested anew"
    assert "est revenu" not in browser.open(page.address).words
    assert at_message(browser.submit(form, {**sent, "attest": "yes"}))


def test_what_was_typed_is_not_shown_to_somebody_else_at_the_same_browser(region: Region) -> None:
    browser, page = left_half_filled(region)
    page = with_password(browser, page, HENRI)
    page = accepting(browser, with_code(region, browser, page, "mail"))
    assert "Vasseur" in page.words and "est revenu" not in page.words
    assert OF_SOPHIE["mobile"] not in page.text and "990000029" not in page.text


def test_nothing_typed_comes_back_where_a_program_calls_the_workstation_shared(
    region: Region,
) -> None:
    browser, page = left_half_filled(region)
    page = with_password(browser, page, SOPHIE)
    sophie = region.app.accounts.by_login(SOPHIE)
    assert sophie
    (line,) = region.app.sessions.of(sophie.id)
    region.app.sessions.share_as_told(line.id)
    page = with_code(region, browser, page, "mail")
    assert page.form(to="/do/association.medimail")
    assert "est revenu" not in page.words and "990000029" not in page.text


def test_an_answer_left_at_a_shared_workstation_is_not_kept_once_the_session_is_over(
    region: Region,
) -> None:
    browser, page = at_the_terms(region, SOPHIE)
    sophie = region.app.accounts.by_login(SOPHIE)
    assert sophie
    (line,) = region.app.sessions.of(sophie.id)
    # A program of the workstation said so, and this browser keeps no cookie of it.
    region.app.sessions.share_as_told(line.id)
    page = accepting(browser, page)
    region.clock.later(minutes=6)
    page = confirming(browser, page, **OF_SOPHIE, identifier_number="990000029")
    assert "rien de ce qui vient d’y être saisi n’est gardé" in page.words
    page = with_code(region, browser, with_password(browser, page, SOPHIE), "mail")
    assert page.form(to="/do/association.medimail") and "990000029" not in page.text


def test_a_form_of_somebody_else_attests_nothing_for_whoever_is_signed_in_now(
    region: Region,
) -> None:
    """Sophie's tab is still open when Henri signs in to the same login."""
    browser, page = at_the_terms(region, SOPHIE)
    sophies = accepting(browser, page)
    region.clock.later(minutes=1)
    page = browser.submit(sophies.form(to="/change"))
    page = with_code(region, browser, with_password(browser, page, HENRI), "mail")
    henris = accepting(browser, page)
    assert henris.path == sophies.path and "Vasseur" in henris.words
    page = confirming(browser, sophies, **OF_SOPHIE, identifier_number="990000029")
    assert "Vasseur" in page.words and OF_SOPHIE["mobile"] not in page.text
    action = region.app.rules.actions[ActionName("association.medimail")]
    account = region.app.accounts.by_login(HENRI)
    assert account and isinstance(action, Associate) and action.due(account, ())
    assert at_message(confirming(browser, page))


def test_a_form_left_open_longer_than_the_sign_in_waits_loses_nothing_typed(
    region: Region,
) -> None:
    browser, page = at_the_terms(region, SOPHIE)
    page = accepting(browser, page)
    region.clock.later(minutes=20)
    page = confirming(browser, page, **OF_SOPHIE, identifier_number="990000029")
    form = page.form(to="/do/association.medimail")
    assert form.sent({}, "")["mobile"] == OF_SOPHIE["mobile"]
    assert at_message(browser.submit(form, {"identifier_type": "finess", "attest": "yes"}))


def kept(region: Region) -> int:
    with region.app.database.transaction() as transaction:
        return transaction.execute(select(func.count()).select_from(one_time)).scalar_one()


def test_one_browser_leaves_one_form_for_each_action_that_exists(region: Region) -> None:
    browser, page = at_the_terms(region, SOPHIE)
    forms = [accepting(browser, page).form(to="/do/association.medimail")]
    forms += [browser.open(LINK).form(to="/do/association.medimail") for _ in range(2)]
    assert len({form.action for form in forms}) == 3
    region.clock.now += timedelta(hours=5)
    before = kept(region)
    for form in forms:
        browser.submit(form, OF_SOPHIE)
    assert kept(region) == before + 1
    forms[0].tag["action"] = "/login/" + forms[0].action.split("/")[4] + "/do/invented"
    browser.submit(forms[0], OF_SOPHIE)
    assert kept(region) == before + 1


def test_the_proof_is_in_the_history_and_goes_along_with_the_person(region: Region) -> None:
    browser, page = at_the_terms(region)
    page = accepting(browser, page)
    at = region.clock.now
    confirming(browser, page)
    history = browser.open(f"{HUB}/account/history").words
    assert "Identité confirmée à la première ouverture : Votre compte Medimail" in history
    kept = exported(browser)
    assert kept["association.medimail"]["at"] == at.isoformat(timespec="seconds")
    assert kept["association.medimail"]["version"] == "2026-01"
    assert [each["address"] for each in kept["medimail.mailboxes"]["may_open"]] == [
        "direction@mss-clinique.example",
        "henri.vasseur@mss-clinique.example",
    ]


def test_whoever_signed_in_by_password_alone_takes_no_number_along(region: Region) -> None:
    browser, page = at_the_terms(region)
    confirming(browser, accepting(browser, page))
    weak = region.browser()
    signed_in(weak, HENRI)
    assert exported(weak)["association.medimail"] is None


def test_a_closed_account_takes_its_association_and_mailboxes_along(region: Region) -> None:
    action = region.app.rules.actions[ActionName("association.medimail")]
    account = region.app.accounts.by_login("nadia.benali")
    assert account and isinstance(action, Associate) and not action.due(account, ())
    gone = closing_of(region.app).close(account, by="test")
    assert gone["medimail.openings"] == 2
    assert action.due(account, ())


def exported(browser: Browser) -> Mapping[str, Any]:
    page = browser.open(f"{HUB}/account")
    if page.has("accept"):
        page = accepting_terms(browser, page)
    answer = browser.submit(page.form(to="/account/export"))
    kept = httpx.Response(200, text=answer.text).json()["kept_by_services"]
    assert isinstance(kept, dict)
    return kept
