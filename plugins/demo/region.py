"""The folder of the demo region: written whole at the first start, kept afterwards."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from .card.issue import issue_cards
from .notice import people
from .party import KINDS, secret_of
from .saml_party import METADATA, described, saml_party

HERE = Path(__file__).parent
MAILBOXES = "mailboxes.csv"
"""Which of the demo's people may open which mailbox."""
HUB = (sys.executable, "-m", "hub.cli")
NAMES = {
    "HUB": 0,
    "MEDIMAIL": 1,
    "EMAGE": 2,
    "PSC_AUTH": 3,
    "PSC_WALLET": 4,
    "EMAGE_SAML": 5,
    "CARD": 6,
}
"""Who listens, by its place above the first port."""


class DemoError(Exception):
    """The demo cannot start; the message is one sentence for whoever started it."""


def ports(environ: Mapping[str, str]) -> Mapping[str, int]:
    """Where everything listens: seven ports from HUB_DEMO_PORT, or from 8000, upwards."""
    given = environ.get("HUB_DEMO_PORT", "8000")
    if not given.isdigit() or not 1024 <= int(given) <= 65000:
        raise DemoError(f"HUB_DEMO_PORT={given} is not a port number between 1024 and 65000.")
    return {name: int(given) + above for name, above in NAMES.items()}


def make_region(folder: Path, listening: Mapping[str, int]) -> None:
    """Make *folder*, or leave it as it is. Interrupted half-way, it begins again the next time."""
    if (folder / "hub.toml").exists():
        return
    unfinished = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    write_files(unfinished, listening)
    professionals = str(unfinished / "extraction.txt")
    for words in (
        ("setup",),
        ("account", "import", str(unfinished / "people.toml")),
        ("directory", "generate", "300", professionals),
        ("directory", "import", professionals),
        ("medimail", "import", str(unfinished / MAILBOXES)),
    ):
        run_hub(*words, "--config", str(unfinished / "hub.toml"))
    unfinished.rename(folder)


def write_files(folder: Path, listening: Mapping[str, int], now: datetime | None = None) -> None:
    for file in ("hub.toml", "psc.toml"):
        configuration = (HERE / file).read_text(encoding="utf-8")
        for name, port in listening.items():
            configuration = configuration.replace(f"@{name}_PORT@", str(port))
        (folder / file).write_text(configuration, encoding="utf-8")
    (folder / "people.toml").write_text(people(), encoding="utf-8")
    issue_cards(folder, people(), (now or datetime.now(UTC)).replace(microsecond=0))
    for file in ("terms.txt", "terms-medimail.txt", "theme.toml", MAILBOXES):
        shutil.copy(HERE / file, folder / file)
    for service in KINDS:
        secret_of(folder / "services" / f"{service}.secret")
        secret_of(folder / "services" / f"{service}.cookie")
    secret_of(folder / "services" / "psc.secret")
    (folder / METADATA).write_text(described(saml_party(folder)), encoding="utf-8")


def run_hub(*words: str) -> None:
    done = subprocess.run(
        [*HUB, *words], env=os.environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise DemoError(f"`hub {' '.join(words)}` ended with {done.returncode}:\n{said}")
