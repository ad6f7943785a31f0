"""Whole sign-ins by card: from the button to the portal, or to the sentence that says why not."""

import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from hub.contract.accounts import Identifier, Situation
from hub.contract.identifiers import AccountId
from hub.people.delegation import Console
from hub.people.rights import Grant
from hub.web.card_host import PATIENCE
from hub_plugins.demo.pki.revoking import Responder, answer, revocation_list
from tests.plugins.cps.pki import NOW, authority, certificates
from tests.plugins.cps.visit import LUCAS, MARIE
from tests.plugins.cps.whole import SECRET, Desk

pytestmark = pytest.mark.slow

ZOE = replace(
    LUCAS,
    id=AccountId("a-zoe"),
    display_name="Zoé D’Ây-Lefèvre",
    identifiers=(Identifier(system="idnps", number="3990005788/CPET0002"),),
)
HELPER = replace(
    MARIE,
    situations=(
        Situation(id="chu", structure="990005788", role="Référente", source="own", name="CHU"),
    ),
)


def test_a_card_opens_the_portal(tmp_path: Path) -> None:
    desk = Desk(tmp_path, LUCAS)

    page = desk.by_card("cps")

    assert (desk.path, page.status_code) == ("/services", 200)
    assert "Lucas Moreau" in page.text


def test_a_card_of_an_establishment_opens_the_account_of_its_holder(tmp_path: Path) -> None:
    desk = Desk(tmp_path, LUCAS, ZOE)

    page = desk.by_card("cpe")

    assert (desk.path, "Zoé D’Ây-Lefèvre" in page.text) == ("/services", True)


def test_while_the_browser_asks_the_page_behind_says_what_to_expect(tmp_path: Path) -> None:
    desk = Desk(tmp_path, LUCAS)
    desk.choose()

    desk.away()

    assert "Lecture de la carte…" in desk.page.text
    assert PATIENCE.total_seconds() == 300 and "Vous avez cinq\u00a0minutes" in desk.page.text


def test_a_renewed_card_opens_the_same_account(tmp_path: Path) -> None:
    desk = Desk(tmp_path, LUCAS)
    desk.by_card("cps")

    assert "Lucas Moreau" in desk.another_browser().by_card("renewed").text


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("revoked", "Cette carte est en opposition."),
        ("expired", "Cette carte a expiré le 28 décembre 2025."),
        ("signature", "Le certificat présenté sert à signer, pas à s’identifier."),
        ("service", "C’est une carte de service"),
        ("same_names_other_keys", "n’a pas été émise par une autorité reconnue"),
    ],
)
def test_a_bad_card_reads_why_and_the_next_try_has_a_new_address(
    tmp_path: Path, name: str, sentence: str
) -> None:
    desk = Desk(tmp_path, LUCAS)
    desk.choose()
    first = desk.away()
    desk.get(desk.path)

    desk.show(name)

    assert sentence in desk.alert()
    assert "Réessayer à une adresse neuve" in desk.page.text
    assert desk.away() != first


def test_every_refusal_stands_in_the_trail_with_its_cause(tmp_path: Path) -> None:
    desk = Desk(tmp_path, LUCAS)

    desk.by_card("revoked")
    assert "Carte lue\u00a0: Lucas Moreau." in desk.page.text

    code = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{2}\b", desk.page.text)
    assert code
    told = [each.details for each in desk.hub.app.trail.by_support(code.group())]
    assert {"place": "cps", "why": "cps.revoked", "cause": "revoked by its authority"} in told


def test_lists_that_nobody_renewed_refuse_every_card(tmp_path: Path) -> None:
    desk = Desk(tmp_path, LUCAS)
    desk.hub.clock.later(hours=30)
    desk.get("/services")

    desk.by_card("cps")

    assert "Impossible de vérifier en ce moment si cette carte est en opposition" in desk.alert()


def test_a_responder_that_knows_more_than_the_list_is_believed(tmp_path: Path) -> None:
    lists = {
        f"/list-{at}.crl": revocation_list(signer, (), NOW)
        for at, signer in enumerate(authority().persons.values())
    }
    revoked = certificates()["revoked"]

    def served(asked: httpx.Request) -> httpx.Response:
        if asked.url.path in lists:
            return httpx.Response(200, content=lists[asked.url.path])
        responder = Responder(
            issuer=revoked.issuer,
            cards=list(certificates().values()),
            revoked=[revoked.certificate.serial_number],
        )
        return httpx.Response(200, content=answer(responder, asked.content, NOW))

    settings = {
        "crls": [f"http://igc.test{path}" for path in lists],
        "ocsp": "http://ocsp.test/",
    }
    desk = Desk(tmp_path, LUCAS, cps=settings, transport=lambda _: httpx.MockTransport(served))

    assert "Lucas Moreau" in desk.by_card("cps").text
    other = desk.another_browser()
    other.by_card("revoked")
    assert "Cette carte est en opposition." in other.alert()


def test_an_operator_may_let_unchecked_cards_count_for_less(tmp_path: Path) -> None:
    desk = Desk(tmp_path, LUCAS, cps={"unknown": "accept", "oldest": "P2D"})
    desk.hub.clock.later(hours=30)
    desk.get("/services")
    page = desk.choose()
    assert "Le contrôle d’opposition ne répond pas en ce moment" in page.text

    page = desk.show("cps")

    assert (desk.path, "Lucas Moreau" in page.text) == ("/services", True)


def test_a_card_without_an_account_leads_to_a_request_that_knows_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path, MARIE)

    page = desk.by_card("cps")

    assert "aucun compte régional ne lui est associé" in desk.alert()
    assert "/request?proof=" in page.text


def test_the_card_is_called_by_its_name_in_the_readers_own_language(tmp_path: Path) -> None:
    desk = Desk(tmp_path, MARIE)
    desk.client.set_cookie("__Host-language", "en", domain="hub.test", secure=True)

    page = desk.by_card("cps")
    assert "CPS card recognises you as Lucas Moreau" in page.text
    to = re.search(r'href="(/request\?proof=[^"]+)"', page.text)
    assert to

    assert "Proved by CPS card" in desk.get(to[1]).text


def test_the_referent_of_the_structure_on_the_card_is_named(tmp_path: Path) -> None:
    desk = Desk(tmp_path, HELPER)
    desk.hub.app.rights.give(
        Grant(id="g-1", account=HELPER.id, name=Console.REFERENT, structure="990005788", since=NOW)
    )

    page = desk.by_card("cpe")

    assert "CHU de Grandval" in page.text and "Marie Durand" in page.text


def test_another_person_s_card_is_asked_about_and_never_merged(tmp_path: Path) -> None:
    desk = Desk(tmp_path, LUCAS, MARIE)
    desk.post("/password", identifier="99700075064", password=SECRET)
    desk.get("/account/means")

    desk.by_card("cps")
    assert "La carte lue est celle de quelqu’un d’autre." in desk.alert()
    page = desk.show("cps")

    assert "Lucas Moreau" in desk.alert() and "Marie Durand" in desk.alert()
    assert page.status_code == 200 and desk.path.startswith("/login/")
    assert desk.hub.app.accounts.by_id(MARIE.id) == MARIE


def test_a_second_card_is_linked_opens_the_account_and_is_removed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, LUCAS)
    desk.by_card("cps")
    desk.get("/account/means")
    desk.post("/cps")
    desk.show("cpe")
    assert "Zoé D’Ây-Lefèvre" in desk.get("/account/means").text

    other = desk.another_browser()
    assert "Lucas Moreau" in other.by_card("cpe").text

    link = re.search(r"<p>Zoé.*?(/account/means/cps/remove\?means=\w+)", desk.page.text)
    assert link
    desk.get(link.group(1))
    desk.post("/account/means/cps/remove")
    desk.get("/account/means")
    assert "Zoé D’Ây-Lefèvre" not in desk.page.text
