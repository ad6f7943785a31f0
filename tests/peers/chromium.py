"""Chromium that resolves the test sites to loopback and trusts the test authority, nothing else."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.peers.parts import program

# One port of localhost is the same site as another; these are different sites, as in real life.
_STORE = ".local/share/pki/nssdb"
_SITES = "MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
# Chromium heeds the last switch of a name: this repeats what Playwright (1.65) turns off.
_PLAYWRIGHTS = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,"
    "ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,"
    "NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
)
# Each window loads two pages for its address bar, held until Playwright lets them go, and keeps a
# renderer to spare: together nearly half of what a new context costs.
_WINDOW = (
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,PreloadTopChromeWebUI,"
    "SpareRendererForSitePerProcess"
)
_ALONE = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
_SWITCHES = (
    f"--host-resolver-rules={_SITES}",
    f"--disable-features={_PLAYWRIGHTS},{_WINDOW}",
    *_ALONE,
    "--disable-quic",
    "--disable-component-update",
    "--disable-sync",
)


BOUND = 30_000
"""Milliseconds for a page to come or a button to be there, on a machine that does much else."""

_RUNNING: list[Playwright] = []
"""The one of this process, as often as somebody uses it: a second finds the first one's loop."""


@contextmanager
def playwright() -> Iterator[Playwright]:
    _RUNNING.append(_RUNNING[0] if _RUNNING else sync_playwright().start())
    one = _RUNNING[0]
    try:
        yield one
    finally:
        _RUNNING.pop()
        if not _RUNNING:
            one.stop()


@contextmanager
def chromium(
    home: Path,
    root: Path,
    keeps: Callable[[Path], None] = lambda store: None,
    seen: Mapping[str, str] | None = None,
) -> Iterator[Browser]:
    """*home* is the browser's own, empty; *root* the authority's certificate.

    *keeps* puts more into its store of certificates; *seen* is what else it finds in its
    environment: with a DISPLAY it opens a window there.
    """
    executable = program("chromium")
    _trust(home, root)
    keeps(home / _STORE)
    environment = {**os.environ, "HOME": str(home), **(seen or {})}
    with playwright() as started:
        browser = started.chromium.launch(
            executable_path=executable,
            args=list(_SWITCHES),
            env=environment,
            headless="DISPLAY" not in (seen or {}),
        )
        yield browser
        browser.close()


@contextmanager
def as_it_comes(*more: str) -> Iterator[Browser]:
    """Chromium that knows no site and no authority of the tests; *more* are switches."""
    with playwright() as one:
        switches = [*_ALONE, *more]
        started = one.chromium.launch(executable_path=program("chromium"), args=switches)
        yield started
        started.close()


class Kept:
    """One for the whole run; another when it broke down under a test."""

    def __init__(self, homes: Callable[[], Path], root: Path) -> None:
        """*homes* makes a folder nobody has used, for each browser; *root* as above."""
        self._homes = homes
        self._root = root
        self._open = ExitStack()
        self._browser: Browser | None = None

    def browser(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            self.close()
            self._browser = self._open.enter_context(chromium(self._homes(), self._root))
        return self._browser

    def close(self) -> None:
        self._open.close()


def _trust(home: Path, root: Path) -> None:
    # The store must exist before Chromium's first start: certutil waits for ever on one it made.
    store = home / _STORE
    store.mkdir(parents=True)
    certutil = [program("certutil"), "-d", f"sql:{store}"]
    for arguments in (["-N", "--empty-password"], ["-A", "-t", "C,,", "-n", "t", "-i", str(root)]):
        subprocess.run(
            [*certutil, *arguments], check=True, stdin=subprocess.DEVNULL, timeout=20, cwd=home
        )
