"""The register of processing: every service, claim and purpose, and what the hub itself keeps."""

import csv
from io import StringIO
from pathlib import Path

import pytest

from hub.people.register import Line, markdown
from hub.store.kinds import kinds
from hub.retention_settings import RetentionSettings
from hub.web.words import HUB, read_words
from hub.assembly import WEB
from tests.test_cli import Desk

MAIL = """
[service.mail]
title = "=Medimail|x"
minimum = "simple"
claims = ["email", "given_name"]
purpose = "Messagerie sécurisée entre professionnels"
legal_basis = "Mission d’intérêt public"
retention = "Un an après la dernière connexion"
[service.old]
title = "Vieux service"
minimum = "simple"
"""


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    desk = Desk(tmp_path, capsys)
    desk.adds(MAIL)
    desk.types("setup")
    return desk


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_each_claim_of_each_service_has_a_line_with_its_purpose(desk: Desk) -> None:
    found = rows(desk.types("export", "register", "--format", "csv"))
    assert desk.status == 0
    assert found[0] == ["Qui", "Donnée", "Finalité", "Base légale", "Conservation"]
    mail = [row for row in found if "(mail)" in row[0]]
    assert [row[1] for row in mail] == ["email", "given_name"]
    assert mail[0][2:] == [
        "Messagerie sécurisée entre professionnels",
        "Mission d’intérêt public",
        "Un an après la dernière connexion",
    ]
    assert [row[1:] for row in found if "(old)" in row[0]] == [
        ["sub", "à compléter", "à compléter", "à compléter"]
    ]


def test_no_cell_is_a_formula_and_none_ends_its_row(desk: Desk) -> None:
    found = rows(desk.types("export", "register", "--format", "csv"))
    assert not [cell for row in found for cell in row if cell.startswith(("=", "+", "-", "@"))]
    table = desk.types("export", "register").splitlines()
    assert "=Medimail\\|x (mail)" in "\n".join(table)
    assert len({line.replace("\\|", "").count("|") for line in table[2:] if line}) == 1


def test_what_the_hub_keeps_stands_there_with_its_time(desk: Desk) -> None:
    desk.adds('[retention]\ntrail = "P400D"\n')
    found = {row[1]: row for row in rows(desk.types("export", "register", "--format", "csv"))}
    trail = next(row for data, row in found.items() if data.startswith("Journal d’imputabilité"))
    assert trail[-1] == "400 jours"
    assert any(data.startswith("Comptes") for data in found)


def test_english_is_complete(desk: Desk) -> None:
    said = desk.types("export", "register", "--language", "en")
    assert "Register of processing" in said and "Audit trail" in said
    assert "register." not in said and "holding." not in said


def test_every_table_of_the_core_has_words_in_both_languages() -> None:
    words = read_words({HUB: WEB}, ("fr", "en"), strict=True)
    for each in kinds(RetentionSettings()):
        for language in ("fr", "en"):
            assert words.text(language, f"holding.{each.table.name}")


def test_markdown_opens_no_tag() -> None:
    line = Line(who="<script>", data="a\n| b", purpose="", legal_basis="", kept="")
    drawn = markdown("T", ["a"], [line])
    assert "<script>" not in drawn and "a \\| b" in drawn


def test_retention_is_shown_and_run_from_the_command_line(desk: Desk) -> None:
    said = desk.types("retention", "show")
    assert desk.status == 0 and "pending_login" in said and "as long as the account" in said
    assert desk.types("retention", "purge").split() == ["KIND", "ERASED"]


def test_an_account_is_closed_once_it_is_said_that_there_is_no_way_back(desk: Desk) -> None:
    desk.types("account", "create", "ann", "--mail", "ann@hub.test")
    assert "--yes" in desk.types("account", "close", "ann") and desk.status == 2
    desk.types("account", "close", "ann", "--yes")
    assert desk.status == 0
    assert "nobody is called" in desk.types("account", "close", "ann", "--yes")
    assert "the trail is whole" in desk.types("audit", "verify") and desk.status == 0
