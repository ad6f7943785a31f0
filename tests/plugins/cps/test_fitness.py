"""Which browsers are told that they hardly read a card, and by which words."""

import pytest

from hub_plugins.methods.cps.fitness import doubts

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)
MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Safari/605.1.15"
)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
TABLET = PHONE.replace("iPhone;", "iPad;")
ANDROID = CHROME.replace("Windows NT 10.0; Win64; x64", "Linux; Android 10; K")
CHROMEBOOK = CHROME.replace("Windows NT 10.0; Win64; x64", "X11; CrOS x86_64 14541.0.0")


def told(agent: str, *, mobile: bool = False, old: bool = False, by_agent: bool = False) -> str:
    found = doubts(agent, mobile=mobile, old=old, by_agent=by_agent)
    return " ".join(f"{each.key}{'?' if each.if_touched else ''}" for each in found)


@pytest.mark.parametrize("by_agent", [True, False])
@pytest.mark.parametrize(
    ("agent", "sentence"),
    [
        (CHROME, ""),
        ("", ""),
        ("curl/8", ""),
        (PHONE, "cps.unfit.handheld"),
        (TABLET, "cps.unfit.handheld"),
        (ANDROID, "cps.unfit.handheld"),
        (CHROMEBOOK, "cps.unfit.system"),
        # What an iPad says, too: only its screen tells.
        (MAC, "cps.unfit.handheld?"),
    ],
)
def test_what_a_browser_calls_itself_is_a_hint(agent: str, sentence: str, by_agent: bool) -> None:
    assert told(agent, by_agent=by_agent) == sentence


def test_a_browser_may_say_by_a_header_that_it_is_carried_about() -> None:
    assert told(CHROME, mobile=True) == "cps.unfit.handheld"


def test_one_that_is_too_old_is_told_so() -> None:
    assert told(CHROME, old=True) == "cps.unfit.old"


def test_firefox_needs_the_card_s_module_unless_a_program_reads_the_card() -> None:
    assert told(FIREFOX) == "cps.unfit.module"
    assert told(FIREFOX, by_agent=True) == ""
