"""One sign-in at an OpenID provider above the hub, beside the bare cost of its calls."""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from joserfc import jwt
from joserfc.jwk import RSAKey
from satosa.context import Context
from satosa.internal import InternalData
from satosa.response import Response
from satosa.state import State

from benchmarks.table import Section
from hub import PROVIDER_ANSWER, Factor
from hub.app import utc_now
from hub.outbound import Limits, Outbound
from hub.testing.toolbox import MemoryToolbox
from hub_backends.oidc_provider.backend import OidcBackend
from hub_backends.oidc_provider.settings import PROVIDER, Provider, Worth
from tests.peers.processes import listening, running, wait_until
from tests.ports import free_port

ROUNDS: Final = 5
TIMES: Final = 300
PROMISE: Final = 2.0
_NAME: Final = "provider"
_MESSAGE: Final = b"x" * 600
Work = Callable[[], object]


def section() -> Section:
    with _provider() as issuer:
        ours, bare = _sign_in(issuer), _bare(issuer)
        _milliseconds(ours, TIMES // 4)
        _milliseconds(bare, TIMES // 4)
        # One after the other, again and again: whatever else the machine does hits both.
        rounds = [(_milliseconds(ours, TIMES), _milliseconds(bare, TIMES)) for _ in range(ROUNDS)]
    return _judged(rounds)


def _judged(rounds: Sequence[tuple[float, float]]) -> Section:
    own, least = (median(each[at] for each in rounds) for at in (0, 1))
    return Section(
        title="A sign-in at an OpenID provider above the hub",
        how=(
            "CPU of the hub's process alone, the provider being another one. Hub: request with "
            "PKCE, code exchanged, id_token verified, UserInfo read, identity and evidence. Bare: "
            "the same two HTTP calls by the same library and one RS256 verification."
        ),
        head=("round", "hub ms", "bare ms"),
        rows=tuple(
            (str(number), f"{mine:.2f}", f"{theirs:.2f}")
            for number, (mine, theirs) in enumerate(rounds, start=1)
        ),
        verdict=(
            f"Medians: hub {own:.2f} ms, bare {least:.2f} ms: {own / least:.1f} times; "
            f"promised {PROMISE:.0f}."
        ),
        kept=own / least <= PROMISE,
    )


def _milliseconds(work: Work, times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) * 1000 / times


def _sign_in(issuer: str) -> Work:
    toolbox = MemoryToolbox("oidc_provider")
    toolbox.clock = utc_now  # type: ignore[assignment]
    toolbox.parties[_NAME] = Outbound(utc_now, Limits()).client("oidc_provider", _NAME)
    worth = Worth(factors=(Factor.KNOWLEDGE,))
    settings = Provider(
        issuer=issuer,
        client_id="hub",
        title="Provider",
        evidence=(worth,),
        identifiers={"rpps": "rpps"},
    )
    config = {"provider": PROVIDER.dump_python(settings, mode="json"), "secret": "of the hub"}
    names = {"attributes": {"name": {"openid": ["name"]}}}
    backend = OidcBackend(lambda *_: Response("back"), names, config, "https://hub.test", _NAME)
    backend.bind(toolbox)
    return lambda: _round_trip(backend)


def _round_trip(backend: OidcBackend) -> None:
    context = Context()
    context.state = State()
    sent = dict(backend.start_auth(context, InternalData()).headers)["Location"]
    asked = {name: each[0] for name, each in parse_qs(urlsplit(sent).query).items()}
    # What the provider would hand out: here the code says which nonce to sign.
    context.request = {"code": asked["nonce"], "state": asked["state"]}
    backend.response_endpoint(context)
    if context.get_decoration(PROVIDER_ANSWER) is None:
        raise AssertionError("nobody came back")


def _bare(issuer: str) -> Work:
    client = Outbound(utc_now, Limits()).client("bare", _NAME)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signature = key.sign(_MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    public, form = key.public_key(), {"grant_type": "authorization_code", "code": "n" * 43}

    def calls() -> None:
        token = client.post(f"{issuer}/token", data=form).json()["access_token"]
        client.get(f"{issuer}/userinfo", headers={"Authorization": f"Bearer {token}"}).json()
        public.verify(signature, _MESSAGE, padding.PKCS1v15(), hashes.SHA256())

    return calls


@contextmanager
def _provider() -> Iterator[str]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="upstream-") as made:
        log = Path(made) / "log"
        with running([sys.executable, "-m", "benchmarks.upstream", str(port)], log) as process:
            wait_until(lambda: listening(port), process, log)
            yield f"http://127.0.0.1:{port}"


class _Speaks(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together, or the other side waits 40 ms to acknowledge
    key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, auto_kid=False)

    def do_GET(self) -> None:
        issuer = f"http://{self.headers['Host']}"
        if self.path == "/keys":
            self._say({"keys": [self.key.as_dict(private=False)]})
        elif self.path == "/userinfo":
            self._say({"sub": "ann", "name": "Ann Martin", "rpps": "99700000001"})
        else:
            places = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")
            said = {name: f"{issuer}/{name.partition('_')[0]}" for name in places}
            self._say({"issuer": issuer, "jwks_uri": f"{issuer}/keys", **said})

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        now = int(time.time())
        claims = {"sub": "ann", "aud": "hub", "nonce": form["code"][0], "auth_time": now}
        times = {"iss": f"http://{self.headers['Host']}", "iat": now, "exp": now + 60}
        token = jwt.encode({"alg": "RS256", "kid": "one"}, {**claims, **times}, self.key)
        self._say({"access_token": "a" * 43, "token_type": "Bearer", "id_token": token})

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _say(self, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), _Speaks).serve_forever()
    else:
        print(section().markdown())
