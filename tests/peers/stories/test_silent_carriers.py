"""What a code would leave by carries nothing: its button says so before it is pressed."""

from tests.peers.browser.judge import accessible, fits
from tests.peers.browser.people import Person
from tests.peers.browser.tab import NARROW
from tests.peers.stories.later import Later
from tests.peers.stories.reading import flat
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import moved_in_every_way

OWNER = "sent_code"
MEANS = "button[name=means]"
BUTTON = "form[action$='/sent_code'] button[name=begin]"
KINDS = "[plugin.password]\n"
SMS_ALONE = f'[plugin.sent_code]\nkinds = ["sms"]\n{KINDS}'


def _found_silent(moved: Visit, later: Later, person: Person) -> None:
    """Somebody asked for a code by SMS in vain; other pages know it some seconds later."""
    moved.open("/account/means")
    moved.password(person)
    moved.ask_code("sms")
    moved.page.get_by_text(moved.says("sent_code.state.failed.sms", OWNER)).first.wait_for()
    later.pass_time(seconds=6)
    moved.open("/account/means")


def _judged(moved: Visit) -> None:
    """By axe in both colours, and at 320 pixels."""
    if not moved.way.scripts:
        return
    assert accessible(moved.page, "light") == []
    moved.page.emulate_media(color_scheme="dark")
    moved.page.set_viewport_size(NARROW)
    assert accessible(moved.page, "dark") + fits(moved.page, "narrow") == []


@moved_in_every_way
def test_where_sms_alone_do_not_leave_their_button_says_so_and_the_mail_comes(
    moved: Visit, later: Later
) -> None:
    person = moved.person("silent-sms")
    _found_silent(moved, later, person)
    moved.begin_code()
    by_sms, by_mail = map(flat, moved.page.locator(MEANS).all_inner_texts())
    says = moved.before("since", "sent_code.unsent.sms", OWNER)
    assert says in by_sms and by_sms.startswith(moved.before("masked", "sent_code.send.sms", OWNER))
    assert by_mail.startswith(moved.before("masked", "sent_code.send.mail", OWNER))
    assert moved.before("since", "sent_code.unsent.mail", OWNER) not in by_mail
    _judged(moved)
    moved.press(f"{MEANS} >> nth=1")
    moved.send(code=moved.sent_code(person.mail))
    moved.page.wait_for_url("**/account")


@moved_in_every_way
def test_where_no_code_leaves_the_button_says_so_and_comes_last(moved: Visit, later: Later) -> None:
    later.rewritten(KINDS, SMS_ALONE)
    try:
        person = moved.person("silent-codes")
        _found_silent(moved, later, person)
        says = moved.before("since", "signin.silent.carried")
        assert says in moved.read(BUTTON)
        assert says in flat(moved.page.locator("ul.methods > li").last.inner_text())
        _judged(moved)
        # It may be tried all the same; what answers opens meanwhile.
        moved.press(BUTTON)
        moved.page.locator(MEANS).wait_for()
        assert says in moved.read("main form .note")
        moved.prove_by_application(person.code())
        moved.page.wait_for_url("**/account")
    finally:
        later.rewritten(SMS_ALONE, KINDS)
