"""Chromium that resolves the test sites to loopback and trusts the test authority, nothing else."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.peers.parts import program

# One port of localhost is the same site as another; these are different sites, as in real life.
_SITES = "MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
_SWITCHES = (
    f"--host-resolver-rules={_SITES}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium(home: Path, root: Path) -> Iterator[Browser]:
    """*home* is the browser's own, empty; *root* the authority's certificate."""
    executable = program("chromium")
    _trust(home, root)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=list(_SWITCHES),
            env={**os.environ, "HOME": str(home)},
        )
        yield browser
        browser.close()


def _trust(home: Path, root: Path) -> None:
    # The store must exist before Chromium's first start: certutil waits for ever on one it made.
    store = home / ".local/share/pki/nssdb"
    store.mkdir(parents=True)
    certutil = [program("certutil"), "-d", f"sql:{store}"]
    for arguments in (["-N", "--empty-password"], ["-A", "-t", "C,,", "-n", "t", "-i", str(root)]):
        subprocess.run(
            [*certutil, *arguments], check=True, stdin=subprocess.DEVNULL, timeout=20, cwd=home
        )
