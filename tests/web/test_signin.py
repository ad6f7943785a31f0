"""A whole sign-in through its pages."""

from dataclasses import replace
from datetime import timedelta

from hub.contract.identifiers import ActionName
from hub.contract.login import Asked
from hub.contract.steps import Ask, Redirect, Refusal
from hub.testing.people import ANN
from tests.web.site import ADDRESS, SAME, Site, said


def test_the_page_says_where_one_goes_and_at_what_level(site: Site) -> None:
    page = site.get(site.arrive("low"))
    assert page.status_code == 200
    assert "Vous allez vers Low" in said(page)
    assert "03 00 00 00 00" in said(page)
    assert page.text.count('name="csrf"') >= 2


def test_the_page_says_what_is_enough_and_what_is_the_first_of_two(site: Site) -> None:
    page = said(site.get(site.arrive("high")))
    assert "High demande une preuve de plus après celle-ci." in page
    # The card, and nothing else.
    assert page.count("Suffit pour ouvrir High") == 1
    assert page.index("card") < page.index("Suffit pour ouvrir High")


def test_where_all_are_enough_none_says_so(site: Site) -> None:
    page = said(site.get(site.arrive("low")))
    assert "Suffit pour" not in page and "après celle-ci" not in page


def test_the_page_shows_the_support_code_of_the_login(site: Site) -> None:
    path = site.arrive("low")
    login = next(iter(site.hub.records.logins.values()))
    assert login.support in said(site.get(path))


def test_a_right_password_goes_on_to_the_service_in_one_request(site: Site) -> None:
    path = site.arrive("low")
    answer = site.sign_in(path)
    assert answer.status_code == 303
    assert answer.location == path.replace("/login/", "/broker/complete/")
    assert site.session()


def test_the_session_key_changes_at_every_proof(site: Site) -> None:
    path = site.arrive("high")
    site.sign_in(path)
    first = site.session()
    site.post(f"{path}/code", begin="1")
    site.post(f"{path}/code", secret="1234")
    assert first and site.session() not in (None, first)


def test_a_wrong_password_is_told_and_the_name_is_kept(site: Site) -> None:
    path = site.arrive("low")
    refused = site.sign_in(path, secret="wrong")
    assert (refused.status_code, refused.location) == (303, path)
    page = site.get(path)
    assert "Identifiant ou mot de passe incorrect." in said(page)
    assert 'role="alert"' in page.text
    assert 'value="ann"' in page.text
    assert "wrong" not in page.text
    assert site.session() is None


def test_after_the_password_only_what_is_missing_is_asked(site: Site) -> None:
    path = site.arrive("high")
    assert site.sign_in(path).location == path
    page = site.get(path)
    assert "Code envoyé" in said(page)
    assert "Mot de passe" not in said(page)
    assert site.post(f"{path}/code", begin="1").location == path
    assert "Changer de moyen" in said(site.get(path))
    assert site.post(f"{path}/code", secret="1234").location.startswith("/broker/complete/")


def test_changing_the_way_loses_nothing(site: Site) -> None:
    path = site.arrive("high")
    site.sign_in(path)
    site.post(f"{path}/code", begin="1")
    chosen = site.get(f"{path}?choose=1")
    assert "La reprendre" in said(chosen)
    assert 'name="secret"' in site.get(path).text


def test_a_required_action_is_begun_by_the_answer_before_it(site: Site) -> None:
    path = site.arrive("terms")
    assert site.sign_in(path).location == path
    page = site.get(path)
    assert "Conditions d’utilisation" in said(page)
    assert 'name="accepted"' in page.text
    done = site.post(f"{path}/do/terms", accepted="yes")
    assert done.location.startswith("/broker/complete/")


def test_somebody_signed_in_already_is_shown_the_action_at_once(site: Site) -> None:
    site.sign_in(site.arrive("low"))
    path = site.arrive("terms")
    page = site.get(path)
    assert 'name="accepted"' in page.text and 'name="begin"' not in page.text
    done = site.post(f"{path}/do/terms", accepted="yes")
    assert done.location.startswith("/broker/complete/")


def test_an_action_that_leads_elsewhere_is_begun_by_a_button(site: Site) -> None:
    site.sign_in(site.arrive("low"))
    terms = site.hub.rules.actions[ActionName("terms")]
    terms.begin = lambda task: Redirect(url="https://low.test/")  # type: ignore[method-assign]
    path = site.arrive("terms")
    assert 'name="begin"' in site.get(path).text


def test_loading_the_page_never_moves_the_login(site: Site) -> None:
    path = site.arrive("high")
    site.sign_in(path)
    site.post(f"{path}/code", begin="1")
    before = dict(site.hub.records.logins)
    for query in ("", "?choose=1", "?away=1", "?stale=1", "/code", "/do/terms"):
        site.get(path + query)
    assert site.hub.records.logins == before


def test_the_address_of_a_form_loaded_again_shows_the_page(site: Site) -> None:
    path = site.arrive("low")
    assert site.get(f"{path}/password").location == path


def test_another_person_is_asked_and_may_stay(site: Site) -> None:
    site.sign_in(site.arrive("low"))
    path = site.arrive("high")
    site.post(f"{path}/card", begin="1")
    asked = site.post(f"{path}/card", identifier="bob", secret="1234")
    assert asked.location == path
    page = said(site.get(path))
    assert "Continuer en tant que Bob Durand" in page and "Ann Martin" in page
    assert site.post(f"{path}/continue").location.startswith("/broker/complete/")
    assert {kept.account for kept in site.hub.records.sessions.values()} == {"b-2"}


def test_another_person_who_declines_sees_the_choices_again(site: Site) -> None:
    site.sign_in(site.arrive("low"))
    path = site.arrive("high")
    site.post(f"{path}/card", begin="1")
    site.post(f"{path}/card", identifier="bob", secret="1234")
    assert "Continuer en tant que" not in said(site.get(f"{path}?choose=1"))
    assert {kept.account for kept in site.hub.records.sessions.values()} == {"a-1"}


def test_whoever_lacks_the_right_is_told_whom_to_ask(site: Site) -> None:
    low = site.hub.rules.services["low"]  # type: ignore[index]
    access = replace(low.access, rights=frozenset({"never"}))
    site.hub.rules.services["low"] = replace(low, access=access)  # type: ignore[index]
    path = site.arrive("low")
    site.sign_in(path)
    page = site.get(path)
    assert page.status_code == 403
    assert "Demandez ce droit au référent" in said(page)
    assert path.replace("/login/", "/broker/complete/") in page.text


def test_changing_the_person_ends_the_session_and_keeps_the_login(site: Site) -> None:
    site.sign_in(site.arrive("low"))
    path = site.arrive("high")
    changed = site.post(f"{path}/change")
    assert changed.location == f"{path}?choose=1"
    assert not site.hub.records.sessions
    assert site.session() is None
    assert 'name="identifier"' in site.get(path).text
    ended = site.hub.records.trail[-1]
    assert (ended.action, ended.account) == ("session.left", ANN.id)


def test_whom_the_service_expects_is_filled_in(site: Site) -> None:
    assert 'value="ann"' in site.get(site.arrive("low", expected="ann")).text


def test_a_pairwise_subject_is_never_shown(site: Site) -> None:
    subject = "ab" * 32
    assert subject not in site.get(site.arrive("low", expected=subject)).text


def test_a_pairwise_subject_is_not_shown_to_somebody_else_either(site: Site) -> None:
    subject = "ab" * 32
    path = site.arrive("low", expected=subject)
    site.sign_in(path)
    page = site.get(path)
    assert "alors que quelqu’un d’autre était attendu" in said(page)
    assert subject not in page.text


def test_nobody_is_offered_to_stay_where_the_service_insists_on_somebody(site: Site) -> None:
    path = site.arrive("low", expected="20002", asked=Asked(only_expected=True))
    site.sign_in(path)
    assert "Continuer en tant que" not in said(site.get(path))
    assert site.post(f"{path}/continue").location == path
    assert site.session() is None


def test_too_many_tries_are_told_with_the_time_left(site: Site) -> None:
    path = site.arrive("low")
    for _ in range(4):
        site.sign_in(path, secret="wrong")
    assert "pause de 5 minutes" in said(site.get(path))


def test_a_refusal_that_ends_a_method_stands_above_the_choices(site: Site) -> None:
    site.hub.code.refuses = Refusal(code="code.wrong")
    path = site.arrive("high")
    site.sign_in(path)
    site.post(f"{path}/code", begin="1")
    site.post(f"{path}/code", secret="x")
    page = said(site.get(path))
    assert "Code incorrect." in page and "Choisissez comment continuer" in page


def test_another_browser_cannot_go_on_with_a_login(site: Site) -> None:
    path = site.arrive("low")
    thief = site.another()
    thief.get("/help", base_url=ADDRESS)
    answer = thief.get(path, base_url=ADDRESS)
    assert answer.status_code == 403
    assert "autre navigateur" in said(answer)


def test_a_browser_without_cookies_is_told_so(site: Site) -> None:
    path = site.arrive("low")
    answer = site.another().get(path, base_url=ADDRESS)
    assert answer.status_code == 403
    assert "cookie" in said(answer)


def test_a_finished_login_leads_back(site: Site) -> None:
    site.key()
    answer = site.get("/login/unknownunknownunknown1")
    assert answer.status_code == 410
    assert 'href="/services"' in answer.text


def test_a_stale_form_is_drawn_again_and_nothing_is_tried(site: Site) -> None:
    path = site.arrive("low")
    answer = site.client.post(
        f"{path}/password",
        data={"csrf": "old", "identifier": "ann", "secret": "1234"},
        base_url=ADDRESS,
        headers=SAME,
    )
    assert (answer.status_code, answer.location) == (303, f"{path}?stale=1")
    assert "La page avait expiré" in said(site.get(answer.location))
    assert not site.hub.password.attempts[1:] and site.session() is None


def test_a_login_that_timed_out_goes_on_with_the_right_password(site: Site) -> None:
    path = site.arrive("low")
    site.get(path)
    site.hub.later(minutes=40)
    assert site.sign_in(path).location.startswith("/broker/complete/")


def test_another_site_is_reached_by_a_page_and_not_by_the_forms_answer(site: Site) -> None:
    away = "https://provider.test/authorize?state=1"
    site.hub.card.begin = lambda attempt: Redirect(url=away)  # type: ignore[method-assign]
    path = site.arrive("low")
    sent = site.post(f"{path}/card", begin="1")
    assert sent.location == f"{path}?away=1"
    page = site.get(sent.location)
    assert page.headers["Refresh"] == f"0; url={away}"
    assert "https://provider.test" in page.text
    assert "Refresh" not in site.get(path).headers


def test_a_page_of_our_own_is_reached_at_once(site: Site) -> None:
    site.hub.card.begin = lambda attempt: Redirect(url="/card/read")  # type: ignore[method-assign]
    path = site.arrive("low")
    assert site.post(f"{path}/card", begin="1").location == "/card/read"


def test_a_waiting_page_reloads_itself_without_script(site: Site) -> None:
    waits = Ask(template="hub/wait.html", again_in=timedelta(seconds=3))
    site.hub.card.begin = lambda attempt: waits  # type: ignore[method-assign]
    path = site.arrive("low")
    site.post(f"{path}/card", begin="1")
    assert '<meta http-equiv="refresh" content="3">' in site.get(path).text


def test_the_pages_speak_what_the_service_wishes_unless_the_person_chose(site: Site) -> None:
    path = site.arrive("low", languages=("en",))
    assert "You are going to Low" in said(site.get(path))
    site.post("/language/fr", back=path)
    assert "Vous allez vers Low" in said(site.get(path))


def test_somebody_the_service_does_not_expect_may_stay_themselves(site: Site) -> None:
    site.sign_in(site.arrive("low"))
    path = site.arrive("low", expected="bob")
    assert "Continuer en tant que Ann Martin" in said(site.get(path))
    assert site.post(f"{path}/continue").location == path
    assert site.get(path).location.startswith("/broker/complete/")


def test_a_suspended_account_gets_no_session(site: Site) -> None:
    site.hub.accounts.suspend(ANN.id)
    path = site.arrive("low")
    site.sign_in(path)
    assert "Ce compte est suspendu." in said(site.get(path))
    assert site.session() is None and not site.hub.records.sessions


def test_two_tabs_end_each_at_its_own_service(site: Site) -> None:
    first, second = site.arrive("low"), site.arrive("terms")
    assert site.sign_in(second).location == second
    assert site.get(first).location == first.replace("/login/", "/broker/complete/")
    assert site.post(f"{second}/do/terms", accepted="yes").location.endswith(second[7:])
