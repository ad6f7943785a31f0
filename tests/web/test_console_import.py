"""« Importer un fichier »: shown first, then done as shown, once, and nowhere else."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from hub.contract.accounts import Account, Identifier, KeepsAccounts, Searchable
from hub.people.import_work import AT_ONCE
from hub.people.importing import MOST_ELSEWHERE, MOST_LIVE, Fate, ImportRun, RunState
from hub.store.imports import CLAIMED_FOR, SqlImports
from hub.store.sealing import KeyRing
from hub.testing.running import NOON, RunningHub
from hub.web.guards import LARGEST_BODY
from tests.federation.test_strangers import SECRET, SEED, strong
from tests.federation.visits import HUB, browser_of
from tests.flows.browser import Browser, Page
from tests.flows.referent import (
    ANN,
    CAROL,
    CLINIC,
    OTTO,
    SURGERY,
    at_the_console,
    console_hub,
    person,
    signed_in,
)

pytestmark = pytest.mark.slow
HERE = f"{HUB}/console/people/import"
HEAD = "nom;prénom;mail;mobile;numéro;fonction;profession;structure"


def line(name: str = "d’Arc", **changes: str) -> str:
    cells = {
        "family_name": name,
        "given_name": "Cléo",
        "mail": "cleo@clinique.test",
        "mobile": "",
        "number": "",
        "role": "Infirmière",
        "profession": "",
        "structure": CLINIC,
        **changes,
    }
    return ";".join(cells.values())


def file_of(*lines: str) -> bytes:
    return "\n".join([HEAD, *lines, ""]).encode()


@pytest.fixture
def running(tmp_path: Path) -> RunningHub:
    return console_hub(tmp_path)


@pytest.fixture
def referent(running: RunningHub) -> Browser:
    return at_the_console(running)


def book(running: RunningHub) -> SqlImports:
    keys = KeyRing.from_folder(running.app.configuration.secrets)
    return SqlImports(running.app.database, keys)


def brought(referent: Browser, *lines: str) -> Page:
    page = referent.open(HERE)
    return referent.upload(page.form(asking="file"), "file", file_of(*lines))


def applied(referent: Browser, page: Page) -> Page:
    return referent.submit(page.form(to="/apply"))


def worked(running: RunningHub, over: Callable[[], bool]) -> None:
    """How much one turn does depends on the machine; it does something."""
    for _ in range(20):
        running.clock.later(seconds=2)
        running.turn()
        if over():
            return
    raise AssertionError("the worker does not go on")


def at_clinic(running: RunningHub) -> Mapping[str, Account]:
    stores = [each for each in running.app.stores.values() if isinstance(each, Searchable)]
    return {each.display_name: each for store in stores for each in store.in_structure(CLINIC)}


def run_of(running: RunningHub) -> str:
    return book(running).of(CAROL.id, running.clock())[0].id


def trail(running: RunningHub, account: Account) -> list[Any]:
    return list(running.app.trail.of_account(account.id, 20))


def test_nothing_is_done_until_the_referent_agrees_and_then_what_was_shown(
    running: RunningHub, referent: Browser
) -> None:
    ann = line("Test", given_name="Ann", mail="", number="99700000200", role="Cadre")
    page = brought(referent, line(), ann, line("Durand", mail="z@clinique.test", structure=SURGERY))
    assert "Rien n’a encore été fait" in page.words and "Aide devient Cadre" in page.words
    assert "Ce n’est pas une de vos structures" in page.words
    assert set(at_clinic(running)) == {"Carol Test", "Ann Test"}
    page = applied(referent, page)
    assert "L’import est terminé" in page.words
    people = at_clinic(running)
    assert set(people) == {"Carol Test", "Ann Test", "Cléo d’Arc"}
    assert [each.role for each in people["Ann Test"].situations] == ["Cadre"]
    assert people["Ann Test"].situations[0].id == ANN.situations[0].id
    opened = next(e for e in trail(running, people["Cléo d’Arc"]) if e.action == "account.opened")
    judged = next(e for e in trail(running, CAROL) if e.action == "import.judged")
    figures = {"state": "shown", "total": "3", "elsewhere": "0"}
    assert judged.details == {"import": run_of(running), **figures}
    assert opened.details["by"] == CAROL.id and opened.details["import"] == run_of(running)
    running.turn()
    inbox = browser_of(running).open(f"{HUB}/apps/console/").words
    assert "Un compte vous est ouvert" in inbox and "Cadre" in inbox


def test_pressing_twice_or_in_two_tabs_does_it_once(running: RunningHub, referent: Browser) -> None:
    page = brought(referent, line())
    applied(referent, page)
    assert "L’import est terminé" in applied(referent, page).words
    names = [each.display_name for each in at_clinic(running).values()]
    assert names.count("Cléo d’Arc") == 1
    running.turn()
    inbox = browser_of(running).open(f"{HUB}/apps/console/").text
    assert inbox.count("Un compte vous est ouvert") == 1


def test_what_is_no_longer_as_shown_is_not_done(running: RunningHub, referent: Browser) -> None:
    ann = line("Test", given_name="Ann", mail="", number="99700000200", role="Cadre")
    page = brought(referent, line(number="99700000123"), ann)
    store = next(s for s in running.app.stores.values() if isinstance(s, KeepsAccounts))
    rpps = Identifier(system="rpps", number="99700000123")
    store.create(person("zoe", CLINIC, rpps))
    moved = replace(ANN.situations[0], role="Directrice")
    store.change(replace(ANN, situations=(moved,)))
    page = applied(referent, page)
    assert page.words.count("La situation a changé depuis la vérification") == 2
    people = at_clinic(running)
    assert "Cléo d’Arc" not in people
    assert people["Ann Test"].situations[0].role == "Directrice"


def test_a_person_known_elsewhere_is_not_told_from_one_of_no_account(
    running: RunningHub, referent: Browser
) -> None:
    page = brought(referent, line("Test", given_name="Otto", number="99700000300"))
    assert "transmettez la demande à l’assistance" in page.words
    assert SURGERY not in page.text and OTTO.id not in page.text
    known = brought(referent, line("Test", number="99700000300", structure=SURGERY))
    nobody = brought(referent, line("Test", number="99700000999", structure="Nulle part"))
    for each in (known, nobody):
        assert "Ce n’est pas une de vos structures" in each.words
        assert "support" not in each.words.partition("Ligne par ligne")[2].partition("Code")[0]


def test_a_file_that_fishes_for_people_shows_nothing(
    running: RunningHub, referent: Browser
) -> None:
    store = next(s for s in running.app.stores.values() if isinstance(s, KeepsAccounts))
    numbers = [f"997000005{n:02}" for n in range(MOST_ELSEWHERE + 1)]
    for number in numbers:
        store.create(person(f"p{number}", SURGERY, Identifier(system="rpps", number=number)))
    page = brought(referent, *[line(f"N{n}", number=n, mail=f"m{n}@x.test") for n in numbers])
    assert "Trop de lignes" in page.alert() and "N997" not in page.text
    assert referent.open(f"{HERE}/{run_of(running)}/refused.csv").status == 404
    judged = next(e for e in trail(running, CAROL) if e.action == "import.judged")
    many = str(MOST_ELSEWHERE + 1)
    figures = {"state": "stopped", "total": many, "elsewhere": many}
    assert judged.details == {"import": run_of(running), **figures}


def test_files_cannot_be_checked_one_after_the_other(referent: Browser) -> None:
    for _ in range(3):
        brought(referent, line())
    assert "plusieurs fichiers de suite" in brought(referent, line()).alert()


def test_at_most_five_files_wait_and_the_oldest_gives_way(
    running: RunningHub, referent: Browser
) -> None:
    for number in range(MOST_LIVE + 1):
        brought(referent, line(f"Nom{number}"))
        running.clock.later(minutes=6)
        referent = at_the_console(running)
    runs = book(running).of(CAROL.id, running.clock())
    states = [RunState.SHOWN] * MOST_LIVE + [RunState.STOPPED]
    assert [each.state for each in runs] == states and runs[-1].why == "replaced"
    assert not book(running).counts(runs[-1].id).total
    assert "Un fichier plus récent" in referent.open(f"{HERE}/{runs[-1].id}").alert()


def test_no_file_is_read_while_five_are_under_way(running: RunningHub, referent: Browser) -> None:
    new = ImportRun(id="r", account=CAROL.id, made_at=running.clock(), state=RunState.APPLYING)
    for number in range(MOST_LIVE):
        book(running).begin(replace(new, id=f"r-{number}"))
    assert "Cinq de vos fichiers" in brought(referent, line()).alert()
    assert len(book(running).of(CAROL.id, running.clock())) == MOST_LIVE


@pytest.mark.parametrize("after", ["9" * 5_000, "²", "-1", "٣"])
def test_an_address_that_names_no_line_shows_the_first_ones(
    running: RunningHub, referent: Browser, after: str
) -> None:
    page = brought(referent, line())
    again = referent.open(f"{page.address}?after={quote(after)}")
    assert again.status == 200 and "Cléo d’Arc" in again.words


def test_one_number_or_mail_stands_on_one_line(running: RunningHub, referent: Browser) -> None:
    page = brought(
        referent,
        line(number="99700000123"),
        line("Autre", number="99700000123", mail="autre@clinique.test"),
        line("Encore"),
    )
    assert page.words.count("déjà sur une ligne plus haut") == 2
    applied(referent, page)
    assert set(at_clinic(running)) == {"Carol Test", "Ann Test", "Cléo d’Arc"}


def test_a_number_of_somebody_of_another_name_changes_nobody(
    running: RunningHub, referent: Browser
) -> None:
    page = brought(referent, line("Durand", number="99700000200"))
    assert "d’une personne d’un autre nom" in page.words
    assert not any(form.action.endswith("/apply") for form in page.forms())


def test_a_large_file_goes_on_in_the_worker_and_after_a_restart(
    running: RunningHub, referent: Browser, tmp_path: Path
) -> None:
    many = 2 * AT_ONCE + 10
    page = brought(referent, *[line(f"Nom{n}", mail=f"m{n}@clinique.test") for n in range(many)])
    assert f"encore {many - AT_ONCE} lignes sur {many}" in page.words
    assert not any(form.action.endswith("/apply") for form in page.forms())
    kept, run = book(running), run_of(running)
    worked(running, lambda: kept.counts(run).unjudged == 0)
    page = applied(referent, referent.open(page.address))
    assert f"encore {many - AT_ONCE} lignes" in page.words
    # Stopped with lines in hand: nobody else takes those up before some minutes have passed.
    taken = kept.claim(run, AT_ONCE, running.clock())
    worked(running, lambda: kept.counts(run).due <= AT_ONCE)
    assert kept.counts(run).due == len(taken) == AT_ONCE
    running.clock.later(seconds=CLAIMED_FOR.total_seconds())
    worked(running, lambda: [each.state for each in kept.of(CAROL.id, NOON)] == [RunState.DONE])
    assert kept.counts(run).due == 0
    names = list(at_clinic(running))
    assert len(names) == len(set(names)) == many + 2


def test_an_account_opened_just_before_a_crash_is_not_opened_twice(
    running: RunningHub, referent: Browser
) -> None:
    brought(referent, line())
    kept, run = book(running), run_of(running)
    (shown,) = kept.page(run, Fate.CREATED, 0, 10)
    assert shown.account
    store = next(s for s in running.app.stores.values() if isinstance(s, KeepsAccounts))
    store.create(replace(person("cleo", CLINIC), id=shown.account, display_name="Cléo d’Arc"))
    kept.move(run, RunState.SHOWN, RunState.APPLYING)
    kept.claim(run, 1, running.clock())
    running.clock.later(seconds=CLAIMED_FOR.total_seconds())
    running.turn()
    running.turn()
    (line_after,) = kept.page(run, Fate.CREATED, 0, 10)
    assert line_after.settled and list(at_clinic(running)).count("Cléo d’Arc") == 1
    inbox = browser_of(running).open(f"{HUB}/apps/console/").words
    assert "Un compte vous est ouvert" in inbox


def test_a_right_that_ends_meanwhile_stops_what_it_allowed(
    running: RunningHub, referent: Browser
) -> None:
    brought(referent, line())
    kept, run = book(running), run_of(running)
    kept.move(run, RunState.SHOWN, RunState.APPLYING)
    running.app.rights.end("g", running.clock())
    running.clock.later(seconds=2)
    running.turn()
    assert kept.counts(run).due == 0 and "Cléo d’Arc" not in at_clinic(running)


def test_bringing_it_in_takes_a_fresh_strong_proof(running: RunningHub, referent: Browser) -> None:
    page = brought(referent, line())
    running.clock.later(minutes=11)
    page = applied(referent, page)
    assert page.path.startswith("/login/") and "Cléo d’Arc" not in at_clinic(running)


def test_nobody_else_finds_a_file(running: RunningHub, referent: Browser) -> None:
    page = brought(referent, line())
    dan = person("dan", CLINIC)
    running.settle(dan, password=SECRET, totp=SEED)
    grants = running.app.rights.granted(CAROL.id, running.clock())
    running.app.rights.give(replace(grants[0], id="g-2", account=dan.id))
    colleague = browser_of(running)
    strong(running, colleague, "dan")
    assert colleague.open(HERE).status == 200
    for path in ("", "/refused.csv"):
        assert colleague.open(f"{page.address}{path}").status == 404
        assert colleague.open(f"{HERE}/unknown{path}").status == 404


def test_refused_lines_come_back_as_text_and_may_be_sent_again(
    running: RunningHub, referent: Browser
) -> None:
    page = brought(
        referent,
        line("=HYPERLINK(1)"),
        line(mobile="+33123456789"),
        line("<script>alert(1)</script>", structure="-1"),
        '"pas fermé',
    )
    assert "<script>alert" not in page.text
    sheet = referent.open(f"{page.address}/refused.csv")
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in sheet.headers["content-disposition"]
    cells = [cell for row in sheet.text.splitlines() for cell in row.split(";")]
    assert not [each for each in cells if each.startswith(("=", "+", "-", "@"))]
    assert "'=HYPERLINK(1)" in cells and "'+33123456789" in cells and "'-1" in cells
    corrected = sheet.text.replace("'=HYPERLINK(1)", "Durand").encode()
    form = referent.open(HERE).form(asking="file")
    again = referent.upload(form, "file", corrected)
    assert "Cléo Durand" in again.words and "Colonnes laissées de côté" not in again.words


def test_only_this_form_takes_a_large_body_and_only_from_a_referent(
    running: RunningHub, referent: Browser
) -> None:
    # Mostly lines with nothing in them: it is the size that matters.
    large = file_of(line(), *[" " * 4_000] * 1_500)
    assert len(large) > 50 * LARGEST_BODY
    form = referent.open(HERE).form(asking="file")
    assert "Cléo d’Arc" in referent.upload(form, "file", large).words
    assert referent.upload(form, "file", large * 4).status == 413
    stranger = browser_of(running)
    stranger.open(f"{HUB}/services")
    assert stranger.upload(form, "file", large).status == 413
    running.settle(person("dan", CLINIC), password=SECRET, totp=SEED)
    colleague = browser_of(running)
    strong(running, colleague, "dan")
    assert colleague.upload(form, "file", large).status == 413
    elsewhere = referent.open(f"{HUB}/console/people/new").form(asking="role")
    assert referent.upload(elsewhere, "file", large).status == 413


def test_a_file_that_is_none_is_refused_with_a_sentence(referent: Browser) -> None:
    form = referent.open(HERE).form(asking="file")
    page = referent.upload(form, "file", b"PK\x03\x04")
    assert page.status == 422 and "n’est pas celle du modèle" in page.alert()
    assert "Aucun fichier" in referent.upload(form, "other", b"x").alert()


def test_somebody_without_the_right_finds_no_such_page(running: RunningHub) -> None:
    running.app.rights.end("g", running.clock())
    browser = at_the_console(running)
    assert browser.open(HERE).status == 404
    assert browser.open(f"{HERE}/model.csv").status == 404


def test_an_imported_colleague_knows_no_password_yet(
    running: RunningHub, referent: Browser
) -> None:
    applied(referent, brought(referent, line()))
    _, page = signed_in(running, "cleo@clinique.test", "")
    assert page.path.startswith("/login/")
