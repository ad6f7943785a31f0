"""The form: the draft's sender alone, strongly signed in, and one mail however often it is sent."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hub.contract.identifiers import AccountId
from tests.flows.browser import Browser, Page

from .region import COMMENT, HUB, PASSWORD, TO, Region, opened

MINE = "/apps/emage/mine/"


def form(region: Region, share: str = "", login: str = "ann") -> tuple[Browser, Page]:
    path = f"{MINE}{share or region.drafted()}"
    browser = region.signed_in(login, path)
    return browser, browser.open(f"{HUB}{path}")


def send(browser: Browser, page: Page, to: str = TO, comment: str = COMMENT) -> Page:
    return browser.submit(page.form(asking="recipient"), {"recipient": to, "comment": comment})


def test_a_password_alone_does_not_open_the_form(region: Region) -> None:
    path = f"{MINE}{region.drafted()}"
    browser = region.signed_in(code=False)
    page = browser.open(f"{HUB}{path}")
    assert not page.has("recipient") and page.has("code")
    page = region.proved(browser, page)
    assert page.path == path and page.has("recipient")


def test_somebody_else_s_share_is_neither_seen_nor_sent_nor_withdrawn(region: Region) -> None:
    share = region.drafted()
    bob, page = form(region, share, "bob")
    never = bob.open(f"{HUB}{MINE}never-was")
    assert page.status == never.status == 404 and page.words == never.words
    csrf = bob.open(f"{HUB}/account").forms()[0].sent({}, "")["csrf"]
    for path in (share, f"{share}/revoke"):
        answer = bob._client.post(
            f"{HUB}{MINE}{path}",
            data={"csrf": csrf, "recipient": "bob@evil.example"},
            headers={"Origin": HUB, "Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status_code == 404
    _, page = form(region, share)
    assert page.has("recipient") and not region.letters("bob@evil.example")


def test_another_site_s_form_sends_nothing(region: Region) -> None:
    share = region.drafted()
    ann, _ = form(region, share)
    answer = ann._client.post(f"{HUB}{MINE}{share}", data={"recipient": TO})
    assert answer.status_code == 403 and not region.letters()


def test_an_address_that_is_none_is_said_and_nothing_typed_is_lost(region: Region) -> None:
    ann, page = form(region)
    for wrong in ("", "paul", "paul@", "paul@cabinet", "a b@cabinet.example", f"{TO},x@y.example"):
        page = send(ann, page, wrong)
        assert page.status == 422 and "n’est pas complète" in page.alert()
        assert COMMENT in page.text and f'value="{wrong}"' in page.text
    assert not region.letters("@")


def test_another_way_to_write_a_mailbox_is_no_address(region: Region) -> None:
    """Else each way would have its own count of today's mails (RFC 5322 3.2.2, 3.4.1)."""
    ann, page = form(region)
    others = (
        f"(1){TO}",
        f"<{TO}",
        "a,b@x.example",
        'a"@x.example',
        '"paul"@x.example',
        "a\\@x.example",
    )
    for other in (*others, "a;b@x.example", "a:b@x.example", "[a]@x.example", "paul(1)@x.example"):
        page = send(ann, page, other)
        assert page.status == 422 and "n’est pas complète" in page.alert(), other
    assert not region.letters("@")


def test_a_comment_too_long_is_said_and_what_is_typed_is_shown_as_text(region: Region) -> None:
    ann, page = form(region)
    page = send(ann, page, comment="<script>alert(1)</script>" * 30)
    assert page.status == 422 and "trop long" in page.alert()
    assert "<script>alert" not in page.text and f'value="{TO}"' in page.text


def test_a_comment_writes_no_line_of_its_own_into_the_mail(region: Region) -> None:
    ann, page = form(region)
    send(ann, page, comment="ligne 1\r\n\r\nhttps://evil.test/\r\nBcc: x@y.example")
    (letter,) = region.letters()
    assert "« ligne 1 https://evil.test/ Bcc: x@y.example »" in letter


def test_a_form_sent_twice_sends_one_mail(region: Region) -> None:
    ann, page = form(region)
    first, second = send(ann, page), send(ann, page, "other@cabinet.example")
    assert first.address == second.address and TO in second.words
    assert len(region.letters()) == 1 and not region.letters("other@cabinet.example")


def test_the_page_says_where_the_mail_is(region: Region) -> None:
    ann, page = form(region)
    page = send(ann, page)
    assert f"Un mail part à l’adresse {TO}" in page.words
    assert region.letters()
    assert f"Le mail est parti à l’adresse {TO}" in ann.open(page.address).words


def test_a_form_sent_by_many_tabs_at_once_sends_one_mail(region: Region) -> None:
    ann, page = form(region)
    sent = page.form(asking="recipient").sent({"recipient": TO, "comment": ""}, "")
    headers = {"Origin": HUB, "Sec-Fetch-Site": "same-origin"}
    with ThreadPoolExecutor(8) as pool:
        every = [
            pool.submit(ann._client.post, page.address, data=sent, headers=headers)
            for _ in range(8)
        ]
    assert {each.result().status_code for each in every} == {200}
    assert len(region.letters()) == 1


def test_a_form_that_waited_too_long_shares_nothing(region: Region) -> None:
    ann, page = form(region)
    region.later(minutes=25)
    ann.open(page.address)
    region.later(minutes=25)
    ann.open(page.address)
    region.later(minutes=10)
    page = send(ann, page)
    assert page.status == 404 and "Ce partage n’est plus là" in page.words
    assert not region.letters()


def test_a_session_that_ended_in_the_middle_of_the_form_loses_nothing_typed(
    region: Region,
) -> None:
    ann, page = form(region)
    region.later(minutes=31)
    asked = send(ann, page)
    typed = {"identifier": "ann", "password": PASSWORD}
    again = ann.submit(asked.form(asking="identifier"), typed)
    back = region.proved(ann, again)
    assert back.path == page.path and COMMENT in back.text and f'value="{TO}"' in back.text
    assert not region.letters(), "nothing is sent until it is sent again"
    assert "L’examen est partagé" in send(ann, back).words


def test_a_form_its_service_withdrew_sends_nothing(region: Region) -> None:
    share = region.drafted()
    ann, page = form(region, share)
    region.calls("DELETE", f"/apps/emage/shares/{share}")
    page = send(ann, page)
    assert page.status == 404 and "Ce partage n’est plus là" in page.words
    assert not region.letters()


def test_a_mail_that_may_not_leave_shares_nothing(region: Region) -> None:
    for _ in range(5):
        region.sent()
        region.later(seconds=30)
    ann, page = form(region, login="ann")
    page = send(ann, page)
    assert page.status == 422 and "Le mail n’a pas pu partir" in page.alert()
    assert f'value="{TO}"' in page.text and len(region.letters()) == 5
    again = ann.open(page.address)
    assert again.has("recipient"), "the form waits again"


def test_the_shares_of_a_day_are_counted_apart_from_the_account_s_own_mails(
    template: Path, tmp_path: Path
) -> None:
    region = opened(template, tmp_path / "few", plugin={"emage": {"per_day": 2}})
    for number in range(2):
        region.sent(to=f"r{number}@cabinet.example")
    ann, page = form(region)
    page = send(ann, page)
    assert page.status == 422 and "Le mail n’a pas pu partir" in page.alert()
    assert not region.letters()
    region.later(days=1)
    region.sent()
    assert len(region.letters()) == 1
    region.hub.app.database.engine.dispose()


def test_the_trail_tells_of_the_share_and_not_to_whom(region: Region) -> None:
    region.sent()
    noted = [each for each in trail(region) if each[0].startswith("share.")]
    assert [action for action, _ in noted] == ["share.sent", "share.drafted"]
    assert TO not in str(noted) and "paul" not in str(noted).lower()
    told = dict(noted)["share.sent"]
    assert told["place"] == "emage" and len(told["recipient"]) == 64


def trail(region: Region, account: str = "a-1") -> list[tuple[str, dict[str, str]]]:
    entries = region.hub.app.trail.of_account(AccountId(account), 50)
    return [(each.action, dict(each.details)) for each in entries]
