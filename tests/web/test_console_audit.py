"""The audit trail at the console: found again, exported without formulas, verified."""

from dataclasses import replace
from pathlib import Path

import pytest

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, ServiceId
from hub.contract.services import Access
from hub.testing.people import ANN
from hub.web.console_audit import AT_ONCE, MOST_CHECKED
from hub.web.sheets import plain, sheet
from tests.web.desk import Furnished, furnish, tiled
from tests.web.operator import FakeAudit
from tests.web.site import said
from tests.web.test_console import CAROL

HERE = "/console/audit"


@pytest.fixture
def console(tmp_path: Path) -> Furnished:
    made = furnish(tmp_path, tiled("mail", Access(minimum="low")))
    made.hub.accounts.create(CAROL)
    made.grant(CAROL.id, "console.operator")
    made.enter("carol", strong=True)
    return made


def entry(console: Furnished, action: str, **more: object) -> None:
    known = AuditEntry(at=console.hub.now, action=action)
    console.hub.records.trail.append(replace(known, **more))  # type: ignore[arg-type]


def test_nothing_is_shown_before_something_is_asked(console: Furnished) -> None:
    page = console.get(HERE)
    assert page.status_code == 200 and "<tbody>" not in page.text
    assert "audit.searched" not in console.actions()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("action=means", True),
        ("action=means.reset", True),
        ("action=mean", False),
        ("who=ann", True),
        ("who=a-1", True),
        ("who=carol", False),
        ("service=mail", True),
        ("code=k7qf2m", True),
        ("code=AAAA-AA", False),
        ("since=2026-01-01&until=2026-01-01", True),
        ("since=2026-01-02", False),
        ("until=2025-12-31", False),
    ],
)
def test_an_entry_is_found_by_what_it_is_about(console: Furnished, asked: str, found: bool) -> None:
    more = {"account": ANN.id, "service": ServiceId("mail"), "support": "K7QF-2M"}
    entry(console, "means.reset", details={"method": "phone"}, **more)
    assert ("means.reset" in said(console.get(f"{HERE}?{asked}"))) is found


def test_older_pages_go_on_where_the_newer_ended(console: Furnished) -> None:
    for number in range(AT_ONCE + 3):
        entry(console, "odd.thing", details={"nr": f"<{number}>"})
    page = console.get(f"{HERE}?action=odd")
    assert "<52>" in said(page) and "<3>" in said(page) and "<2>" not in said(page)
    assert "&lt;52&gt;" in page.text
    older = f"{HERE}?action=odd&amp;before="
    assert older in page.text
    cursor = page.text.split(older)[1].split(chr(34))[0]
    rest = said(console.get(f"{HERE}?action=odd&before={cursor}"))
    assert "<2>" in rest and "<0>" in rest and "<3>" not in rest


def test_a_search_is_traced_by_its_criteria_and_names_nobody(console: Furnished) -> None:
    console.get(f"{HERE}?who=ann&action=login")
    line = console.hub.records.trail[-1]
    assert (line.action, line.account) == ("audit.searched", CAROL.id)
    assert line.details == {"filters": "action who"}


@pytest.mark.parametrize(
    "asked",
    [
        "since=soon",
        "since=0001-01-01",
        "until=2026-13-01",
        "until=9999-12-31",
        "code=K7",
        "who=%C3%A9",
    ],
)
def test_what_cannot_be_read_is_said(console: Furnished, asked: str) -> None:
    answer = console.get(f"{HERE}?{asked}")
    assert answer.status_code == 422 and "ne se lit pas" in said(answer)
    assert console.get(f"{HERE}/export.csv?{asked}").status_code == 422


def test_the_export_holds_what_was_found_and_no_formula(console: Furnished) -> None:
    entry(console, "=cmd|calc", details={"a": "b;c"}, account=AccountId("@x"))
    answer = console.get(f"{HERE}/export.csv?action=%3Dcmd%7Ccalc")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    head, line, _ = answer.text.split("\r\n")
    assert head.startswith("\ufeffnumber;linked;at")
    assert ";'=cmd|calc;'@x;" in line and '"a=b;c"' in line
    assert console.actions()[-1] == "audit.exported"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "  =1", "\r1"])
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert plain(text).startswith("'")
    assert f"'{text[0]}" in sheet(["a"], [[text]])


def test_a_plain_cell_stays_as_it_is() -> None:
    assert plain("2026-01-01") == "2026-01-01" and plain("") == ""


def test_the_chain_is_verified_by_a_button_and_says_what_was_read(console: Furnished) -> None:
    page = console.post(f"{HERE}/verify")
    audit = console.desk.operator.audit
    assert isinstance(audit, FakeAudit) and audit.most == [MOST_CHECKED]
    assert "Le journal est intact, des lignes 1 à" in said(page)
    assert console.hub.records.trail[-1].details == {"result": "whole"}
    audit.problem = "entry 4 was changed"
    page = console.post(f"{HERE}/verify")
    assert "Le journal a été modifié" in said(page) and "entry 4 was changed" in said(page)
    assert console.hub.records.trail[-1].details == {"result": "broken"}


def test_whoever_is_no_operator_reads_nothing_here(console: Furnished) -> None:
    console.rights.grants.clear()
    console.grant(CAROL.id, "console.support")
    for path in (HERE, f"{HERE}?action=login", f"{HERE}/export.csv"):
        assert console.get(path).status_code == 404
    assert console.post(f"{HERE}/verify").status_code == 404
