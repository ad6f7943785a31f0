"""The support reads the likely cause of a failed sign-in, and what to say on the telephone."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub.contract.audit import AuditEntry
from hub.contract.steps import Ask, Redirect
from hub.broker.records import Turn
from hub.broker.trail import moved
from hub.testing.hub import NOON
from hub.testing.store_kits import LOGIN
from hub.web.causes import FAMILIES, Cause, likely, of_refusal
from hub.web.words import HUB, read_words
from tests.web.desk import Furnished, furnish
from tests.web.site import WEB, Site, make, said
from tests.web.test_console import CAROL
from tests.web.test_plugin_words import FOLDERS, texts

BEGUN = AuditEntry(at=NOON, action="login.begun", details={"device": "Firefox"}, support="K7QF-2M")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make(tmp_path)


def told(site: Site, *actions: str, **details: str) -> Cause | None:
    entries = [replace(BEGUN, action=each, details={}) for each in actions[:-1]]
    last = replace(BEGUN, action=actions[-1], details=details)
    with site.app.test_request_context("/", base_url="https://hub.test"):
        return likely([*entries, last])


@pytest.mark.parametrize(
    ("actions", "details", "why"),
    [
        (("login.begun",), {}, "rien n’a été essayé"),
        (("method.asked", "method.refused"), {"why": "x.wrong", "place": "x"}, "fausse"),
        (("method.refused",), {"why": "a.unavailable"}, "n’a pas répondu"),
        (("method.refused",), {"why": "hub.account_locked"}, "suspendu"),
        (("method.refused",), {"why": "b.wrong_issuer"}, "réglage ou clé"),
        (("method.refused", "method.sent_away"), {"place": "x"}, "n’en est pas revenue"),
        (("method.failed",), {"place": "x", "kind": "ValueError"}, "tombée en panne"),
        (("login.out_of_reach",), {"why": "right_missing"}, "Un droit manque"),
        (("method.refused", "login.vouched"), {}, "a abouti"),
        (("method.proved",), {"authenticator": "password"}, "il manquait la suite"),
        (("method.asked",), {"place": "x"}, "n’a pas répondu à la dernière question"),
        (("login.begun", "device.new"), {}, "rien n’a été essayé"),
    ],
)
def test_what_came_last_decides(
    site: Site, actions: tuple[str, ...], details: dict[str, str], why: str
) -> None:
    cause = told(site, *actions, **details)
    assert cause is not None and why in cause.why and cause.remedy


def test_of_nothing_nothing_is_told(site: Site) -> None:
    assert told(site, "support.looked_up") is None


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("waiting", "attend encore"),
        ("handed_over", "remis à l’opérateur"),
        ("failed", "échoué"),
        ("", "n’est plus connu"),
    ],
)
def test_a_code_that_was_not_typed_is_explained_by_its_message(
    tmp_path: Path, state: str, why: str
) -> None:
    site = make(tmp_path, delivery=lambda message: state if message == "m-1" else "failed")
    cause = told(site, "method.asked", place="code", message="m-1")
    assert cause is not None and why in cause.why


def every_code() -> dict[str, str]:
    """Each refusal of the hub and of each shipped plugin, with the sentence it shows."""
    books = [texts(folder, "fr") for folder in FOLDERS]
    own = read_words({HUB: WEB}, ("fr",))._catalogues[HUB, "fr"]
    found: dict[str, Any] = {**own}
    for book in books:
        found.update(book)
    codes = (key.removeprefix("refusal.") for key in found if key.startswith("refusal."))
    return {code: str(found[f"refusal.{code}"]) for code in codes if not code.endswith(".next")}


def test_every_refusal_of_every_plugin_has_a_cause_and_a_remedy_in_both_languages(
    tmp_path: Path,
) -> None:
    site = make(tmp_path)
    folders = {f"p{number}": each for number, each in enumerate(FOLDERS)}
    words = read_words({HUB: WEB, **folders}, ("fr", "en"), strict=True)
    owners = {("authentication_methods", name): name for name in folders}
    site.app.extensions["hub"] = replace(site.parts, words=words, owners=owners, folders={})
    codes, explained = every_code(), 0
    for language in ("fr", "en"):
        headers = {"Accept-Language": language}
        with site.app.test_request_context("/", base_url="https://hub.test", headers=headers):
            for code in codes:
                owner = next((p for p in folders if words.has(f"refusal.{code}", p)), HUB)
                cause = of_refusal(code, owner)
                assert cause.why and cause.remedy, code
                explained += code.rpartition(".")[2] in {e for f in FAMILIES.values() for e in f}
    assert len(codes) > 150 and explained > len(codes)


def test_every_family_has_words_and_no_end_stands_in_two() -> None:
    words = read_words({HUB: WEB}, ("fr", "en"))
    for family in FAMILIES:
        assert words.has(f"cause.{family}") and words.has(f"cause.{family}.remedy")
    ends = [end for family in FAMILIES.values() for end in family]
    assert len(ends) == len(set(ends))


def test_every_end_is_that_of_a_refusal_somebody_makes() -> None:
    made = {code.rpartition(".")[2] for code in every_code()} | {"declined"}
    assert {end for family in FAMILIES.values() for end in family} - made == set()


def test_leaving_for_a_provider_and_a_message_sent_are_in_the_trail() -> None:
    away = moved(LOGIN, Turn(at="psc", step=Redirect(url="https://one-time.test")), None, NOON)
    assert (away.action, away.details) == ("method.sent_away", {"place": "psc"})
    asked = Ask(template="code.html", values={"message": "m-1", "masked": "•• 12"})
    entry = moved(LOGIN, Turn(at="code", step=asked), None, NOON)
    assert entry.details == {"place": "code", "message": "m-1"}


def test_the_support_reads_cause_remedy_and_what_the_rules_made_of_each_proof(
    tmp_path: Path,
) -> None:
    console: Furnished = furnish(tmp_path)
    console.hub.accounts.create(CAROL)
    console.grant(CAROL.id, "console.support")
    path = console.get("/account/means").location
    console.site.sign_in(path, "ann")
    code = next(each.support for each in console.hub.records.logins.values())
    console.site.client = console.site.another()
    console.enter("carol", strong=True)
    page = said(console.get(f"/console/support?code={code}"))
    assert "Cause probable" in page and "il manquait la suite" in page
    assert "then more" in page
