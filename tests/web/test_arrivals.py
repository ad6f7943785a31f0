"""A mail tells of a new device, once, to whoever wants it; other mails always come."""

from dataclasses import replace
from pathlib import Path

import pytest

from hub.contract.errors import StoreUnavailable
from hub.contract.services import Access
from hub.people.devices import wanting_news, wants_news
from hub.testing.people import ANN, BOB
from hub.web.letters import make_writer
from hub.web.parts import Help, Look
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import said

PATH = "/account/notifications"


class MemoryDevices:
    """As the store keeps them."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()

    def arrives(self, account: str, browser: str) -> bool:
        news = (account, browser) not in self.seen and any(one == account for one, _ in self.seen)
        self.seen.add((account, browser))
        return news


@pytest.fixture
def account(tmp_path: Path) -> Furnished:
    made = furnish(tmp_path, tiled("mail", Access(minimum="low")))
    made.site.app.extensions["hub_desk"] = replace(made.desk, devices=MemoryDevices())
    return made


def templates(account: Furnished) -> list[str]:
    return [each.template for each in account.outbox.messages]


class SilentDevices:
    """A database that answers no more just then."""

    def arrives(self, account: str, browser: str) -> bool:
        raise StoreUnavailable("locked")


def test_whoever_proved_it_is_in_though_their_device_could_not_be_noted(account: Furnished) -> None:
    account.site.app.extensions["hub_desk"] = replace(account.desk, devices=SilentDevices())
    account.enter()
    assert account.get("/services").status_code == 200


def test_the_first_device_is_no_news_and_the_second_is_once(account: Furnished) -> None:
    account.enter()
    assert templates(account) == []
    account.site.client = account.site.another()
    account.enter(strong=True)
    assert templates(account) == ["new_device"]
    account.post("/logout")
    account.enter()
    assert templates(account) == ["new_device"]
    (message,) = account.outbox.messages
    assert (message.to, message.account, message.notice) == ("ann@hub.test", ANN.id, True)
    assert "device.new" in {each.action for each in account.hub.records.trail}


def test_whoever_wants_none_gets_none_and_the_history_tells_all_the_same(
    account: Furnished,
) -> None:
    account.enter()
    assert account.post(PATH).status_code == 303
    assert "checked" not in account.get(PATH).text
    account.site.client = account.site.another()
    account.enter()
    assert templates(account) == []
    assert "nouvel appareil" in said(account.get("/account/history"))


def test_the_wish_is_kept_and_taken_back(account: Furnished) -> None:
    account.enter()
    before = account.hub.accounts.by_id(ANN.id)
    account.post(PATH, account=BOB.id, id=BOB.id)
    account.post(PATH, new_device="yes", account=BOB.id)
    assert "C’est enregistré" in said(account.get(f"{PATH}?saved=1"))
    assert account.hub.accounts.by_id(ANN.id) == before
    assert account.hub.accounts.by_id(BOB.id) == BOB


def test_a_stranger_signs_in_first(account: Furnished) -> None:
    assert account.get(PATH).location.startswith("/login/")
    assert account.post(PATH).location.startswith("/login/")


def test_other_wishes_stay() -> None:
    odd = replace(ANN, attributes={"unwanted_mails": ("summary",), "town": ("Amiens",)})
    unwanted = wanting_news(odd, wanted=False)
    assert not wants_news(unwanted) and wants_news(wanting_news(unwanted, wanted=True))
    assert wanting_news(unwanted, wanted=True) == odd


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_mail_says_where_and_what_to_do(account: Furnished, language: str) -> None:
    account.enter()
    account.site.client = account.site.another()
    account.enter()
    (message,) = account.outbox.messages
    write = make_writer({}, Look(), Help(telephone="03 00 00 00 00"))
    letter = write("hub", replace(message, language=language))
    assert "https://hub.test/account/sessions" in letter.text and "03 00 00 00 00" in letter.text
    assert letter.subject
