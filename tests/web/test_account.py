"""« Gérer mon compte »."""

from pathlib import Path

import pytest

from hub.contract.audit import AuditEntry
from hub.contract.services import Access
from hub.contract.steps import Answer
from hub.broker.returning import WebReturning
from hub.testing.methods import PASSWORD, RIGHT
from hub.testing.people import ANN, BOB
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import said

MEANS = "/account/means/phone"


@pytest.fixture
def account(tmp_path: Path) -> Furnished:
    return furnish(tmp_path, tiled("mail", Access(minimum="low")))


def elsewhere(account: Furnished, identifier: str) -> str:
    """The same or another person signs in with another browser; their session's id."""
    before = {each.id for each in account.hub.records.sessions.values()}
    here, account.site.client = account.site.client, account.site.another()
    account.enter(identifier)
    account.site.client = here
    return next(each.id for each in account.hub.records.sessions.values() if each.id not in before)


def alive(account: Furnished) -> set[str]:
    return {each.id for each in account.hub.records.sessions.values()}


def test_the_account_shows_who_one_is(account: Furnished) -> None:
    account.enter()
    words = said(account.get("/account"))
    assert "Ann Martin" in words and "10001" in words and "Clinique du Parc" in words


def test_with_a_password_alone_strong_means_are_masked_and_cannot_be_added(
    account: Furnished,
) -> None:
    account.phone.add(ANN, "06 12 34 56 78")
    account.enter()
    page = account.get("/account")
    assert "••• 78" in said(page) and "06 12 34" not in page.text
    assert MEANS not in page.text
    assert account.post(MEANS, begin="1").location.startswith("/login/")
    assert account.get(f"{MEANS}/remove?means=m-06 12 34 56 78").location.startswith("/login/")
    assert account.post(f"{MEANS}/remove", means="m-06 12 34 56 78").location.startswith("/login/")
    assert account.phone.means(ANN.id)


def test_without_any_strong_means_the_page_says_whom_to_ask_and_offers_no_proof(
    account: Furnished,
) -> None:
    account.enter()
    assert 'href="/account/means"' in account.get("/account").text
    account.hub.code.hopes = account.hub.card.hopes = account.phone.hopes = ()
    page = account.get("/account")
    assert "Le référent de votre structure ou l’assistance peut vous aider" in said(page)
    assert 'href="/account/means"' not in page.text


def test_a_strong_proof_shows_the_means_whole(account: Furnished) -> None:
    account.phone.add(ANN, "06 12 34 56 78")
    account.enter(strong=True)
    page = account.get("/account")
    assert "06 12 34 56 78" in said(page) and MEANS in page.text


def test_ten_minutes_later_the_strong_proof_is_too_old(account: Furnished) -> None:
    account.enter(strong=True)
    account.hub.later(minutes=10)
    assert account.post(MEANS, begin="1").location == MEANS
    account.hub.later(seconds=1)
    assert "Vos moyens forts sont masqués" in said(account.get("/account"))
    assert account.post(MEANS, begin="1").location.startswith("/login/")


def test_a_means_is_set_up_through_the_method_s_own_form(account: Furnished) -> None:
    account.enter(strong=True)
    assert account.post(MEANS, begin="1").location == MEANS
    assert 'name="secret"' in account.get(MEANS).text
    assert account.post(MEANS, secret="wrong").location == MEANS
    refused = account.get(MEANS)
    assert "Code incorrect." in said(refused) and 'role="alert"' in refused.text
    assert account.post(MEANS, secret=RIGHT).location == "/account?saved=phone"
    assert [each.label for each in account.phone.means(ANN.id)] == ["0612345678"]
    assert "C’est enregistré" in said(account.get("/account?saved=phone"))


def test_the_form_survives_a_reload(account: Furnished) -> None:
    account.enter(strong=True)
    account.post(MEANS, begin="1")
    assert account.get(MEANS).text.count('name="secret"') == account.get(MEANS).text.count(
        'name="secret"'
    )
    assert 'name="secret"' in account.get(MEANS).text


def test_an_enrolment_belongs_to_the_session_that_began_it(account: Furnished) -> None:
    account.enter(strong=True)
    account.post(MEANS, begin="1")
    account.site.client = account.site.another()
    account.enter(strong=True)
    assert 'name="secret"' not in account.get(MEANS).text
    account.post(MEANS, secret=RIGHT)
    assert not account.phone.means(ANN.id)


def test_an_unfinished_enrolment_is_forgotten_and_can_begin_again(account: Furnished) -> None:
    account.enter(strong=True)
    account.post(MEANS, begin="1")
    account.hub.later(minutes=15)
    account.site.client = account.site.another()
    account.enter(strong=True)
    page = account.get(MEANS)
    assert "Rien n’est en cours" in said(page) and 'name="begin"' in page.text


def test_wrong_answers_of_an_enrolment_are_counted(account: Furnished) -> None:
    account.enter(strong=True)
    account.post(MEANS, begin="1")
    for _ in range(3):
        account.post(MEANS, secret="wrong")
    account.post(MEANS, secret=RIGHT)
    assert not account.phone.means(ANN.id)
    assert "Trop d’essais" in said(account.get(MEANS))
    account.hub.later(minutes=5)
    account.post(MEANS, secret=RIGHT)
    assert account.phone.means(ANN.id)


def test_right_answers_are_not_counted(account: Furnished) -> None:
    account.enter(strong=True)
    for _ in range(4):
        account.post(MEANS, begin="1")
        assert account.post(MEANS, secret=RIGHT).location == "/account?saved=phone"


def test_a_refused_enrolment_says_why_and_begins_again(account: Furnished) -> None:
    account.enter(strong=True)
    account.post(MEANS, begin="1")
    page = account.post(MEANS, secret="stop")
    assert "Code incorrect." in said(page) and 'name="begin"' in page.text


def returning(account: Furnished) -> str:
    """The address of somebody whose answer came from outside."""
    answer = Answer(fields={"number": RIGHT})
    return WebReturning(account.site.box, "fakes").bring_back(MEANS, answer)


def test_what_is_done_outside_comes_back_with_a_ticket(account: Furnished) -> None:
    account.phone.away = True
    account.enter(strong=True)
    # A page leads there: no browser follows the answer to a form to another site.
    away = account.post(MEANS, begin="1")
    assert (away.status_code, away.headers["Refresh"]) == (200, "0; url=https://phone.test/")
    assert 'href="https://phone.test/"' in away.text
    answer = account.get(returning(account))
    assert answer.location == "/account?saved=phone"
    assert [each.label for each in account.phone.means(ANN.id)] == ["0612345678"]


def test_a_method_whose_means_cannot_be_listed_closes_the_account_to_nobody(
    account: Furnished,
) -> None:
    def breaks(*given: object) -> tuple[()]:
        raise RuntimeError("0612345678")

    account.enter()
    account.phone.add(ANN, "0612345678")
    assert "phone" in said(account.get("/account"))
    account.phone.means = breaks  # type: ignore[method-assign,assignment]
    page = account.get("/account")
    assert page.status_code == 200 and "Ann Martin" in said(page)
    assert "phone" not in said(page)


def test_an_enrolment_that_breaks_leaves_its_line_under_the_code_shown(
    account: Furnished,
) -> None:
    def breaks(*given: object) -> None:
        raise RuntimeError("0612345678")

    account.enter(strong=True)
    account.phone.begin_enrolment = breaks  # type: ignore[method-assign,assignment]
    page = account.post(MEANS, begin="1")
    assert page.status_code == 500 and "0612345678" not in page.text
    line = account.hub.records.trail[-1]
    assert (line.action, line.account) == ("method.failed", ANN.id)
    assert line.details == {"place": "means/phone", "kind": "RuntimeError"}
    assert line.support and line.support in said(page)


def test_an_address_loaded_by_a_link_neither_begins_an_enrolment_nor_answers_it(
    account: Furnished,
) -> None:
    account.enter(strong=True)
    assert 'name="begin"' in account.get(returning(account)).text
    assert 'name="begin"' in account.get(MEANS).text
    account.post(MEANS, begin="1")
    assert account.get(returning(account)).status_code == 200
    assert not account.phone.means(ANN.id)
    assert account.post(MEANS, secret=RIGHT).location == "/account?saved=phone"


def test_a_means_is_removed_after_a_question(account: Furnished) -> None:
    account.phone.add(ANN, "0612345678")
    account.enter(strong=True)
    assert "0612345678" in said(account.get(f"{MEANS}/remove?means=m-0612345678"))
    assert account.phone.means(ANN.id)
    account.post(f"{MEANS}/remove", means="m-0612345678")
    assert not account.phone.means(ANN.id)


def test_removing_what_is_not_there_changes_nothing(account: Furnished) -> None:
    account.phone.add(BOB, "0699999999")
    account.enter(strong=True)
    assert account.get(f"{MEANS}/remove?means=m-0699999999").location == "/account"
    account.post(f"{MEANS}/remove", means="m-0699999999")
    assert account.phone.means(BOB.id)


def test_a_secret_is_changed_with_a_simple_sign_in_and_never_removed(account: Furnished) -> None:
    account.phone.hopes = (PASSWORD,)
    account.phone.add(ANN, "Mot de passe")
    account.enter()
    page = account.get("/account")
    assert "Modifier" in said(page) and f"{MEANS}/remove" not in page.text
    assert account.post(MEANS, begin="1").location == MEANS
    assert account.post(f"{MEANS}/remove", means="m-Mot de passe").status_code == 404
    assert account.phone.means(ANN.id)


def test_a_method_without_means_has_no_page(account: Furnished) -> None:
    account.enter(strong=True)
    for path in ("/account/means/card", "/account/means/nothing"):
        assert account.get(path).status_code == 404
        assert account.post(path, begin="1").status_code == 404


def test_the_sessions_are_listed_with_what_they_opened(account: Furnished) -> None:
    account.enter()
    elsewhere(account, "bob")
    page = account.get("/account/sessions")
    assert said(page).count("Firefox") == 1
    assert "Vous n’êtes connecté nulle part ailleurs" in said(page)


def test_one_other_session_is_ended(account: Furnished) -> None:
    account.enter()
    other, third = elsewhere(account, "ann"), elsewhere(account, "ann")
    account.post("/account/sessions/end", session=other)
    assert other not in alive(account) and third in alive(account)
    assert account.get("/account").status_code == 200
    assert account.hub.records.trail[-1].action == "session.ended"


def test_all_other_sessions_are_ended(account: Furnished) -> None:
    account.enter()
    others = {elsewhere(account, "ann"), elsewhere(account, "ann")}
    bob = elsewhere(account, "bob")
    account.post("/account/sessions/end-others")
    assert not others & alive(account) and bob in alive(account)
    assert account.get("/account/sessions").status_code == 200


def test_nobody_ends_somebody_else_s_session(account: Furnished) -> None:
    account.enter()
    bob = elsewhere(account, "bob")
    account.post("/account/sessions/end", session=bob)
    assert bob in alive(account)


def test_the_history_tells_in_words_what_happened_and_nothing_of_others(
    account: Furnished,
) -> None:
    account.enter()
    elsewhere(account, "bob")
    words = said(account.get("/account/history"))
    assert "Connexion réussie à : Mes services" in words
    assert words.count("Connexion réussie") == 1


def test_the_history_names_who_did_it(account: Furnished) -> None:
    account.enter()
    entry = AuditEntry(
        at=account.hub.now, action="means.reset", account=ANN.id, details={"by": BOB.id}
    )
    account.desk.trail.note(entry)
    assert "par Bob Durand" in said(account.get("/account/history"))


def test_a_line_without_words_is_not_shown_to_the_person(account: Furnished) -> None:
    account.enter()
    entry = AuditEntry(at=account.hub.now, action="odd.thing_done", account=ANN.id)
    account.desk.trail.note(entry)
    page = account.get("/account/history")
    assert page.status_code == 200 and "odd" not in page.text


def test_every_account_page_asks_who_one_is(account: Furnished) -> None:
    for path in ("/account", "/account/sessions", "/account/history", "/account/means", MEANS):
        assert account.get(path).location.startswith("/login/")
    for path in ("/account/sessions/end", "/account/sessions/end-others", MEANS):
        assert account.post(path).location.startswith("/login/")


def test_the_account_speaks_english_too(account: Furnished) -> None:
    account.enter(strong=True)
    account.post("/language/en", back="/account")
    account.post(MEANS, begin="1")
    for path in ("/account", "/account/sessions", "/account/history", MEANS):
        page = account.get(path)
        assert "Manage my account" in said(page) and "Gérer" not in said(page)
