"""« Pourquoi ? » at the console: for whom, about whom, in which words."""

from dataclasses import replace
from pathlib import Path

import pytest

from hub.contract.accounts import Right
from hub.contract.identifiers import MethodName
from hub.contract.services import Access
from hub.testing.people import ANN, BOB, CLINIC, SURGERY
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import said
from tests.web.test_console import CAROL

HERE = "/console/why"


@pytest.fixture
def console(tmp_path: Path) -> Furnished:
    made = furnish(
        tmp_path,
        tiled("mail", Access(minimum="high")),
        tiled("images", Access(minimum="low", rights=frozenset({"images.reader"}))),
    )
    made.hub.accounts.create(CAROL)
    return made


@pytest.fixture
def support(console: Furnished) -> Furnished:
    console.grant(CAROL.id, "console.support")
    console.enter("carol", strong=True)
    return console


@pytest.fixture
def referent(console: Furnished) -> Furnished:
    console.grant(CAROL.id, "console.referent", CLINIC.structure)
    console.enter("carol", strong=True)
    return console


def test_the_support_reads_what_each_means_is_worth_and_what_lacks(support: Furnished) -> None:
    told = said(support.post(HERE, who="ann", service="mail"))
    assert "Ann Martin et « Le mail »" in told
    assert "Avec un seul de ses moyens password (mot de passe)" in told
    assert "Il faut prouver davantage" in told and "Le service s’ouvre." in told


def test_a_live_session_is_told_beside_the_rest(support: Furnished) -> None:
    here, support.site.client = support.site.client, support.site.another()
    support.enter("ann")
    support.site.client = here
    told = said(support.post(HERE, who="ann", service="mail"))
    assert "Dans ses sessions ouvertes Par mot de passe" in told


def test_a_right_that_is_missing_is_called_by_its_name(support: Furnished) -> None:
    told = said(support.post(HERE, who="ann", service="images"))
    assert "Droits qui manquent images.reader" in told
    assert "Un droit manque pour ce service" in told
    elsewhere = Right(name="images.reader", situation="surgery")
    support.hub.accounts.change(replace(ANN, rights=frozenset({elsewhere})))
    told = said(support.post(HERE, who="ann", service="images"))
    assert "pour certaines situations seulement images.reader" in told


def test_a_method_switched_off_is_told(support: Furnished) -> None:
    off = frozenset({MethodName("card")})
    object.__setattr__(support.hub.rules, "off", lambda: off)
    assert "suspendus par l’exploitant" in said(support.post(HERE, who="ann", service="mail"))


def test_a_look_is_in_the_trail_without_what_was_typed(support: Furnished) -> None:
    support.post(HERE, who="ann", service="mail")
    line = support.hub.records.trail[-1]
    assert (line.action, line.account, line.service) == ("why.looked_up", ANN.id, "mail")
    assert line.details == {"by": CAROL.id}
    support.post(HERE, who="10001999999", service="mail")
    line = support.hub.records.trail[-1]
    assert line.account is None and "10001999999" not in str(line)


def test_the_person_reads_in_their_history_that_somebody_looked(support: Furnished) -> None:
    support.post(HERE, who="ann", service="mail")
    support.site.client = support.site.another()
    support.enter("ann")
    told = said(support.get("/account/history"))
    assert "Vos accès ont été examinés pour : Le mail" in told and "Carol" in told


def test_nobody_and_a_service_that_is_none_are_told_apart(support: Furnished) -> None:
    answer = support.post(HERE, who="<b>zz</b>", service="mail")
    assert answer.status_code == 404 and "Aucune personne de ce nom" in said(answer)
    assert "<b>zz" not in answer.text and 'value="&lt;b&gt;zz' in answer.text
    for service in ("", "unknown", "console"):
        assert support.post(HERE, who="ann", service=service).status_code == 422


def test_a_referent_learns_of_their_people_and_of_nobody_else(referent: Furnished) -> None:
    assert "Ann Martin et" in said(referent.post(HERE, who="ann", service="mail"))
    strangers = [said(referent.post(HERE, who=who, service="mail")) for who in ("bob", "zz")]
    assert strangers[0].replace("bob", "zz") == strangers[1]
    assert BOB.display_name not in strangers[0]
    own = referent.post(HERE, who="carol", service="mail")
    assert own.status_code == 404
    traced = [each.account for each in referent.hub.records.trail if each.action == "why.looked_up"]
    assert traced == [ANN.id, None, None, None]


def test_a_referent_reads_of_no_place_but_theirs(referent: Furnished) -> None:
    here, referent.site.client = referent.site.client, referent.site.another()
    referent.enter("ann")
    (session,) = [s for s in referent.hub.records.sessions.values() if s.account == ANN.id]
    referent.site.client = here
    there = replace(session, situation=SURGERY.id)
    sessions = referent.hub.records.sessions
    sessions.update({key: there for key, each in sessions.items() if each == session})
    page = said(referent.post(HERE, who="ann", service="mail"))
    assert CLINIC.structure in page and SURGERY.structure not in page
    referent.grant(CAROL.id, "console.support")
    assert SURGERY.structure in said(referent.post(HERE, who="ann", service="mail"))


def test_a_referent_reads_of_no_right_held_elsewhere(referent: Furnished) -> None:
    right = Right(name="images.reader", situation=SURGERY.id)
    referent.hub.accounts.change(replace(ANN, rights=frozenset({right})))
    lacking, some = "Droits qui manquent images.reader", "pour certaines situations seulement"
    told = said(referent.post(HERE, who="ann", service="images"))
    assert lacking in told and some not in told
    here = replace(right, situation=CLINIC.id)
    referent.hub.accounts.change(replace(ANN, rights=frozenset({here})))
    told = said(referent.post(HERE, who="ann", service="images"))
    assert lacking not in told and some in told
    referent.hub.accounts.change(replace(ANN, rights=frozenset({right})))
    referent.grant(CAROL.id, "console.support")
    assert some in said(referent.post(HERE, who="ann", service="images"))


def test_others_find_no_such_page(console: Furnished) -> None:
    console.grant(CAROL.id, "console.operator")
    console.enter("carol", strong=True)
    assert console.get(HERE).status_code == 404
    assert console.post(HERE, who="ann", service="mail").status_code == 404
    assert "why.looked_up" not in console.actions()


def test_it_speaks_english_too(support: Furnished) -> None:
    support.post("/language/en", back=HERE)
    told = said(support.post(HERE, who="ann", service="mail"))
    assert "More must be proved" in told and "Means in place" in told
