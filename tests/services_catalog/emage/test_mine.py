"""« Mes partages d’examens »: what was shared, when it was opened, and how it is withdrawn."""

from sqlalchemy import event, func, select

from hub.testing.people import ANN, BOB
from hub_services.emage.tables import CODES, OPENINGS, SHARES
from tests.flows.browser import Page

from .region import EMAGE, HUB, TO, Region
from .test_form import trail

MINE = f"{HUB}/apps/emage/mine/"


def mine(region: Region, login: str = "ann") -> Page:
    return region.signed_in(login, "/apps/emage/mine/").open(MINE)


def test_the_sender_reads_to_whom_until_when_and_when_it_was_opened(region: Region) -> None:
    link = region.sent()
    assert "Pas encore ouvert" in mine(region).words
    region.later(minutes=5)
    region.redeemed(region.ticket(link))
    page = mine(region)
    assert "p•••@c•••.example" in page.words and TO not in page.text
    assert "Ouvert une fois" in page.words and "1 janvier 2026 à 13 h 05" in page.words
    assert "Ouvert jusqu’au dimanche 4 janvier 2026 à 13 h 00" in page.words


def test_nobody_reads_another_s_shares(region: Region) -> None:
    region.sent()
    assert "Vous n’avez partagé aucun examen" in mine(region, "bob").words


def test_a_share_withdrawn_opens_nothing_and_is_shown_as_such(region: Region) -> None:
    link = region.sent()
    reader, code_page = region.asking(link)
    browser = region.signed_in(path="/apps/emage/mine/")
    page = browser.open(MINE)
    page = browser.submit(page.form(to="/revoke"))
    assert "Retiré le 1 janvier 2026" in page.words and not page.has("revoke")
    code = region.code()
    assert reader.submit(code_page.form(asking="code"), {"code": code}).status == 404
    assert region.browser().open(link).status == 404
    assert [action for action, _ in trail(region) if action.startswith("share.")] == [
        "share.revoked",
        "share.code_sent",
        "share.sent",
        "share.drafted",
    ]
    history = browser.open(f"{HUB}/account/history").words
    assert "Partage d’un examen retiré" in history


def test_the_link_may_be_seen_again_while_it_is_open_only(region: Region) -> None:
    link = region.sent()
    browser = region.signed_in(path="/apps/emage/mine/")
    page = browser.follow(browser.open(MINE), "Revoir le lien")
    assert link in page.text and page.link("Revenir à Le emage") == f"{EMAGE}/inside"
    region.later(days=3)
    browser = region.signed_in(path="/apps/emage/mine/")
    page = browser.open(page.address)
    assert "Ce partage est terminé" in page.words and link not in page.text


def test_the_page_of_the_account_leads_here(region: Region) -> None:
    page = region.signed_in().open(f"{HUB}/account")
    assert page.link("Mes partages d’examens") == MINE


def test_a_page_full_of_shares_asks_little_of_the_database(region: Region) -> None:
    for _ in range(3):
        region.redeemed(region.ticket(region.sent()))
        region.later(hours=12)
    browser = region.signed_in(path="/apps/emage/mine/")
    ran: list[str] = []
    engine = region.hub.app.database.engine
    event.listen(
        engine, "before_cursor_execute", lambda c, cur, statement, *_: ran.append(statement)
    )
    page = browser.open(MINE)
    assert page.words.count("Ouvert une fois") == 3
    assert 0 < len(ran) <= 10 and len(page.text) < 100_000


def test_what_ended_is_forgotten_after_a_week(region: Region) -> None:
    link = region.sent()
    region.redeemed(region.ticket(link))
    kept = []
    for days in (0, 3, 6, 1):
        region.later(days=days)
        region.hub.turn()
        kept.append([rows(region, table) for table in (SHARES, OPENINGS, CODES)])
    assert kept == [[1, 1, 1], [1, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_the_shares_of_a_closed_account_go_with_it(region: Region) -> None:
    link = region.sent()
    region.redeemed(region.ticket(link))
    held = region.hub.app.equipped.holdings["emage.shares"]
    assert held.standing().rows == 1 and held.standing().oldest == region.hub.clock().replace(
        second=0, minute=0, hour=12
    )
    assert (held.forget(BOB), held.forget(ANN), held.forget(ANN)) == (0, 1, 0)
    assert [rows(region, table) for table in (SHARES, OPENINGS, CODES)] == [0, 0, 0]
    assert region.browser().open(link).status == 404 and held.standing().oldest is None


def test_a_form_nobody_sent_is_forgotten_in_time(region: Region) -> None:
    region.drafted()
    region.later(hours=2)
    region.hub.turn()
    assert rows(region, SHARES) == 0


def test_the_tables_show_neither_recipient_nor_study_nor_link(region: Region) -> None:
    link = region.sent()
    region.asking(link)
    with region.hub.app.database.transaction() as connection:
        kept = [connection.execute(select(each)).all() for each in (SHARES, CODES)]
    shown = str(kept)
    for secret in (TO, "1.2.840", link.rpartition("/")[2], region.code(), "Pour avis"):
        assert secret not in shown


def rows(region: Region, table: object) -> int:
    with region.hub.app.database.transaction() as connection:
        counted = select(func.count()).select_from(table)  # type: ignore[arg-type]
        return int(connection.execute(counted).scalar_one())
