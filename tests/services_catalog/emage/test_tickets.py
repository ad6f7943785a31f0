"""The ticket: once, within two minutes, by the service it was made for, while the share is open."""

from concurrent.futures import ThreadPoolExecutor

from hub.contract.accounts import KeepsAccounts
from hub.testing.people import ANN

from .region import STUDY, Region


def test_a_ticket_is_redeemed_once(region: Region) -> None:
    ticket = region.ticket(region.sent())
    assert region.redeemed(ticket).json()["study"] == STUDY
    again = region.redeemed(ticket)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_ticket"})


def test_fifty_at_once_redeem_a_ticket_once(region: Region) -> None:
    ticket, token = region.ticket(region.sent()), region.token()

    def redeem(_: int) -> int:
        sent = {"ticket": ticket}
        return region.calls("POST", "/apps/emage/tickets/", token=token, json=sent).status_code

    with ThreadPoolExecutor(50) as pool:
        answers = sorted(pool.map(redeem, range(50)))
    assert answers == [200] + [400] * 49


def test_a_ticket_is_worth_nothing_after_two_minutes(region: Region) -> None:
    link = region.sent()
    ticket = region.ticket(link)
    region.later(minutes=2)
    assert region.redeemed(ticket).status_code == 400
    assert region.redeemed(region.ticket(link)).status_code == 200


def test_another_service_neither_redeems_a_ticket_nor_uses_it_up(region: Region) -> None:
    ticket = region.ticket(region.sent())
    assert region.redeemed(ticket, "scan").status_code == 400
    assert region.redeemed(ticket).status_code == 200


def test_a_share_withdrawn_meanwhile_hands_nothing_over(region: Region) -> None:
    share = region.drafted()
    ticket = region.ticket(region.sent(share))
    region.calls("DELETE", f"/apps/emage/shares/{share}")
    assert region.redeemed(ticket).status_code == 400


def test_what_a_suspended_account_shared_opens_nothing_meanwhile(region: Region) -> None:
    link = region.sent()
    ticket = region.ticket(link)
    store = next(s for s in region.hub.app.stores.values() if isinstance(s, KeepsAccounts))
    store.suspend(ANN.id)
    assert region.redeemed(ticket).status_code == 400
    assert region.browser().open(link).status == 404
    store.reopen(ANN.id)
    assert region.browser().open(link).status == 200


def test_what_is_no_ticket_is_refused(region: Region) -> None:
    for wrong in ("", "x" * 101, "a\nb", None, 7, ["x"], "\0"):
        assert region.redeemed(wrong).status_code == 400  # type: ignore[arg-type]
