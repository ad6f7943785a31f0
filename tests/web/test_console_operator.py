"""Providers, keys and terms at the console: what is configured, where, and how it stands."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from hub.contract.identifiers import ActionName, MethodName, ServiceId
from hub.contract.logout import EndsParticipation
from hub.contract.services import Access
from hub.contract.showing import KeyState, ShownKey, TextStanding
from hub.testing.hub import NOON
from hub.testing.methods import FakeAction
from hub.web.operator_desk import OutsideProvider, Party
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import said
from tests.web.test_console import CAROL

PAGES = ("/console/providers", "/console/keys", "/console/terms")
KEYS = (
    ShownKey(name="kid-1", alg="ES256", state=KeyState.CURRENT, since=NOON),
    ShownKey(name="kid-0", alg="ES256", state=KeyState.PREVIOUS, since=None, until=NOON),
)


class FakeFrontend:
    """Signs, and prepares a next key when it is asked."""

    def __init__(self) -> None:
        self.keys: tuple[ShownKey, ...] = KEYS

    def signing_keys(self) -> tuple[ShownKey, ...]:
        return self.keys

    def prepare_keys(self) -> None:
        coming = replace(KEYS[0], name="kid-2", state=KeyState.NEXT)
        self.keys = (*KEYS, coming)


class FakeText(FakeAction):
    def standing(self) -> TextStanding:
        return TextStanding(
            title="Conditions du portail",
            version="2026-01",
            accepted=1,
            before=12,
            setting="plugin.terms.texts.portal",
        )


@pytest.fixture
def console(tmp_path: Path) -> Furnished:
    made = furnish(tmp_path, tiled("mail", Access(minimum="low", requires=(ActionName("text"),))))
    made.hub.accounts.create(CAROL)
    made.grant(CAROL.id, "console.operator")
    made.enter("carol", strong=True)
    return made


@pytest.fixture
def frontend(console: Furnished) -> FakeFrontend:
    made = FakeFrontend()
    endings = {"oidc": cast(EndsParticipation, made)}
    console.site.app.extensions["hub"] = replace(console.site.parts, endings=endings)
    return made


def lend(console: Furnished, **changes: object) -> None:
    operator = replace(console.desk.operator, **changes)  # type: ignore[arg-type]
    console.site.app.extensions["hub_desk"] = replace(console.desk, operator=operator)


def provider(name: str, owner: str) -> OutsideProvider:
    return OutsideProvider(name=MethodName(name), owner=owner, module="x.Backend")


def test_a_provider_is_shown_with_its_place_and_how_it_answers(console: Furnished) -> None:
    def party(name: str, failures: int, rests: int) -> Party:
        until = NOON + timedelta(minutes=rests) if rests else None
        failed = NOON if failures else None
        return Party(
            plugin="psc", name=name, failures=failures, failed_at=failed, rests_until=until
        )

    parties = [party("psc", 0, 0), party("keys", 2, 0), party("token", 5, 60)]
    places = {"provider.card": "hub.toml:9", "plugin.psc": "hub.toml:20"}
    providers = [provider("psc", "psc"), provider("card", "hub")]
    lend(console, providers=providers, parties=lambda: parties, written=places)
    page = said(console.get("/console/providers"))
    assert "hub.toml:20" in page and "hub.toml:9" in page and "x.Backend" in page
    assert "psc / psc répond" in page and "échoue (2 de suite)" in page
    assert "laissé au repos après 5 échecs de suite" in page
    assert "Pas encore appelé par ce processus" in page and "Absent de la liste" in page


def test_a_party_rested_enough_is_only_failing(console: Furnished) -> None:
    past = Party(plugin="sms", name="g", failures=5, failed_at=NOON, rests_until=NOON)
    lend(console, parties=lambda: [past])
    page = said(console.get("/console/providers"))
    assert "sms / g échoue (5 de suite)" in page and "au repos" not in page


def test_keys_are_shown_without_their_secret(console: Furnished, frontend: FakeFrontend) -> None:
    page = said(console.get("/console/keys"))
    assert "kid-1 ES256 signe" in page and "publiée seulement" in page


def test_the_next_key_is_asked_for_once_and_traced(
    console: Furnished, frontend: FakeFrontend
) -> None:
    path = "/console/keys/oidc/prepare"
    assert path in console.get("/console/keys").text
    assert console.post(path).location == "/console/keys?done=1"
    assert "publiée, signera" in said(console.get("/console/keys"))
    assert path not in console.get("/console/keys").text
    line = console.hub.records.trail[-1]
    assert (line.action, line.account) == ("signing_key.asked", CAROL.id)
    assert console.post("/console/keys/saml/prepare").status_code == 404


def test_an_old_proof_asks_for_no_key(console: Furnished, frontend: FakeFrontend) -> None:
    console.hub.later(minutes=11)
    assert console.post("/console/keys/oidc/prepare").location.startswith("/login/")
    assert frontend.keys == KEYS


def test_texts_are_shown_with_their_place_and_who_accepted(console: Furnished) -> None:
    text = FakeText("text")
    cast(dict[ActionName, object], console.hub.rules.actions)[text.name] = text
    lend(console, written={"plugin.terms.texts.portal": "hub.toml:30"})
    page = said(console.get("/console/terms"))
    assert "Conditions du portail" in page and "2026-01" in page and "hub.toml:30" in page
    assert "Acceptée par 1 personne " in page and "12 personnes" in page
    assert "Demandée par Le mail" in page


def test_empty_pages_say_so(console: Furnished) -> None:
    words = [said(console.get(path)) for path in PAGES]
    assert "Aucun fournisseur" in words[0] and "Aucun protocole" in words[1]
    assert "Aucun texte à accepter" in words[2]


def test_they_are_the_operator_s_alone(console: Furnished, frontend: FakeFrontend) -> None:
    console.rights.grants.clear()
    console.grant(CAROL.id, "console.support")
    for path in PAGES:
        assert console.get(path).status_code == 404
    assert console.post("/console/keys/oidc/prepare").status_code == 404
    assert frontend.keys == KEYS and ServiceId("mail") in console.hub.rules.services


def test_they_speak_english_too(console: Furnished, frontend: FakeFrontend) -> None:
    console.post("/language/en", back="/console")
    for path in (*PAGES, "/console/methods", "/console/announcements", "/console/audit"):
        page = console.get(path)
        assert page.status_code == 200 and "My services" in said(page)
        assert "Clés" not in said(page) and "Journal" not in said(page)
