"""A database missing, locked, read-only, newer, broken: nothing lost, nobody in, nothing shown."""

import json
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import pytest
from sqlalchemy import event

from hub import cli
from hub.store import database as hub_database
from tests.faults.rough import RoughBrowser, rough
from tests.faults.told import assert_clear, says
from tests.faults.watch import Watch
from tests.faults.ways import LOGIN, TARGET, assert_arrived, by_mail, sound, with_app
from tests.flows.region import HUB, Region
from tests.flows.steps import with_password

pytestmark = pytest.mark.slow
Fault = Callable[[Region], AbstractContextManager[None]]


@contextmanager
def missing(region: Region) -> Iterator[None]:
    region.app.database.engine.dispose()
    names = [path for path in region.folder.iterdir() if path.name.startswith("hub.db")]
    for path in names:
        path.rename(path.with_name(f"away-{path.name}"))
    yield
    region.app.database.engine.dispose()
    assert not (region.folder / "hub.db").exists(), "a database nobody made"
    for path in names:
        path.with_name(f"away-{path.name}").rename(path)


@contextmanager
def locked(region: Region) -> Iterator[None]:
    with closing(sqlite3.connect(region.folder / "hub.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def read_only(region: Region) -> Iterator[None]:
    """As SQLite says it of a file it may not write; root may write any."""

    def forbid(connection: sqlite3.Connection, *rest: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    engine = region.app.database.engine
    engine.dispose()
    event.listen(engine, "checkout", forbid)
    yield
    event.remove(engine, "checkout", forbid)
    engine.dispose()


@contextmanager
def newer(region: Region) -> Iterator[None]:
    """Migrated by a version that keeps its logins elsewhere."""
    with _changing(region) as other:
        (now,) = other.execute("SELECT version_num FROM alembic_version").fetchone()
        other.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
        other.execute("ALTER TABLE pending_login RENAME TO login")
    yield
    with _changing(region) as other:
        other.execute("UPDATE alembic_version SET version_num = ?", [now])
        other.execute("ALTER TABLE login RENAME TO pending_login")


@contextmanager
def broken(region: Region) -> Iterator[None]:
    region.app.database.engine.dispose()
    file = region.folder / "hub.db"
    kept = file.read_bytes()
    file.write_bytes(b"no database at all " * 300)
    yield
    region.app.database.engine.dispose()
    file.write_bytes(kept)


@contextmanager
def _changing(region: Region) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(region.folder / "hub.db")) as other, other:
        yield other


NAMED = [
    (missing, "missing", "run `hub migrate`"),
    (locked, "locked", "another process"),
    (newer, "newer", "install it, or restore a backup"),
    (broken, "unreachable", "does not answer"),
]
FAULTS = pytest.mark.parametrize(
    ("fault", "word", "advice"), [*NAMED, (read_only, "read_only", "owner, mode and disk")]
)


@pytest.fixture
def hurried(region: Region, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> Region:
    """Who passed the sound flow, and waits a tenth of a second for a lock instead of five."""
    sound(region)
    monkeypatch.setattr(hub_database, "PATIENCE_SECONDS", 0.1)
    region.app.database.engine.dispose()
    region.restart()
    watch.begin()
    return region


@FAULTS
def test_a_password_typed_meanwhile_is_lost_to_nobody(
    hurried: Region, watch: Watch, fault: Fault, word: str, advice: str
) -> None:
    browser = rough(hurried)
    page = browser.open(TARGET)
    with fault(hurried):
        answer = with_password(browser, page, LOGIN)
        assert answer.status == 503 and says(answer, "error.503.why")
        assert answer.headers["retry-after"] == "10"
        assert_clear(answer)
        assert advice not in answer.text
        assert readiness(browser) == (503, {"status": word})
        assert browser.open(f"{HUB}/health/live").status == 200
    watch.assert_nobody_is_in()
    assert watch.proofs() == [] and watch.reasons() == []
    assert readiness(browser) == (200, {"status": "ready"})
    assert_arrived(by_mail(hurried, browser, with_password(browser, page, LOGIN)))
    watch.assert_one_is_in()


@FAULTS
def test_a_service_that_sends_somebody_meanwhile_reads_no_lie(
    hurried: Region, watch: Watch, fault: Fault, word: str, advice: str
) -> None:
    browser = rough(hurried)
    with fault(hurried):
        page = browser.open(TARGET)
        assert page.status == 503 and says(page, "error.503.why")
        assert page.headers["retry-after"] == "10"
        assert_clear(page)
        keys = browser.open(f"{HUB}/oidc/jwks")
        assert keys.status == 200, "keys need no database"
    watch.assert_nobody_is_in()
    # A process that never saw it asks it once a second, not for every page.
    hurried.clock.later(seconds=1)
    page = with_password(browser, browser.open(TARGET), LOGIN)
    assert_arrived(with_app(hurried, browser, page))


@FAULTS
def test_the_last_step_is_taken_again_once_it_can_be(
    hurried: Region, watch: Watch, fault: Fault, word: str, advice: str
) -> None:
    browser = rough(hurried)
    page = with_password(browser, browser.open(TARGET), LOGIN)
    with fault(hurried):
        answer = with_app(hurried, browser, page)
        assert answer.status == 503 and says(answer, "error.503.why")
        assert_clear(answer)
    watch.assert_a_password_opened_nothing_more()
    assert_arrived(with_app(hurried, browser, page))
    watch.assert_one_is_in()


# Another process, as root, may write what the mode of a file forbids: read-only is not seen there.
@pytest.mark.parametrize(("fault", "advice"), [(fault, advice) for fault, _, advice in NAMED])
def test_the_operator_reads_what_it_is_and_what_to_do(
    hurried: Region, fault: Fault, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["check", "--config", str(hurried.folder / "hub.toml")]
    assert cli.main(words) == 0
    with fault(hurried):
        capsys.readouterr()
        assert cli.main(words) == 2
        said = capsys.readouterr().err
        assert said.startswith("database: ") and advice in said
        assert "Traceback" not in said
    assert cli.main(words) == 0


@pytest.mark.parametrize("fault", [missing, broken])
def test_a_token_asked_meanwhile_is_answered_as_the_protocol_says(
    hurried: Region, watch: Watch, fault: Fault
) -> None:
    browser = rough(hurried)
    with fault(hurried):
        form = f"grant_type=authorization_code&code={'c' * 40}&code_verifier={'v' * 43}"
        answer = browser.send_raw(f"{HUB}/oidc/token", form.encode(), _client(hurried))
        assert answer.status == 503
        assert json.loads(answer.text)["error"] == "temporarily_unavailable"
        bare = {"Authorization": "Bearer " + "t" * 40}
        assert browser.ask(f"{HUB}/oidc/userinfo", bare).status == 503
    watch.assert_nobody_is_in()
    # The same question is now answered for what it is: a code nobody was given.
    answer = browser.send_raw(f"{HUB}/oidc/token", form.encode(), _client(hurried))
    assert (answer.status, json.loads(answer.text)["error"]) == (400, "invalid_grant")
    page = with_password(browser, browser.open(TARGET), LOGIN)
    assert_arrived(with_app(hurried, browser, page))
    watch.assert_one_is_in()


def readiness(browser: RoughBrowser) -> tuple[int, dict[str, str]]:
    page = browser.open(f"{HUB}/health/ready")
    return page.status, json.loads(page.text)


def _client(region: Region) -> dict[str, str]:
    secret = (region.folder / "services" / "medimail.secret").read_text(encoding="utf-8").strip()
    known = b64encode(f"medimail:{secret}".encode()).decode()
    return {"Authorization": f"Basic {known}"}
