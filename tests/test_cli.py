"""What the operator types, in a folder of its own, with the real plugins."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import insert, text
from werkzeug.test import Client

from hub.app import compose
from hub.cli import main
from hub.configuration import read
from hub.contract.identifiers import SessionId
from hub.store.tables import browser_session

GOOD = """
environment = "test"
public_address = "https://hub.test"
database = "sqlite:///hub.db"
plugins = ["own", "regional", "password", "totp"]
policy = "regional"
"""


class Desk:
    """One folder with a hub.toml, and a terminal."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.file = folder / "hub.toml"
        self.file.write_text(GOOD, encoding="utf-8")
        self._capsys = capsys
        self.status = 0

    def types(self, *words: str) -> str:
        """Everything printed, errors included."""
        self.status = main([*words, "--config", str(self.file)])
        printed = self._capsys.readouterr()
        return printed.out + printed.err

    def adds(self, table: str) -> None:
        self.file.write_text(f"{self.file.read_text(encoding='utf-8')}\n{table}", encoding="utf-8")

    def writes(self, old: str, new: str) -> None:
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        self.file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    desk = Desk(tmp_path, capsys)
    desk.types("setup")
    assert desk.status == 0
    return desk


def test_a_good_configuration_is_said_to_be_good(desk: Desk) -> None:
    assert desk.types("check").strip().endswith("hub.toml: no errors")
    assert desk.status == 0


def test_check_says_every_error_at_once_with_its_path(desk: Desk) -> None:
    desk.writes('policy = "regional"', 'policy = "regional"\nmethods = ["pasword"]')
    written = desk.file.read_text(encoding="utf-8")
    mail = '\n[messages]\nchains = { mail = ["smtp"] }\n[service.mail]\ntitle = "Mail"\n'
    desk.file.write_text(
        written + mail + 'minimum = "simple"\nfrontend = "oidc"\n', encoding="utf-8"
    )
    said = desk.types("check")
    assert desk.status == 2
    assert "methods: 'pasword' is contributed by no enabled plugin" in said
    assert "messages.chains.mail: 'smtp' is contributed by no enabled plugin" in said
    assert "2 errors in the configuration" in said


def test_an_anchor_that_cannot_be_written_is_said_and_stops_nothing(desk: Desk) -> None:
    desk.adds('[audit]\nanchor = "none/anchor"\n')
    assert "audit.anchor: cannot be written: its folder is not there" in desk.types("check")
    assert desk.status == 2
    desk.types("audit", "verify")
    assert desk.status == 0
    (desk.file.parent / "none").mkdir()
    desk.types("check")
    assert desk.status == 0


def test_a_service_out_of_everybody_s_reach_is_an_error_before_anybody_tries(desk: Desk) -> None:
    written = desk.file.read_text(encoding="utf-8")
    service = '\n[service.vault]\ntitle = "Vault"\nminimum = "certified"\n'
    desk.file.write_text(written + service, encoding="utf-8")
    assert "service.vault.minimum: no method, nor two together, reach" in desk.types("check")
    assert desk.status == 2


def test_nothing_can_be_done_without_keys_and_the_file_is_named(desk: Desk) -> None:
    key = desk.file.parent / "secrets" / "seal-0001.key"
    key.chmod(0o644)
    said = desk.types("check")
    assert desk.status == 2 and str(key) in said


def test_setting_up_twice_keeps_the_keys(desk: Desk) -> None:
    key = desk.file.parent / "secrets" / "pairwise.key"
    before = key.read_bytes()
    desk.types("setup")
    assert desk.status == 0 and key.read_bytes() == before


def test_the_first_operator_comes_in_by_a_link_that_works_once(desk: Desk) -> None:
    link = desk.types("account", "create", "--operator").strip()
    assert desk.status == 0 and link.startswith("https://hub.test/apps/password/set?ticket=")
    app = compose(read(desk.file))
    operator = app.accounts.by_login("operator")
    assert operator and "console.operator" in {right.name for right in operator.rights}
    client, address = Client(app.wsgi), urlsplit(link)
    path = f"{address.path}?{address.query}"
    assert [client.get(path, base_url="https://hub.test").status_code for _ in range(2)] == [
        200,
        200,
    ]
    chosen = "quatre chats sur le toit"
    form = {"new_password": chosen, "new_password_again": chosen, **_hidden(client, path)}
    headers = {"Origin": "https://hub.test"}
    first = client.post(path, base_url="https://hub.test", data=form, headers=headers)
    again = client.post(path, base_url="https://hub.test", data=form, headers=headers)
    assert (first.status_code, again.status_code) == (200, 410)
    app.database.engine.dispose()


def _hidden(client: Client, path: str) -> dict[str, str]:
    page = BeautifulSoup(client.get(path, base_url="https://hub.test").text, "html.parser")
    fields = page.select("form[method=post] input[type=hidden]")
    return {str(each["name"]): str(each.get("value", "")) for each in fields}


def test_there_is_no_account_by_default(desk: Desk) -> None:
    app = compose(read(desk.file))
    assert all(app.accounts.by_login(name) is None for name in ("admin", "operator", "root"))
    app.database.engine.dispose()


def test_a_login_is_taken_once(desk: Desk) -> None:
    desk.types("account", "create", "ann", "--mail", "ann@hub.test")
    assert "the login 'ann' is taken" in desk.types("account", "create", "ann")
    assert desk.status == 1


@pytest.mark.parametrize("verb", ["reset", "set-secret"])
def test_who_came_in_by_the_old_password_is_out_when_the_operator_replaces_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    desk.types("account", "create", "ann")
    monkeypatch.setattr("sys.stdin", StringIO("trois canards dans la mare\n"))
    app = compose(read(desk.file))
    ann, now = app.accounts.by_login("ann"), app.clock()
    assert ann
    moments = {"began_at": now, "seen_at": now, "dies_at": now + timedelta(hours=4)}
    with app.database.transaction() as work:
        row = {"id": "s-1", "key_hash": "k", "account": ann.id, "body": b"", **moments}
        work.execute(insert(browser_session).values(row))
    assert app.sessions.alive(SessionId("s-1"))
    desk.types("account", verb, "ann", "password")
    assert (desk.status, app.sessions.alive(SessionId("s-1"))) == (0, False)
    app.database.engine.dispose()


def test_plugins_are_listed_with_package_version_and_contributions(desk: Desk) -> None:
    lines = [line.split(None, 3) for line in desk.types("plugin", "list").splitlines()]
    told = {line[0]: line[1:] for line in lines}
    assert told["password"][0] == "identity-federation-hub"
    assert "authentication methods" in told["password"][2]
    assert desk.status == 0


def test_a_plugin_refused_is_listed_with_its_reason(desk: Desk) -> None:
    desk.writes('"totp"', '"totp", "nowhere"')
    assert "REFUSED: enabled but not installed" in desk.types("plugin", "list")
    assert desk.status == 1


def test_a_provider_of_the_configuration_is_listed_and_checked(desk: Desk) -> None:
    table = (
        "[provider.hospital]\n"
        'title = "Hospital"\n'
        'module = "tests.federation.word_provider.WordBackend"\n'
        'config = { kind = "word" }\n'
        'possible = { factors = ["knowledge"] }\n'
    )
    desk.adds(table)
    assert desk.types("check").strip().endswith("no errors")
    lines = [line.split(None, 3) for line in desk.types("plugin", "list").splitlines()]
    assert ["provider.hospital", "tests.federation.word_provider.WordBackend"] in [
        line[:2] for line in lines
    ]
    desk.writes("WordBackend", "NoBackend")
    assert "provider.hospital: tests.federation" in desk.types("check")
    assert desk.status == 2


def test_the_trail_of_a_command_is_whole_and_a_changed_line_is_found(desk: Desk) -> None:
    desk.types("account", "create", "ann")
    app = compose(read(desk.file))
    app.worker.turn()
    desk.types("audit", "verify")
    assert desk.status == 0
    assert "trail-*.pub" in desk.types("audit", "renew-key")
    desk.types("audit", "verify")
    assert desk.status == 0
    with app.database.transaction() as work:
        work.execute(text("UPDATE trail SET action = 'account.reopened'"))
    desk.types("audit", "verify")
    assert desk.status == 1
    app.database.engine.dispose()


def test_an_unknown_command_says_which_ones_plugins_add(desk: Desk) -> None:
    assert "no command 'dance'" in desk.types("dance")
    assert desk.status == 2


def test_a_referent_s_right_without_a_structure_is_refused(desk: Desk) -> None:
    desk.types("account", "create", "ann")
    assert "--structure: a référent acts in a structure" in desk.types(
        "account", "grant", "ann", "console.referent"
    )
    assert desk.status == 2
