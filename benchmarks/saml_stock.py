"""The stock SATOSA's SAML2 frontend under gunicorn, one worker, signing by the program xmlsec1."""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.provider import Endpoints, Provider
from benchmarks.saml_flow import Idp
from benchmarks.stock import COOKIE
from hub import saml
from tests.frontends.saml.sp import ServiceProvider, certificate, key, pem
from tests.peers.processes import listening, running, wait_until
from tests.ports import free_port

_SESSION = "of-the-one-person-here"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_SSO = "/own/sso/redirect"
_ATTRIBUTES = {
    "mail": {"saml": ["mail"]},
    "givenname": {"saml": ["givenName"]},
    "surname": {"saml": ["sn"]},
}
_PATIENCE = 60


@contextmanager
def stock_saml(parties: Mapping[str, ServiceProvider]) -> Iterator[tuple[Idp, ...]]:
    """As many answers as *parties*: plain for those who publish no key to hide by."""
    with tempfile.TemporaryDirectory(prefix="stock-saml-") as made:
        folder, port = Path(made), free_port()
        base = f"https://localhost:{port}"
        _configure(folder, base, parties)
        argv = [sys.executable, "-m", "gunicorn", "-w", "1", "-k", "gthread", "--threads", "4"]
        argv += ["-b", f"127.0.0.1:{port}", "benchmarks.stock:application()"]
        log = folder / "stock.log"
        with running(argv, log, env={"STOCK_FOLDER": made, "HOME": made}) as process:
            wait_until(lambda: listening(port), process, log, seconds=_PATIENCE)
            at = unspoken("stock SATOSA", port, process.pid, f"{COOKIE}={_SESSION}")
            yield tuple(_idp(at, name, base, each) for name, each in parties.items())


def unspoken(name: str, port: int, pid: int, cookie: str) -> Provider:
    """A provider that speaks no OpenID here."""
    nowhere = Endpoints(authorize="/", token="/", userinfo="/", jwks="/")
    return Provider(
        name=name,
        port=port,
        host=f"localhost:{port}",
        pid=pid,
        issuer="",
        endpoints=nowhere,
        client_id="",
        client_secret="",
        redirect_uri="",
        cookie=cookie,
    )


def _idp(at: Provider, name: str, base: str, party: ServiceProvider) -> Idp:
    return Idp(
        name=f"{at.name}, {name}",
        at=at,
        sso=_SSO,
        destination=f"{base}{_SSO}",
        sp=party.entity_id,
        consumer=party.consumers[0],
        keys=(saml.Certificate.of(certificate("idp")),),
        own=key(party.keys[0]),
        sealed=party.encrypts,
    )


def _configure(folder: Path, base: str, parties: Mapping[str, ServiceProvider]) -> None:
    (folder / "idp.key").write_bytes(pem("idp").partition(b"-----BEGIN CERT")[0])
    (folder / "idp.pem").write_bytes(certificate("idp"))
    for name, each in parties.items():
        (folder / f"{name}.xml").write_text(each.metadata(), encoding="utf-8")
    own = {"name": "own", "module": "benchmarks.stock.SignedIn", "config": {"session": _SESSION}}
    settings = {
        "BASE": base,
        "COOKIE_STATE_NAME": "SATOSA_STATE",
        "STATE_ENCRYPTION_KEY": "a key for a benchmark, 32 letters",
        "INTERNAL_ATTRIBUTES": {"attributes": _ATTRIBUTES},
        "BACKEND_MODULES": [own],
        "FRONTEND_MODULES": [_frontend(folder, base, parties)],
        "LOGGING": {"version": 1, "root": {"level": "WARNING"}},
    }
    (folder / "stock.json").write_text(json.dumps(settings), encoding="utf-8")


def _frontend(folder: Path, base: str, parties: Mapping[str, ServiceProvider]) -> dict[str, Any]:
    # Each named: one answer changes what the stock frontend takes for its default.
    policy = {each.entity_id: _policy(each) for each in parties.values()}
    idp = {"endpoints": {"single_sign_on_service": []}, "policy": {"default": {}, **policy}}
    config = {
        "entityid": f"{base}/SAML/metadata",
        "key_file": str(folder / "idp.key"),
        "cert_file": str(folder / "idp.pem"),
        "xmlsec_binary": shutil.which("xmlsec1"),
        "metadata": {"local": [str(folder / f"{name}.xml") for name in parties]},
        "service": {"idp": idp},
    }
    endpoints = {"single_sign_on_service": {_REDIRECT: "sso/redirect", _POST: "sso/post"}}
    module = "satosa.frontends.saml2.SAMLFrontend"
    return {
        "name": "SAML",
        "module": module,
        "config": {"idp_config": config, "endpoints": endpoints},
    }


def _policy(party: ServiceProvider) -> dict[str, Any]:
    return {
        "sign_response": True,
        "sign_assertion": True,
        "encrypt_assertion": party.encrypts,
        "lifetime": {"minutes": 5},
        "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
    }
