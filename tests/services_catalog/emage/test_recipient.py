"""The recipient: looking uses nothing, a code opens once, here, and not after many wrong ones."""

import re
from concurrent.futures import ThreadPoolExecutor

from tests.flows.browser import Browser, Page

from .region import EMAGE, HUB, Region


def typed(browser: Browser, page: Page, code: str) -> Page:
    return browser.submit(page.form(asking="code"), {"code": code})


def wrong(region: Region) -> str:
    return f"{(int(region.code()) + 1) % 1_000_000:06}"


def test_a_scanner_that_opens_every_link_uses_nothing_and_sends_nothing(region: Region) -> None:
    link = region.sent()
    for _ in range(3):
        scanner = region.browser()
        page = scanner.open(link)
        assert page.status == 200 and "Recevoir le code" in page.text
        assert scanner._client.head(link).status_code == 200
        assert scanner.open(f"{link}/code").address == link
    assert len(region.letters()) == 1
    assert region.redeemed(region.ticket(link)).status_code == 200


def test_the_link_alone_opens_nothing_without_the_code(region: Region) -> None:
    browser, page = region.asking(region.sent())
    page = typed(browser, page, wrong(region))
    assert page.status == 422 and "Ce n’est pas le code envoyé" in page.alert()
    assert not [each for each in browser.sent if str(each.url).startswith(EMAGE)]


def test_letters_are_no_guess(region: Region) -> None:
    browser, page = region.asking(region.sent())
    for _ in range(6):
        page = typed(browser, page, "bonjour")
        assert "Un code a six chiffres" in page.alert()
    code = region.code()
    page = typed(browser, page, f" {code[:3]} {code[3:]} ")
    assert page.address.startswith(EMAGE)


def test_a_code_works_in_the_browser_that_asked_for_it_only(region: Region) -> None:
    link = region.sent()
    browser, page = region.asking(link)
    code = region.code()
    thief = region.browser()
    assert thief.open(f"{link}/code").address == link
    start = thief.open(link).forms()[-1]
    answer = thief._client.post(
        f"{link}/code",
        data={**start.sent({}, ""), "code": code},
        headers={"Origin": HUB, "Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 422 and "Ce code ne vaut plus rien" in answer.text
    assert typed(browser, page, code).address.startswith(EMAGE)


def test_a_code_opens_once(region: Region) -> None:
    browser, page = region.asking(region.sent())
    code = region.code()
    assert typed(browser, page, code).address.startswith(EMAGE)
    again = typed(browser, page, code)
    assert again.status == 422 and "Ce code ne vaut plus rien" in again.alert()


def test_the_right_code_sent_by_many_at_once_gives_one_ticket(region: Region) -> None:
    browser, page = region.asking(region.sent())
    form = page.form(asking="code").sent({"code": region.code()}, "")
    headers = {"Origin": HUB, "Sec-Fetch-Site": "same-origin"}
    with ThreadPoolExecutor(8) as pool:
        every = [
            pool.submit(browser._client.post, page.address, data=form, headers=headers)
            for _ in range(8)
        ]
    ends = [str(each.result().url) for each in every]
    assert len([each for each in ends if each.startswith(EMAGE)]) == 1


def test_a_code_is_too_old_after_ten_minutes(region: Region) -> None:
    browser, page = region.asking(region.sent())
    code = region.code()
    region.later(minutes=10)
    page = typed(browser, page, code)
    assert page.status == 422 and "Ce code ne vaut plus rien" in page.alert()


def test_only_the_last_code_sent_is_good(region: Region) -> None:
    link = region.sent()
    browser, page = region.asking(link)
    first = region.code()
    region.later(seconds=30)
    page = browser.submit(browser.open(link).forms()[-1])
    second = region.code()
    assert len(region.letters()) == 3
    if first != second:
        assert typed(browser, page, first).status == 422
    assert typed(browser, page, second).address.startswith(EMAGE)


def test_a_code_that_may_not_leave_leaves_the_last_one_good(region: Region) -> None:
    """Links and codes of one address: five a day, the rest of its mails is for signing in."""
    link = region.sent()
    browser, page = region.asking(link)
    for _ in range(3):
        region.later(seconds=30)
        page = browser.submit(page.form(button="autre code"))
    code = region.code()
    thief = region.browser()
    region.later(seconds=30)
    held = thief.submit(thief.open(link).forms()[-1])
    assert held.status == 429 and "Trop de codes" in held.alert() and not held.has("code")
    region.later(seconds=30)
    page = browser.submit(page.form(button="autre code"))
    assert page.status == 429 and "Trop de codes" in page.alert() and page.has("code")
    assert len(region.letters()) == 5
    assert typed(browser, page, code).address.startswith(EMAGE)


def test_half_a_minute_lies_between_two_codes(region: Region) -> None:
    link = region.sent()
    browser, page = region.asking(link)
    page = browser.submit(page.form(button="autre code"))
    assert page.status == 429 and "Un code vient de partir" in page.alert() and page.has("code")
    _, page = region.asking(link)
    assert page.status == 429 and not page.has("code")
    assert len(region.letters()) == 2
    region.later(seconds=30)
    region.asking(link)
    assert len(region.letters()) == 3


def test_three_wrong_codes_in_a_row_rest_the_share_for_five_minutes(region: Region) -> None:
    link = region.sent()
    browser, page = region.asking(link)
    right, bad = region.code(), wrong(region)
    for _ in range(3):
        last = typed(browser, page, bad)
    assert last.status == 429 and "Trop de codes faux" in last.alert() and "5 min" in last.alert()
    page = browser.open(f"{link}/code")
    assert typed(browser, page, right).status == 429
    _, page = region.asking(link)
    assert page.status == 429 and len(region.letters()) == 2, "nor does a new code help"
    region.later(minutes=5)
    assert typed(browser, browser.open(f"{link}/code"), right).address.startswith(EMAGE)


def test_a_new_code_is_no_new_chance(region: Region) -> None:
    link = region.sent()
    browser, page = region.asking(link)
    bad = wrong(region)
    for _ in range(2):
        page = typed(browser, page, bad)
    region.later(seconds=30)
    page = browser.submit(browser.open(link).forms()[-1])
    assert typed(browser, page, wrong(region)).status == 429


def test_a_code_guessed_at_five_times_is_dead(region: Region) -> None:
    link = region.sent()
    browser, page = region.asking(link)
    right, bad = region.code(), wrong(region)
    for _ in range(3):
        typed(browser, page, bad)
    region.later(minutes=5)
    for _ in range(2):
        last = typed(browser, page, bad)
    assert "Ce code ne vaut plus rien" in last.alert()
    assert typed(browser, page, right).status == 422


def test_a_hundred_guesses_at_once_are_three(region: Region) -> None:
    browser, page = region.asking(region.sent())
    right = int(region.code())
    form = page.form(asking="code").sent({}, "")
    headers = {"Origin": HUB, "Sec-Fetch-Site": "same-origin"}

    def guess(number: int) -> str:
        sent = {**form, "code": f"{(right + 1 + number) % 1_000_000:06}"}
        return str(browser._client.post(page.address, data=sent, headers=headers).text)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(guess, range(100)))
    judged = [each for each in answers if "Ce n’est pas le code envoyé" in each]
    assert len(judged) <= 3 and sum("Trop de codes faux" in each for each in answers) >= 97


def test_the_codes_of_a_day_are_counted(region: Region) -> None:
    link = region.sent()
    for _ in range(9):
        region.asking(link)
        region.later(seconds=30)
    _, page = region.asking(link)
    assert page.status == 429 and "Trop de codes ont été demandés" in page.alert()


def test_what_ended_was_withdrawn_or_never_was_is_one_and_the_same_page(region: Region) -> None:
    ended, share = region.sent(), region.drafted()
    region.later(days=2, hours=23)
    withdrawn = region.sent(region.drafted())
    shares = region.calls("GET", f"/apps/emage/shares/{share}")
    assert shares.status_code == 404, "a form nobody sent is gone"
    region.later(hours=1)
    mine = region.signed_in(path="/apps/emage/mine/").open(f"{HUB}/apps/emage/mine/")
    (name,) = set(re.findall(r"/apps/emage/mine/([\w-]+)/revoke", mine.text))
    region.calls("DELETE", f"/apps/emage/shares/{name}")
    browser = region.browser()
    pages = [
        browser.open(f"{each}{more}")
        for each in (ended, withdrawn, f"{HUB}/apps/emage/shared/never-was")
        for more in ("", "/code")
    ]
    assert {each.status for each in pages} == {404}
    assert len({each.words for each in pages}) == 1
    assert "Demandez à la personne qui vous l’a envoyé" in pages[0].words


def test_who_typed_the_code_is_signed_in_nowhere(region: Region) -> None:
    link = region.sent()
    browser, page = region.asking(link)
    page = typed(browser, page, region.code())
    assert page.address.startswith(EMAGE)
    assert set(browser.cookies()) == set(region_cookies(region))
    assert browser.open(f"{HUB}/services").has("identifier")


def region_cookies(region: Region) -> dict[str, str]:
    """What anybody gets who opens a page."""
    browser = region.browser()
    browser.open(f"{HUB}/services")
    return dict(browser.cookies())


def test_the_address_of_the_service_keeps_its_own_query(region: Region) -> None:
    share = region.drafted(opens_at=f"{EMAGE}/shared?ticket=forged&from=hub")
    browser, page = region.asking(region.sent(share))
    page = typed(browser, page, region.code())
    assert page.address.startswith(f"{EMAGE}/shared?from=hub&ticket=")
    assert "forged" not in page.address


def test_the_page_that_asks_the_code_may_lead_to_the_service_and_nowhere_else(
    region: Region,
) -> None:
    _, page = region.asking(region.sent())
    assert f"form-action 'self' {EMAGE};" in page.headers["content-security-policy"]
