"""What cannot be saved: an answer over HTTP, with a signature and a commit in it."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from itertools import count
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from sqlalchemy import Column, LargeBinary, MetaData, String, Table, insert

from benchmarks.provider import Endpoints, Provider
from benchmarks.rounds import Work, measured
from benchmarks.wire import Connection
from hub.commands.running import BACKPRESSURE, BLOCKING_THREADS
from hub.contract.values import value
from hub.store.database import Database, open_database
from tests.peers.processes import listening, running, wait_until
from tests.ports import free_port

_ROUNDS = 3
_TIMES = 2000
_DATABASE = "BARE_DATABASE"
_ROW = b"x" * 500
_METADATA = MetaData()
_KEPT = Table(
    "kept", _METADATA, Column("id", String, primary_key=True), Column("body", LargeBinary)
)
_KEEP = insert(_KEPT)
_NUMBERS = count()


@value
class Bare:
    """Milliseconds of server CPU each, answered by the server that `hub serve` runs."""

    empty: float
    signed: float
    """An RS256 signature made, and a row committed to SQLite."""


def bare() -> Bare:
    port = free_port()
    nowhere = Endpoints(authorize="/", token="/", userinfo="/", jwks="/")
    with tempfile.TemporaryDirectory(prefix="bare-") as made:
        log, database = Path(made) / "log", open_database(f"sqlite:///{made}/rows.db")
        database.create_if_missing()
        _METADATA.create_all(database.engine)
        database.engine.dispose()
        argv = [sys.executable, "-m", "benchmarks.bare", str(port)]
        with running(argv, log, env={_DATABASE: f"sqlite:///{made}/rows.db"}) as process:
            wait_until(lambda: listening(port), process, log)
            side = Provider(
                name="bare",
                port=port,
                host=f"localhost:{port}",
                pid=process.pid,
                issuer="",
                endpoints=nowhere,
                client_id="",
                client_secret="",
                redirect_uri="",
            )
            return Bare(empty=_cost(side, "/empty"), signed=_cost(side, "/signed"))


def _cost(side: Provider, path: str) -> float:
    def asked(wire: Connection) -> Work:
        return lambda: wire.get(path).expect(200)

    measured(side, asked, _TIMES // 4)
    return median(1000 / measured(side, asked, _TIMES).per_cpu_second for _ in range(_ROUNDS))


def application(
    environ: dict[str, str], start_response: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/signed":
        _key().sign(_ROW, padding.PKCS1v15(), hashes.SHA256())
        with _database().transaction() as transaction:
            transaction.execute(_KEEP, {"id": f"{os.getpid()}.{next(_NUMBERS)}", "body": _ROW})
    start_response("200 OK", [("Content-Length", "2")])
    return [b"{}"]


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _database() -> Database:
    return open_database(os.environ[_DATABASE])


def serve(target: str, port: int, *, factory: bool = False) -> None:
    """As `hub serve` does."""
    Granian(
        target,
        interface=Interfaces.WSGI,
        factory=factory,
        port=port,
        workers=2,
        blocking_threads=BLOCKING_THREADS,
        backpressure=BACKPRESSURE,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    serve("benchmarks.bare:application", int(sys.argv[1]))
