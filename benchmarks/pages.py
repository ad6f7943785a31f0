"""What the pages of somebody signed in cost, beside a bare Flask page of the same run."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from statistics import median

import flask

from benchmarks.bare import serve
from benchmarks.hub_side import hub
from benchmarks.provider import Endpoints, Provider
from benchmarks.rounds import Work, measured
from benchmarks.table import Section
from benchmarks.wire import Connection
from tests.peers.page_region import HOST, Served, served_region
from tests.peers.processes import listening, running, wait_until
from tests.ports import free_port

PAGES = (
    "/",
    "/help",
    "/services",
    "/services?tab=all",
    "/services/manage",
    "/services/level",
    "/notices",
    "/account",
    "/account/sessions",
    "/account/history",
    "/account/privacy",
    "/apps/directory/",
)
CONSOLES = (
    ("referent", "/console/people"),
    ("referent", "/console/requests"),
    ("referent", "/console/access"),
    ("referent", "/console/people/import"),
    ("support", "/console/support"),
    ("support", "/console/requests"),
    ("operator", "/console/services"),
    ("operator", "/console/audit"),
)
ROUNDS = 3
TIMES = 400
MOST_MS = 20.0
"""Of server CPU: a page that costs more is felt by whoever waits behind it."""
BARE = "bare Flask page"
_LINE = "<p>Une ligne de texte comme il y en a sur une page, avec un <a href='/'>lien</a>.</p>"
_SHOWN = (
    "<!doctype html><html lang='fr'><title>{{ title }}</title><body><main><h1>{{ title }}</h1>"
    "{% for each in lines %}{{ each }}{% endfor %}</main></body></html>"
)


def section(rounds: int = ROUNDS, times: int = TIMES) -> Section:
    costs = dict(_costs(rounds, times))
    dearest = max((name for name in costs if name != BARE), key=lambda name: costs[name])
    times_bare = costs[dearest] / costs[BARE]
    return Section(
        title="Pages",
        how=(
            f"Milliseconds of server CPU for one page, the median of {rounds} rounds of {times}, "
            "each page of a session that signed in by password; the consoles are those of the "
            "demo region, of sessions that proved more; the bare page is Flask and one template on "
            "the server that `hub serve` runs."
        ),
        head=("page", "ms", "bare pages"),
        rows=tuple(
            (name, f"{cost:.2f}", f"{cost / costs[BARE]:.1f}") for name, cost in costs.items()
        ),
        verdict=(
            f"No page takes more than {MOST_MS:.0f} ms; {dearest}, the dearest, takes "
            f"{costs[dearest]:.1f} ms, {times_bare:.1f} bare ones."
        ),
        kept=costs[dearest] <= MOST_MS,
    )


def _costs(rounds: int, times: int) -> Iterator[tuple[str, float]]:
    with _bare() as side:
        yield BARE, _cost(side, "/", rounds, times)
    with hub(people=1, plugins=', "directory"') as side:
        for path in PAGES:
            yield path, _cost(side, path, rounds, times)
    with tempfile.TemporaryDirectory(prefix="pages-") as made, _region(Path(made)) as region:
        for role, path in CONSOLES:
            side = _side("region", region.port, region.pid, HOST, region.cookies(role))
            yield f"{path} ({role})", _cost(side, path, rounds, times)


def _region(folder: Path) -> AbstractContextManager[Served]:
    return served_region(folder, {}, workers=2)


def _cost(side: Provider, path: str, rounds: int, times: int) -> float:
    headers = {"Cookie": side.cookie} if side.cookie else {}

    def asked(wire: Connection) -> Work:
        return lambda: wire.get(path, headers).expect(200)

    measured(side, asked, max(4, times // 4))
    return median(1000 / measured(side, asked, times).per_cpu_second for _ in range(rounds))


def application() -> flask.Flask:
    """One page of about four kilobytes from a template, and nothing else."""
    app = flask.Flask("bare", static_folder=None)

    @app.get("/")
    def page() -> str:
        return flask.render_template_string(_SHOWN, title="Une page", lines=[_LINE] * 40)

    return app


@contextmanager
def _bare() -> Iterator[Provider]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pages-") as made:
        log = Path(made) / "log"
        with running([sys.executable, "-m", "benchmarks.pages", str(port)], log) as process:
            wait_until(lambda: listening(port), process, log)
            yield _side(BARE, port, process.pid, f"localhost:{port}")


def _side(name: str, port: int, pid: int, host: str, cookie: str = "") -> Provider:
    """Something that draws pages and nothing else."""
    return Provider(
        name=name,
        port=port,
        host=host,
        pid=pid,
        issuer="",
        endpoints=Endpoints(authorize="/", token="/", userinfo="/", jwks="/"),
        client_id="",
        client_secret="",
        redirect_uri="",
        cookie=cookie,
    )


if __name__ == "__main__":
    serve("benchmarks.pages:application", int(sys.argv[1]), factory=True)
