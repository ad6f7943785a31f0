"""What the peers need on this machine, and in which version it is there."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

import pytest

NODE_FOLDER = Path(__file__).parent / "node"
POSTGRES_FOLDER = Path("/usr/lib/postgresql/15/bin")
APACHE_MODULES = Path("/usr/lib/apache2/modules")

_ASKED = (
    ("chromium", "--version"),
    ("apache2", "-v"),
    (str(POSTGRES_FOLDER / "postgres"), "--version"),
    ("node", "--version"),
)
_NODE_MODULES = (
    "openid-client",
    "oidc-provider",
    "oauth4webapi",
    "oidc-client-ts",
    "smpp",
    "axe-core",
    "@node-saml/node-saml",
)
_PACKAGES = ("playwright", "aiosmtpd", "psycopg", "smpplib")


def missing(part: str) -> NoReturn:
    """Skip the test here; with CI=true the absence is itself the failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{part} is missing: `make deps` installs it")
    pytest.skip(f"{part} is missing: `make deps` installs it")


def program(name: str) -> str:
    """Where the program is; without it the test is skipped or fails."""
    # Where Debian keeps servers, which not everybody has in their PATH.
    return shutil.which(name) or shutil.which(name, path="/usr/sbin") or missing(name)


def node_module(name: str) -> None:
    if not (NODE_FOLDER / "node_modules" / name).is_dir():
        missing(f"node module {name}")


def apache_module(name: str) -> None:
    if not (APACHE_MODULES / name).is_file():
        missing(name)


def versions() -> Iterator[str]:
    """One line per peer, `missing` included: a run says what it was judged by."""
    for name, option in _ASKED:
        yield f"{Path(name).name}: {_answer(name, option)}"
    for module in _NODE_MODULES:
        yield f"npm {module}: {_node_version(module)}"
    for package in _PACKAGES:
        yield f"{package}: {version(package)}"
    yield f"simplesamlphp: {_debian_version('simplesamlphp')}"
    yield f"softhsm2: {_debian_version('softhsm2')}"
    yield f"nginx: {_debian_version('nginx-light')}"
    yield f"haproxy: {_debian_version('haproxy')}"
    yield f"mod_auth_openidc: {_debian_version('libapache2-mod-auth-openidc')}"
    yield f"mod_auth_mellon: {_debian_version('libapache2-mod-auth-mellon')}"
    yield f"mod_shib: {_debian_version('libapache2-mod-shib')}"


def _answer(name: str, option: str) -> str:
    found = shutil.which(name)
    if found is None:
        return "missing"
    answered = subprocess.run([found, option], capture_output=True, text=True, check=False)
    return (answered.stdout.splitlines() or ["no answer"])[0]


def _node_version(module: str) -> str:
    described = NODE_FOLDER / "node_modules" / module / "package.json"
    if not described.is_file():
        return "missing"
    lines = described.read_text(encoding="utf-8").splitlines()
    return next((line.split('"')[3] for line in lines if '"version"' in line), "unknown")


def _debian_version(package: str) -> str:
    query = ["dpkg-query", "-W", "-f=${Version}", package]
    if shutil.which(query[0]) is None:
        return "unknown"
    answered = subprocess.run(query, capture_output=True, text=True, check=False)
    return answered.stdout or "missing"
