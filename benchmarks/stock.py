"""SATOSA as it is published, with its pyop frontend: the side the hub is compared with."""

import datetime
import json
import os
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from satosa.backends.base import BackendModule
from satosa.internal import AuthenticationInformation, InternalData
from satosa.proxy_server import make_app
from satosa.response import Unauthorized
from satosa.satosa_config import SATOSAConfig

COOKIE = "session"
PERSON = {"mail": ["ann@hub.test"], "givenname": ["Ann"], "surname": ["Martin"]}
_ATTRIBUTES = {
    "mail": {"openid": ["email"]},
    "givenname": {"openid": ["given_name"]},
    "surname": {"openid": ["family_name"]},
}


class SignedIn(BackendModule):  # type: ignore[misc]
    """The lightest honest backend: one dictionary look-up, so that the frontend is what counts."""

    def __init__(
        self, callback: Any, attributes: Any, config: dict[str, str], base_url: str, name: str
    ) -> None:
        super().__init__(callback, attributes, base_url, name)
        self._sessions = {config["session"]: "ann"}

    def start_auth(self, context: Any, request: Any) -> Any:
        cookie = SimpleCookie(context.cookie or "").get(COOKIE)
        subject = self._sessions.get(cookie.value) if cookie else None
        if subject is None:
            return Unauthorized("no session")
        now = datetime.datetime.now(datetime.UTC).isoformat()
        proved = AuthenticationInformation(auth_class_ref="simple", timestamp=now, issuer="here")
        told = InternalData(auth_info=proved, subject_id=subject, attributes=PERSON)
        return self.auth_callback_func(context, told)

    def register_endpoints(self) -> list[Any]:
        return []

    def get_metadata_desc(self) -> list[Any]:
        return []


def application() -> Any:
    """For gunicorn: `benchmarks.stock:application()`, its folder in STOCK_FOLDER."""
    folder = Path(os.environ["STOCK_FOLDER"])
    return make_app(SATOSAConfig(json.loads((folder / "stock.json").read_text(encoding="utf-8"))))


def configure(folder: Path, port: int, client: dict[str, Any], session: str) -> str:
    """Writes what `application` reads, and returns the issuer (pyop insists on https)."""
    issuer = f"https://localhost:{port}"
    _write_key(folder / "signing.pem")
    clients = {client["client_id"]: client}
    (folder / "clients.json").write_text(json.dumps(clients), encoding="utf-8")
    settings = {
        "BASE": issuer,
        "COOKIE_STATE_NAME": "SATOSA_STATE",
        "STATE_ENCRYPTION_KEY": "a key for a benchmark, 32 letters",
        "INTERNAL_ATTRIBUTES": {"attributes": _ATTRIBUTES},
        "BACKEND_MODULES": [
            {"name": "own", "module": "benchmarks.stock.SignedIn", "config": {"session": session}}
        ],
        "FRONTEND_MODULES": [_frontend(folder)],
        "LOGGING": {"version": 1, "root": {"level": "WARNING"}},
    }
    (folder / "stock.json").write_text(json.dumps(settings), encoding="utf-8")
    return issuer


def _frontend(folder: Path) -> dict[str, Any]:
    provider = {
        "client_registration_supported": False,
        "response_types_supported": ["code"],
        "subject_types_supported": ["public", "pairwise"],
        "scopes_supported": ["openid", "email", "profile"],
    }
    config = {
        "signing_key_path": str(folder / "signing.pem"),
        "signing_key_id": "k1",
        "client_db_path": str(folder / "clients.json"),
        "sub_hash_salt": "a salt for a benchmark",
        "provider": provider,
    }
    module = "satosa.frontends.openid_connect.OpenIDConnectFrontend"
    return {"name": "OIDC", "module": module, "config": config}


def _write_key(path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
