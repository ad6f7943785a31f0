"""Starts npm's oidc-provider: one process, everything in memory."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from benchmarks.provider import Endpoints, Provider
from benchmarks.wire import Connection
from tests.peers.processes import listening, running, wait_until
from tests.ports import free_port

_FOLDER = Path(__file__).with_name("node")
_REDIRECT = "https://rp.test/cb"
_ENDPOINTS = Endpoints(
    authorize="/auth",
    token="/token",
    userinfo="/me",
    jwks="/jwks",
    introspection="/token/introspection",
)


@contextmanager
def oidc_provider() -> Iterator[Provider]:
    """Signed in already, with the cookies of that browser."""
    node = shutil.which("node")
    if node is None or not (_FOLDER / "node_modules").is_dir():
        raise RuntimeError("oidc-provider is missing: `make deps` installs it")
    port, secret = free_port(), secrets.token_urlsafe(32)
    argv = [node, str(_FOLDER / "provider.mjs"), str(port), "rp", secret, _REDIRECT]
    with tempfile.TemporaryDirectory(prefix="oidc-provider-") as made:
        log = Path(made) / "log"
        with running(argv, log, env={"NODE_ENV": "production"}) as process:
            wait_until(lambda: listening(port), process, log)
            yield _signed_in(
                Provider(
                    name="oidc-provider",
                    port=port,
                    host=f"localhost:{port}",
                    pid=process.pid,
                    issuer=f"http://localhost:{port}",
                    endpoints=_ENDPOINTS,
                    client_id="rp",
                    client_secret=secret,
                    redirect_uri=_REDIRECT,
                )
            )


def _signed_in(provider: Provider) -> Provider:
    """Once through its interaction, which signs in whoever comes."""
    asked = {
        "client_id": provider.client_id,
        "redirect_uri": provider.redirect_uri,
        "response_type": "code",
        "scope": "openid email profile",
        "code_challenge": "A" * 43,
        "code_challenge_method": "S256",
    }
    cookies: dict[str, str] = {}
    path = f"{provider.endpoints.authorize}?{urlencode(asked)}"
    with Connection(provider.port, provider.host) as connection:
        while path:
            sent = {"Cookie": _line(cookies)} if cookies else {}
            answer = connection.get(path, sent).expect(302, 303)
            for name, text in answer.headers:
                if name == "set-cookie":
                    key, _, kept = text.partition(";")[0].partition("=")
                    cookies[key] = kept
            there = urlsplit(answer.header("location"))
            ours = not there.netloc or there.netloc == provider.host
            path = there.path if ours else ""
    return replace(provider, cookie=_line(cookies))


def _line(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={text}" for name, text in cookies.items() if text)
