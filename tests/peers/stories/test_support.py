"""The consoles of the support and of the operator: what happened, why, and what is in service."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.peers.chromium import BOUND
from tests.peers.stories.cast import CAST
from tests.peers.stories.place import Place
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way, moved_in_every_way


@in_every_way
def test_a_code_read_out_tells_what_happened_its_cause_and_the_remedy(
    tab: Visit, elsewhere: Visit
) -> None:
    elsewhere.open("/open/medimail")
    for _ in range(2):
        elsewhere.send(identifier="explained.to", password="a secret typed in vain")
    code = elsewhere.page.locator(".foot .code").inner_text()
    tab.sign_in_strong(tab.person("reads-codes"), "/console")
    tab.send(code=code.lower().replace("-", " "))
    story = tab.read()
    assert tab.says("cause.title") in story and tab.says("cause.to_do") in story
    assert tab.page.locator("main table tbody tr").count() >= 2
    assert "a secret typed in vain" not in tab.page.content()


@in_every_way
def test_why_replays_what_the_rules_decide_for_a_person_and_a_service(tab: Visit) -> None:
    tab.sign_in_strong(tab.person("explains"), "/console")
    tab.link("console.why").click()
    tab.page.locator("main [name=service]").select_option(label="Medimail")
    tab.send(who=CAST["lacks-right"].login)
    said = tab.read()
    assert tab.says("why.needed") in said and tab.says("level.strong") in said


@in_every_way
def test_the_operator_reads_what_is_in_service_and_where_it_is_written(tab: Visit) -> None:
    tab.sign_in_strong(tab.person("operates"), "/console")
    assert "sent_code" in tab.page.locator("main table").inner_text()
    for place, words in (
        ("services", "hub.toml:"),
        ("providers", "Pro Santé Connect"),
        ("methods", tab.says("cps.name", "cps")),
        ("keys", "ES256"),
        ("terms", "Conditions générales"),
    ):
        tab.open(f"/console/{place}")
        assert tab.status == 200
        assert words in tab.page.locator("main").inner_text(), place


@in_every_way
def test_the_trail_is_searched_and_its_chain_verified(tab: Visit) -> None:
    tab.sign_in_strong(tab.person("verifies"), "/console/audit")
    tab.send(action="method.proved")
    tab.page.locator("main table tbody tr").first.wait_for()
    tab.press("form[action='/console/audit/verify'] button")
    # All of it is read again, of every story before this one too.
    tab.page.locator("main .note.ok").wait_for(timeout=1.5 * BOUND)


@in_every_way
def test_an_announcement_stands_on_every_page_until_it_is_withdrawn(
    tab: Visit, elsewhere: Visit
) -> None:
    tab.sign_in_strong(tab.person("announces"), "/console/announcements")
    words = f"Coupure de Medimail ce soir {tab.way.name}".strip()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    tab.page.locator("[name=ends]").fill(f"{tomorrow:%Y-%m-%dT%H:%M}")
    tab.send(title_fr=words, title_en=words)
    tab.page.locator("main h2", has_text=words).wait_for()
    _stands(elsewhere, words, 1)
    tab.press("form[action$='/withdraw'] button")
    tab.page.locator("main h2", has_text=words).wait_for(state="detached")
    _stands(elsewhere, words, 0)


def _stands(tab: Visit, words: str, times: int) -> None:
    """Every process knows within a second."""
    for _ in range(200):
        tab.open("/")
        if tab.page.get_by_text(words).count() == times:
            return
        tab.page.wait_for_timeout(50)
    pytest.fail(f"{words!r} does not stand there {times} times")


@in_every_way
def test_the_timeline_tells_where_messages_are_and_what_the_rules_made_of_each_proof(
    tab: Visit, elsewhere: Visit, here: Place
) -> None:
    person = tab.person("seen-from-afar")
    elsewhere.open("/open/medimail")
    elsewhere.password(person)
    elsewhere.ask_code("mail")
    code = elsewhere.page.locator(".foot .code").inner_text()
    here.post.code_by_mail(person.mail)
    tab.sign_in_strong(tab.person("reads-timeline"), "/console/support")
    tab.send(code=code)
    tab.page.locator("main table tbody tr").first.wait_for()
    actions = tab.page.locator("main table .soft").all_inner_texts()
    assert {"method.proved", "method.asked"} <= {*actions}
    assert tab.says("cause.message.handed_over") in tab.read()
    assert tab.says("authenticator.password") in tab.read("main table")
    assert person.mail not in tab.page.content()


@in_every_way
def test_what_stands_in_files_is_told_and_what_the_console_owns_is_switched(
    tab: Visit, elsewhere: Visit
) -> None:
    tab.sign_in_strong(tab.person("switches"), "/console/methods")
    row = tab.page.locator("main .rows > li", has_text="plugin.cps").or_(
        tab.page.locator("main .rows > li:has(form[action$='/passkey/off'])")
    )
    assert "hub.toml" in tab.read()
    assert tab.page.locator("main :is(input:not([type=hidden]), textarea)").count() == 0
    row.first.locator("summary").click()
    with tab.page.expect_navigation():
        tab.press("form[action$='/passkey/off'] button")
    try:
        elsewhere.open("/open/medimail")
        assert elsewhere.page.locator("form[action$='/passkey']").count() == 0
    finally:
        with tab.page.expect_navigation():
            tab.press("form[action$='/passkey/on'] button")
    elsewhere.open("/open/medimail")
    assert elsewhere.page.locator("form[action$='/passkey']").count()


@moved_in_every_way
def test_a_carrier_that_fails_is_named_to_the_operator(moved: Visit) -> None:
    person = moved.person("no-carrier")
    moved.open("/account/means")
    moved.password(person)
    moved.begin_code()
    moved.ask_code("sms")
    failed = moved.says("sent_code.state.failed.sms", "sent_code")
    moved.page.get_by_text(failed).first.wait_for()
    moved.page.context.clear_cookies()
    moved.speak(moved.way.language)
    moved.enter_by_application(moved.person("watches-carriers"), "/console/degraded")
    row = moved.page.locator("main .modes > li", has_text="sms_http")
    assert moved.says("degraded.is.degraded") in row.first.inner_text()


@in_every_way
def test_the_timeline_tells_the_card_checks_and_what_the_rules_made_of_a_proof(
    tab: Visit, elsewhere: Visit
) -> None:
    elsewhere.open("/open/medimail")
    elsewhere.press("form[action$='/cps'] button")
    for cause in ("no_reader", "pin_blocked"):
        elsewhere.post("form[action$='/cps']", agent_refused=cause)
    elsewhere.link("signin.change").click()
    elsewhere.password(elsewhere.person("card-told"))
    elsewhere.page.locator("form[action$='/sent_code']").first.wait_for()
    code = elsewhere.page.locator(".foot .code").inner_text()
    tab.sign_in_strong(tab.person("reads-cards"), "/console/support")
    tab.send(code=code)
    rows = tab.page.locator("main table tbody tr")
    rows.first.wait_for()
    # Which check of the card failed, and what the reader saw of it.
    refused = rows.filter(has_text="method.refused").all_inner_texts()
    assert [each for each in ("cps.no_reader", "cps.pin_blocked") if each not in str(refused)] == []
    assert "the agent sees no reader" in str(refused)
    proved = rows.filter(has_text="method.proved").filter(
        has_text=tab.says("authenticator.password")
    )
    # The rules wanted more than the password, and offered what can prove it.
    made = proved.first.inner_text()
    assert "more" in made and "sent_code" in made
