"""The consoles of référent, support and operator."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hub.contract.accounts import Contact, Identifier, Right
from hub.contract.identifiers import AccountId, ChannelKind, ServiceId
from hub.contract.services import Access
from hub.testing.people import ANN, BOB, CLINIC, SURGERY
from hub.web.console import normal
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import said

CAROL = replace(
    BOB,
    id=AccountId("c-3"),
    display_name="Carol Référente",
    identifiers=(replace(BOB.identifiers[0], number="carol"),),
    contacts=(Contact(kind=ChannelKind("mail"), address="carol@hub.test", validated=True),),
)
DAN = replace(BOB, id=AccountId("d-4"), display_name="Dan Élie", identifiers=())
ANNS = f"/console/people/{ANN.id}"
ONLY_HERE = replace(ANN, situations=(CLINIC,))


@pytest.fixture
def console(tmp_path: Path) -> Furnished:
    made = furnish(
        tmp_path,
        tiled("mail", Access(minimum="high")),
        places={ServiceId("mail"): "hub.toml:42"},
    )
    made.hub.accounts.create(CAROL)
    made.hub.accounts.create(replace(DAN, situations=(CLINIC,)))
    return made


@pytest.fixture
def referent(console: Furnished) -> Furnished:
    """Carol, référente of the clinic, where Ann works."""
    console.hub.accounts.change(ONLY_HERE)
    console.grant(CAROL.id, "console.referent", CLINIC.structure)
    console.enter("carol", strong=True)
    return console


def test_the_consoles_want_a_strong_sign_in(console: Furnished) -> None:
    console.grant(CAROL.id, "console.referent", CLINIC.structure)
    console.enter("carol")
    for path in ("/console", "/console/people", "/console/support", "/console/plugins"):
        assert console.get(path).location.startswith("/login/")


def test_somebody_without_a_right_is_told_so_and_finds_nothing(console: Furnished) -> None:
    console.enter("carol", strong=True)
    assert console.get("/console").status_code == 403
    for path in ("/console/people", ANNS, "/console/support", "/console/plugins"):
        assert console.get(path).status_code == 404


@pytest.mark.parametrize(
    ("right", "home", "closed"),
    [
        ("console.referent", "/console/people", ("/console/support", "/console/plugins")),
        ("console.support", "/console/support", ("/console/people", "/console/services")),
        ("console.operator", "/console/plugins", ("/console/people", "/console/support")),
    ],
)
def test_each_right_opens_one_console(
    console: Furnished, right: str, home: str, closed: tuple[str, ...]
) -> None:
    console.grant(CAROL.id, right, CLINIC.structure)
    console.enter("carol", strong=True)
    assert console.get("/console").location == home
    assert console.get(home).status_code == 200
    assert [console.get(path).status_code for path in closed] == [404, 404]


def test_a_right_that_ended_opens_nothing(console: Furnished) -> None:
    console.grant(CAROL.id, "console.support")
    console.enter("carol", strong=True)
    assert console.get("/console/support").status_code == 200
    console.rights.grants[0] = replace(console.rights.grants[0], until=console.hub.now)
    assert console.get("/console/support").status_code == 404


def test_the_referent_sees_the_people_of_their_structures_in_order(referent: Furnished) -> None:
    words = said(referent.get("/console/people"))
    assert "Clinique du Parc" in words and "Bob Durand" not in words
    assert words.index("Ann Martin") < words.index("Dan Élie")


def test_the_referent_finds_somebody_by_name(referent: Furnished) -> None:
    found = said(referent.get("/console/people?q=elie"))
    assert "Dan Élie" in found and "Ann Martin" not in found
    assert "Personne de ce nom" in said(referent.get("/console/people?q=zzz"))


def test_a_large_structure_is_read_page_by_page(referent: Furnished) -> None:
    for number in range(120):
        many = replace(DAN, id=AccountId(f"m-{number}"), display_name=f"Personne {number:03}")
        referent.hub.accounts.create(replace(many, situations=(CLINIC,)))
    page, seen = referent.get("/console/people"), 0
    while True:
        seen += said(page).count("Personne ")
        following = re.search(r'href="(/console/people\?at=[^"]+)"', page.text)
        if not following:
            break
        page = referent.get(following[1].replace("&amp;", "&"))
    assert seen == 120 and "Personne 119" in said(page)
    assert "Personne 007" in said(referent.get("/console/people?q=007"))
    assert SURGERY.structure not in said(referent.get(f"/console/people?at={SURGERY.structure}"))


def test_an_empty_structure_says_so(console: Furnished) -> None:
    console.grant(CAROL.id, "console.referent", "Maison vide")
    console.enter("carol", strong=True)
    assert "Personne n’est encore enregistré" in said(console.get("/console/people"))


def test_only_the_situations_of_their_structures_are_shown(referent: Furnished) -> None:
    referent.hub.accounts.change(ANN)
    page = referent.get(ANNS)
    assert CLINIC.structure in said(page) and SURGERY.structure not in said(page)


@pytest.mark.parametrize("whose", [BOB.id, CAROL.id, "nobody"])
def test_everybody_else_is_the_same_page_not_found(referent: Furnished, whose: str) -> None:
    path = f"/console/people/{whose}"
    unknown = referent.get("/console/people/unknown")
    assert referent.get(path).status_code == 404
    assert said(referent.get(path))[:200] == said(unknown)[:200]
    for action in ("reset/phone", "suspend", "reopen"):
        assert referent.post(f"{path}/{action}").status_code == 404
    assert not referent.outbox.messages


def test_whoever_runs_the_hub_is_neither_listed_nor_opened(referent: Furnished) -> None:
    operator = replace(ANN, rights=frozenset({Right(name="console.operator")}))
    referent.hub.accounts.change(operator)
    assert "Ann Martin" not in said(referent.get("/console/people"))
    assert referent.post(f"{ANNS}/suspend").status_code == 404


@pytest.mark.parametrize(
    ("right", "structure"),
    [
        ("console.support", None),
        ("console.operator", None),
        ("console.referent", SURGERY.structure),
    ],
)
def test_whoever_has_another_console_is_neither_listed_nor_opened(
    referent: Furnished, right: str, structure: str | None
) -> None:
    referent.grant(ANN.id, right, structure)
    assert "Ann Martin" not in said(referent.get("/console/people"))
    assert referent.get(ANNS).status_code == 404
    for action in ("reset/phone", "suspend", "temporary", "contact"):
        assert referent.post(f"{ANNS}/{action}", address="z@hub.test").status_code == 404


def test_a_fellow_referent_of_the_same_structures_is_helped_as_anybody(
    referent: Furnished,
) -> None:
    referent.grant(ANN.id, "console.referent", CLINIC.structure)
    assert "Ann Martin" in said(referent.get("/console/people"))
    assert referent.post(f"{ANNS}/suspend").location == f"{ANNS}?done=suspended"


def test_the_account_of_whoever_works_elsewhere_too_is_left_to_the_support(
    referent: Furnished,
) -> None:
    referent.hub.accounts.change(ANN)
    referent.phone.add(ANN, "0612345678")
    page = referent.get(ANNS)
    assert "travaille aussi dans une structure" in said(page)
    assert 'id="rights"' in page.text
    for action in ("reset/phone", "suspend", "reopen", "contact"):
        assert f"{ANNS}/{action}" not in page.text
        answer = referent.post(f"{ANNS}/{action}", address="z@hub.test")
        assert answer.status_code == 403 and "l’assistance" in said(answer)
    assert referent.hub.accounts.by_id(ANN.id) == ANN and referent.phone.means(ANN.id)
    assert not referent.outbox.messages


def test_the_referent_reads_which_number_was_only_declared(referent: Furnished) -> None:
    typed = Identifier(system="rpps", number="99700000123", declared=True)
    proved = Identifier(system="adeli", number="591234567")
    referent.hub.accounts.change(replace(ONLY_HERE, identifiers=(typed, proved)))
    words = said(referent.get(ANNS))
    assert "Numéro RPPS 99700000123 (déclaré, pas encore prouvé" in words
    assert "Numéro ADELI 591234567" in words and words.count("déclaré") == 1


def test_a_reset_takes_the_means_away_ends_sessions_and_tells_both(referent: Furnished) -> None:
    referent.phone.add(ANN, "0612345678")
    assert "••• 78" in said(referent.get(ANNS))
    here, referent.site.client = referent.site.client, referent.site.another()
    referent.enter("ann")
    referent.site.client = here
    assert referent.post(f"{ANNS}/reset/phone").location == f"{ANNS}?done=reset"
    assert not referent.phone.means(ANN.id)
    assert [each.account for each in referent.hub.records.sessions.values()] == [CAROL.id]
    line = referent.hub.records.trail[-1]
    assert (line.action, line.account) == ("means.reset", ANN.id)
    assert line.details == {"by": CAROL.id, "method": "phone"}
    told = {each.to: each.template for each in referent.outbox.messages}
    assert told == {"ann@hub.test": "account_changed", "carol@hub.test": "account_changed"}
    assert "Le moyen est réinitialisé" in said(referent.get(f"{ANNS}?done=reset"))


def test_the_mail_to_its_person_is_not_in_the_agents_language(referent: Furnished) -> None:
    referent.post("/language/en", back="/console")
    referent.post(f"{ANNS}/suspend")
    told = {each.to: (each.language, each.values["what"]) for each in referent.outbox.messages}
    assert told == {
        "ann@hub.test": ("fr", "Le compte a été suspendu."),
        "carol@hub.test": ("en", "The account was suspended."),
    }


@pytest.mark.parametrize("action", ["reset/phone", "suspend", "reopen"])
def test_each_takes_a_fresh_strong_proof(referent: Furnished, action: str) -> None:
    referent.hub.accounts.change(replace(ONLY_HERE, locked=action == "reopen"))
    referent.phone.add(ANN, "0612345678")
    before = referent.hub.accounts.by_id(ANN.id)
    referent.hub.later(minutes=11)
    assert referent.post(f"{ANNS}/{action}").location.startswith("/login/")
    assert referent.hub.accounts.by_id(ANN.id) == before and not referent.outbox.messages
    assert referent.phone.means(ANN.id)


def test_what_cannot_be_reset_is_not_found(referent: Furnished) -> None:
    for method in ("card", "nothing"):
        assert referent.post(f"{ANNS}/reset/{method}").status_code == 404


def test_a_suspended_account_is_closed_at_once_and_can_be_reopened(referent: Furnished) -> None:
    here, referent.site.client = referent.site.client, referent.site.another()
    referent.enter("ann")
    anns, referent.site.client = referent.site.client, here
    assert referent.post(f"{ANNS}/suspend").location == f"{ANNS}?done=suspended"
    assert "Suspendu" in said(referent.get(ANNS))
    referent.site.client = anns
    path = referent.get("/services").location
    assert path.startswith("/login/")
    assert referent.site.sign_in(path).location == path
    assert referent.get("/services").status_code == 303
    referent.site.client = here
    referent.post(f"{ANNS}/reopen")
    referent.site.client = anns
    assert referent.site.sign_in(path).location == f"{path}/complete"
    assert [a for a in referent.actions() if a.startswith("account.")] == [
        "account.suspended",
        "account.reopened",
    ]


def test_a_store_that_cannot_be_written_to_offers_no_change(referent: Furnished) -> None:
    class ReadOnly:
        name = "ldap"
        by_id = referent.hub.accounts.by_id
        by_login = referent.hub.accounts.by_login
        by_upstream = referent.hub.accounts.by_upstream
        in_structure = referent.hub.accounts.in_structure

    desk = replace(referent.desk, stores={"ldap": ReadOnly()})
    referent.site.app.extensions["hub_desk"] = desk
    page = referent.get(ANNS)
    assert "que le portail ne peut pas modifier" in said(page)
    assert "/suspend" not in page.text
    assert referent.post(f"{ANNS}/suspend").status_code == 404


def test_somebody_without_a_mail_must_be_told_otherwise(referent: Furnished) -> None:
    path = "/console/people/d-4"
    somebody = referent.hub.accounts.by_id(AccountId("d-4"))
    assert somebody
    referent.phone.add(somebody, "0612345678")
    assert "prévenez-la vous-même" in said(referent.get(path))
    referent.post(f"{path}/reset/phone")
    assert [each.to for each in referent.outbox.messages] == ["carol@hub.test"]


def test_a_change_needs_our_own_form(referent: Furnished) -> None:
    evil = {"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"}
    answer = referent.site.client.post(f"{ANNS}/suspend", base_url="https://hub.test", headers=evil)
    assert answer.status_code == 403
    ann = referent.hub.accounts.by_id(ANN.id)
    assert ann and not ann.locked


@pytest.mark.parametrize(
    ("heard", "code"),
    [
        ("K7QF-2M", "K7QF-2M"),
        (" k7qf 2m ", "K7QF-2M"),
        ("k7qf2m", "K7QF-2M"),
        ("OIL0-11", "0110-11"),
        ("K7QF", ""),
        ("K7QF-2M9", ""),
        ("<b>a</b", ""),
        ("", ""),
    ],
)
def test_a_support_code_is_read_as_it_is_heard(heard: str, code: str) -> None:
    assert normal(heard) == code


def test_the_support_reads_what_happened_under_a_code(console: Furnished) -> None:
    console.grant(CAROL.id, "console.support")
    path = console.get("/services").location
    console.site.sign_in(path, "ann", "wrong")
    code = next(each.support for each in console.hub.records.logins.values())
    console.site.client = console.site.another()
    console.enter("carol", strong=True)
    page = console.get(f"/console/support?code={code.lower()}")
    words = said(page)
    assert "Preuve refusée : mot de passe" in words
    assert "login.begun" in words and "password.wrong" in words
    assert console.hub.records.trail[-1].action == "support.looked_up"
    assert console.hub.records.trail[-1].account == CAROL.id


def test_an_unknown_code_says_what_to_do(console: Furnished) -> None:
    console.grant(CAROL.id, "console.support")
    console.enter("carol", strong=True)
    for code in ("AAAA-AA", "x"):
        page = console.get(f"/console/support?code={code}")
        assert "Faites relire le code" in said(page) and 'role="alert"' in page.text


def test_the_operator_sees_plugins_and_where_one_that_is_refused_is_told(
    console: Furnished,
) -> None:
    console.grant(CAROL.id, "console.operator")
    console.enter("carol", strong=True)
    words = said(console.get("/console/plugins"))
    assert "oidc hub 1" in words and "une extension refusée empêche le portail" in words
    assert "« hub plugin list » disent laquelle" in words


def test_the_operator_reads_where_a_service_is_written(console: Furnished) -> None:
    console.grant(CAROL.id, "console.operator")
    console.enter("carol", strong=True)
    words = said(console.get("/console/services"))
    assert "Le mail" in words and "hub.toml:42" in words


def test_the_consoles_speak_english_too(console: Furnished) -> None:
    for right in ("console.referent", "console.support", "console.operator"):
        console.grant(CAROL.id, right, CLINIC.structure)
    console.enter("carol", strong=True)
    console.post("/language/en", back="/console")
    for path in ("people", f"people/{ANN.id}", "support?code=AAAA-AA", "plugins", "services"):
        page = console.get(f"/console/{path}")
        assert page.status_code == 200 and "Personnes" not in said(page)
        assert "My services" in said(page)


def test_a_strong_sign_in_that_idled_out_is_asked_again(console: Furnished) -> None:
    console.grant(CAROL.id, "console.support")
    console.enter("carol", strong=True)
    console.hub.now += timedelta(hours=1)
    console.hub.records.sessions.clear()
    assert console.get("/console/support").location.startswith("/login/")
