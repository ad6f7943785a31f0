"""The operator's pages over the real store and plugins: two processes, and what each page costs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.event import listen

from hub.app import compose
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId
from hub.people.rights import Grant
from hub.testing.running import NOON, RunningHub, running_hub
from hub.testing.tables import Statements
from tests.web.site import ADDRESS, SAME, said
from tests.web.test_furnished_hub import SECRET, Visitor, enrol, person

pytestmark = pytest.mark.slow
MOST_STATEMENTS = 10
PAGES = ("why", "audit?action=login", "providers", "methods", "keys", "terms", "announcements")
SETTINGS: dict[str, Any] = {
    "plugins": ["own", "regional", "password", "totp", "passkey", "oidc", "terms"],
    "plugin": {
        "terms": {
            "texts": {"portal": {"version": "1", "title": "Conditions", "file": "terms.txt"}}
        },
    },
    "service": {"mail": {"title": "Medimail", "minimum": "strong", "launch": "https://mail.test/"}},
}


@pytest.fixture
def hub(tmp_path: Path) -> RunningHub:
    (tmp_path / "terms.txt").write_text("Article 1.", encoding="utf-8")
    made = running_hub(tmp_path, **SETTINGS)
    for name in ("marie", "paul"):
        made.settle(person(name), password=SECRET)
    enrol(made, "marie")
    for right in ("console.operator", "console.support"):
        grant = Grant(id=right, account=AccountId("marie"), name=right, since=NOON)
        made.app.rights.give(grant)
    return made


@pytest.fixture
def marie(hub: RunningHub) -> Visitor:
    visitor = Visitor(hub)
    visitor.sign_in("marie")
    visitor.prove_more("/console/plugins")
    return visitor


@contextmanager
def beside(hub: RunningHub) -> Iterator[RunningHub]:
    """A second process over the same database."""
    app = compose(hub.app.configuration, hub.clock)
    yield RunningHub(app, hub.clock)
    app.database.engine.dispose()


def test_what_one_process_switches_off_the_other_offers_no_more(
    hub: RunningHub, marie: Visitor
) -> None:
    path, word = "/console/methods", "Suspendu pour le moment par l’exploitant"
    with beside(hub) as other:
        assert word not in said(Visitor(other).get("/services"))
        assert "dernier moyen" in said(marie.submit(path, f"{path}/totp/off"))
        assert "Le moyen est suspendu" in said(marie.submit(path, f"{path}/passkey/off"))
        assert word in said(Visitor(hub).get("/services"))
        assert word in said(marie.get("/account"))
        hub.clock.later(seconds=1)
        assert word in said(Visitor(other).get("/services"))
        marie.submit(path, f"{path}/passkey/on")
        hub.clock.later(seconds=1)
        assert word not in said(Visitor(other).get("/services"))
        assert word not in said(marie.get("/account"))


def test_an_announcement_reaches_the_other_process_within_a_second(
    hub: RunningHub, marie: Visitor
) -> None:
    with beside(hub) as other:
        assert "Maintenance" not in Visitor(other).get("/").text
        path = "/console/announcements"
        typed = {"title_fr": "Maintenance ce soir", "ends": "2026-01-02T18:00", "tone": "info"}
        assert "L’annonce est publiée" in said(marie.submit(path, path, **typed))
        hub.clock.later(seconds=1)
        assert "Maintenance ce soir" in Visitor(other).get("/").text
        assert "Maintenance ce soir" in Visitor(other).get("/services").text


@pytest.mark.parametrize("path", PAGES)
def test_each_page_asks_little_of_the_database(hub: RunningHub, marie: Visitor, path: str) -> None:
    for _ in range(2):
        marie.get(f"/console/{path}")
        hub.clock.later(seconds=1)
    statements = Statements(hub.app.database.engine)
    page = marie.get(f"/console/{path}")
    assert page.status_code == 200 and "Mes services" in said(page)
    assert len(statements.sql) <= MOST_STATEMENTS, "\n".join(statements.sql)


def test_why_is_answered_in_few_statements_from_the_real_means(
    hub: RunningHub, marie: Visitor
) -> None:
    Visitor(hub).sign_in("paul")
    path = "/console/why"
    told = said(marie.submit(path, path, who="paul", service="mail"))
    assert "Paul et « Medimail »" in told and "Dans ses sessions ouvertes Par mot de passe" in told
    assert "alone.password" in told and "Aucun des moyens en place" in told
    csrf = re.search(r'name="csrf" value="(\w+)"', marie.get(path).text)
    assert csrf
    statements = Statements(hub.app.database.engine)
    form = {"csrf": csrf[1], "who": "marie@hub.test", "service": "mail"}
    answer = marie._client.post(path, data=form, base_url=ADDRESS, headers=SAME)
    mine = said(answer)
    assert "two_factors" in mine and "Le service s’ouvre" in mine
    asked = [each for each in statements.sql if each.startswith("SELECT")]
    assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)


def test_keys_terms_and_the_chain_are_read_from_where_they_stand(
    hub: RunningHub, marie: Visitor
) -> None:
    assert "RS256 signe" in said(marie.get("/console/keys"))
    done = said(marie.submit("/console/keys", "/console/keys/oidc/prepare"))
    assert "publiée, signera" in done
    assert "Conditions" in said(marie.get("/console/terms"))
    hub.turn()
    verified = said(marie.submit("/console/audit", "/console/audit/verify"))
    assert "Le journal est intact, des lignes 1 à" in verified
    found = marie.get("/console/audit?action=signing_key")
    assert re.search(r"signing_key\.made", found.text)
    sheet = marie.get("/console/audit/export.csv?action=signing_key")
    assert "signing_key.made" in sheet.text and sheet.mimetype == "text/csv"


def test_the_chain_is_read_while_others_write(hub: RunningHub, marie: Visitor) -> None:
    """What was read of one moment is behind what was written since: nothing may build on it."""
    hub.turn()
    written: list[str] = []
    with beside(hub) as other:

        def write(*event: Any) -> None:
            asked = event[2]
            if "trail.sequence IS NULL" in asked and not written:
                written.append(asked)
                other.app.trail.note(AuditEntry(at=NOON, action="login.begun"))

        engine = hub.app.database.engine
        listen(engine, "after_cursor_execute", write)
        page = marie.submit("/console/audit", "/console/audit/verify")
    assert written and page.status_code == 200
    assert "Le journal est intact" in said(page)
