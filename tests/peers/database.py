"""A PostgreSQL cluster of our own: a temporary folder, a random port, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from hub.contract.values import value
from tests.peers.parts import POSTGRES_FOLDER, missing
from tests.ports import free_port


@value
class Cluster:
    """`log` holds every statement, one `LOG:` line each."""

    port: int
    log: Path

    def create(self, name: str) -> str:
        """A new empty database; its address as SQLAlchemy writes it."""
        self._do("CREATE DATABASE {}", name)
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def copy(self, name: str, other: str) -> None:
        """*other* is made, with all that is in *name*, to which nobody may be connected."""
        self._do("CREATE DATABASE {} TEMPLATE {}", other, name)

    def drop(self, name: str) -> None:
        self._do("DROP DATABASE {}", name)

    def version(self) -> str:
        with psycopg.connect(self._conninfo("postgres")) as connection:
            row = connection.execute("SHOW server_version").fetchone()
        return str(row[0]) if row else ""

    def _do(self, words: str, *names: str) -> None:
        said = sql.SQL(words).format(*map(sql.Identifier, names))
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(said)

    def _conninfo(self, name: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={name}"


@contextmanager
def cluster() -> Iterator[Cluster]:
    if not (POSTGRES_FOLDER / "initdb").is_file():
        missing("PostgreSQL 15")
    folder = Path(tempfile.mkdtemp(prefix="hub-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        yield from _served(folder, free_port())
    finally:
        shutil.rmtree(folder)


def _served(folder: Path, port: int) -> Iterator[Cluster]:
    _run("initdb", f"-D {folder}/rows -A trust -U postgres -E UTF8 --no-locale")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    options += " -c log_statement=all -c log_line_prefix=%d:"
    _run("pg_ctl", f"-D {folder}/rows -l {folder}/log -w -o '{options}' start")
    try:
        yield Cluster(port=port, log=folder / "log")
    finally:
        _run("pg_ctl", f"-D {folder}/rows -m immediate -w stop")


def _run(program: str, arguments: str) -> None:
    # PostgreSQL refuses to run as root.
    shell = ["su", "postgres", "-s", "/bin/sh", "-c"] if os.geteuid() == 0 else ["/bin/sh", "-c"]
    command = [*shell, f"{POSTGRES_FOLDER}/{program} {arguments}"]
    quiet = subprocess.DEVNULL
    subprocess.run(
        command, check=True, stdin=quiet, stdout=quiet, stderr=quiet, timeout=60, cwd="/"
    )
