"""Starts the stock SATOSA under gunicorn, one worker."""

import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.provider import Endpoints, Provider
from benchmarks.stock import COOKIE, configure
from tests.peers.processes import listening, running, wait_until
from tests.ports import free_port

_REDIRECT = "https://rp.test/cb"
_ENDPOINTS = Endpoints(
    authorize="/own/OIDC/authorization",
    token="/OIDC/token",
    userinfo="/OIDC/userinfo",
    jwks="/OIDC/jwks",
)


@contextmanager
def stock() -> Iterator[Provider]:
    """Codes and tokens in memory, as it comes; keep-alive on, which spares it connections."""
    with tempfile.TemporaryDirectory(prefix="stock-") as made:
        folder, port = Path(made), free_port()
        client_secret, session = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        client = {
            "client_id": "rp",
            "client_secret": client_secret,
            "redirect_uris": [_REDIRECT],
            "response_types": ["code"],
            "token_endpoint_auth_method": "client_secret_basic",
            "client_name": "rp",
        }
        issuer = configure(folder, port, client, session)
        argv = [sys.executable, "-m", "gunicorn", "-w", "1", "-k", "gthread", "--threads", "4"]
        argv += ["-b", f"127.0.0.1:{port}", "benchmarks.stock:application()"]
        log = folder / "stock.log"
        with running(argv, log, env={"STOCK_FOLDER": made, "HOME": made}) as process:
            wait_until(lambda: listening(port), process, log)
            yield Provider(
                name="stock SATOSA",
                port=port,
                host=f"localhost:{port}",
                pid=process.pid,
                issuer=issuer,
                endpoints=_ENDPOINTS,
                client_id="rp",
                client_secret=client_secret,
                redirect_uri=_REDIRECT,
                cookie=f"{COOKIE}={session}",
            )
