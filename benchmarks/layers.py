"""Where each millisecond goes: one process, no server around it, sampled while it answers."""

import io
import secrets
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from benchmarks.flow import Flow
from benchmarks.hub_side import ENDPOINTS, described, signed_in
from benchmarks.operations import MORE, OPERATIONS
from benchmarks.people import settle
from benchmarks.provider import Provider
from benchmarks.table import Section
from benchmarks.wire import Connection, Response
from hub.app import compose
from hub.configuration import read
from hub.web import logs

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

EVERY = 0.0005
NAMES = ("authorize with a session", "authorize and token", "refresh", "UserInfo", "JWKS")
LAYERS = (
    ("signature", ("joserfc/_rfc7518/", "cryptography/")),
    ("SQLite and its driver", ("hub/prepared.py:_run", "engine/default.py:do_")),
    ("SQLAlchemy", ("sqlalchemy/",)),
    ("SATOSA", ("satosa/",)),
    ("Authlib, joserfc", ("authlib/", "joserfc/")),
    ("rules of the broker", ("hub/broker/", "hub/people/")),
    ("hub's store: rows to values, seals", ("hub/store/", "hub/prepared.py", "hub/lending")),
    ("OpenID frontend", ("frontends/oidc/", "frontends.oidc")),
    ("methods, accounts, policy", ("plugins/",)),
    ("request, cookies, counters, log", ("hub/", "prometheus_client/", "structlog/")),
)
"""A sample belongs to the innermost frame that is somebody's; the standard library is nobody's."""


class InProcess(Connection):
    """The same questions, without a network: what is measured is the answer alone."""

    def __init__(self, wsgi: "WSGIApplication", host: str) -> None:
        super().__init__(0, host)
        self._wsgi = wsgi

    def ask(self, verb: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def begin(status: str, sent: list[tuple[str, str]], *rest: object) -> None:
            told.append((status, sent))

        answer = self._wsgi(_environ(verb, path, headers, body), begin)  # type: ignore[arg-type]
        content = b"".join(answer)
        status, sent = told[0]
        pairs = tuple((name.lower(), text) for name, text in sent)
        return Response(status=int(status[:3]), headers=pairs, body=content)


def section() -> Section:
    with in_process() as (flow, _):
        spent = {name: _sampled(flow, name) for name in NAMES}
    rows = [_row(layer, spent) for layer, _ in LAYERS]
    whole = ("whole", *(f"{sum(spent[name].values()):.0f}" for name in NAMES))
    return Section(
        title="Where each millisecond goes",
        how=(
            "Microseconds of one answer on SQLite, one after the other in one process without a "
            f"server around it, sampled each {EVERY * 1000:g} ms. Under `hub serve` come the "
            "server's threads, and the other process that writes the same file."
        ),
        head=("layer", *NAMES),
        rows=(*rows, whole),
        verdict="Nothing is promised of a layer alone.",
        kept=True,
    )


@contextmanager
def in_process() -> Iterator[tuple[Flow, Provider]]:
    with tempfile.TemporaryDirectory(prefix="hub-layers-") as made:
        folder, secret = Path(made), secrets.token_urlsafe(32)
        described(folder, 80, secret, more=MORE)
        password = settle(folder / "hub.toml", 10, 1)
        configuration = read(folder / "hub.toml")
        logs.configure(level=configuration.hub.log)
        app = compose(configuration)
        connection = InProcess(app.wsgi, "localhost:80")
        provider = Provider(
            name="hub",
            port=80,
            host="localhost:80",
            pid=0,
            issuer="http://localhost:80",
            endpoints=ENDPOINTS,
            client_id="rp",
            client_secret=secret,
            redirect_uri="https://rp.test/cb",
            password=password,
        )
        provider = signed_in(provider, connection)
        yield Flow(provider, connection), provider
        app.database.engine.dispose()


def _sampled(flow: Flow, name: str) -> Counter[str]:
    """Microseconds of one answer, by layer."""
    (operation,) = (each for each in OPERATIONS if each.name == name)
    work, seen = operation.begin(flow), Counter[str]()

    def note(_: int, frame: FrameType | None) -> None:
        seen[layer_of(_frames(frame))] += 1

    for _ in range(operation.times // 4):
        work()
    signal.signal(signal.SIGPROF, note)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    began = time.thread_time()
    for _ in range(operation.times * 4):
        work()
    each = (time.thread_time() - began) / (operation.times * 4) * 1_000_000
    signal.setitimer(signal.ITIMER_PROF, 0)
    whole = sum(seen.values()) or 1
    return Counter({layer: count / whole * each for layer, count in seen.items() if layer})


def layer_of(frames: Sequence[str]) -> str:
    """*frames* from the innermost outwards; empty: it is the generator's own work."""
    if not any("hub/front.py" in each for each in frames):
        return ""
    for frame in frames:
        for layer, marks in LAYERS:
            if any(mark in frame for mark in marks):
                return layer
    return ""


def _frames(frame: FrameType | None) -> Sequence[str]:
    found = []
    while frame is not None:
        path = frame.f_code.co_filename.partition("site-packages/")
        found.append(f"{path[2] or path[0]}:{frame.f_code.co_name}")
        frame = frame.f_back
    return found


def _row(layer: str, spent: Mapping[str, Counter[str]]) -> tuple[str, ...]:
    return (layer, *(f"{spent[name][layer]:.0f}" for name in NAMES))


def _environ(verb: str, path: str, headers: Mapping[str, str], body: bytes) -> "WSGIEnvironment":
    there, _, query = path.partition("?")
    sent = {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()}
    return {
        "REQUEST_METHOD": verb,
        "SCRIPT_NAME": "",
        "PATH_INFO": there,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost:80",
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        **sent,
    }


if __name__ == "__main__":
    print(section().markdown())
