"""The hub under examination: the whole of it, behind TLS, with clients registered for the suite."""

import hashlib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc.jwk import ECKey, RSAKey

from hub.app import compose, prepare
from hub.configuration import configured
from hub.contract.accounts import Account, Contact, Identifier
from hub.contract.identifiers import AccountId, ChannelKind
from hub.testing.running import BASE, MovingClock, RunningHub
from tests.conformance.served import served
from tests.conformance.site import CALLBACK, LEFT, NOTICE, Site
from tests.flows.wsgi import Application
from tests.peers.authority import Authority

LOGIN = "ann.martin"
PASSWORD = "violet harbour ladder nineteen"
ANN = Account(
    id=AccountId("a-1"),
    display_name="Ann Martin",
    identifiers=(Identifier(system="login", number=LOGIN),),
    contacts=(
        Contact(kind=ChannelKind("mail"), address="ann.martin@hub.test", validated=True),
        Contact(kind=ChannelKind("sms"), address="+33639980101", validated=True),
    ),
    attributes={
        "name": ("Ann Martin",),
        "given_name": ("Ann",),
        "family_name": ("Martin",),
        "email": ("ann.martin@hub.test",),
        "phone_number": ("+33639980101",),
        "address": ("1 rue du Port, 59000 Lille",),
    },
)
CLAIMS = [*sorted(ANN.attributes), "email_verified", "phone_number_verified"]
REGISTRATION = {
    "registration": "open",
    "registration_approval": False,
    "registration_minimum": "simple",
    "registration_claims": CLAIMS,
    "registration_pkce": "optional",
    "registration_token_endpoint_audience": True,
    "registrations_per_hour": 10_000,
}
SCOPES = ["openid", "profile", "email", "phone", "address", "offline_access"]
PRIVATE: Mapping[str, ECKey | RSAKey] = {
    "high": ECKey.generate_key("P-256", auto_kid=True),
    "other": RSAKey.generate_key(2048, auto_kid=True),
}
"""The keys of the clients of the high profile."""
SECRETS = {name: f"the secret of {name}, long enough" for name in ("first", "second", "post")}


@dataclass
class Target:
    issuer: str
    running: RunningHub
    site: Site
    origin: str
    """Of the suite's own site."""
    trust: ssl.SSLContext

    @property
    def clock(self) -> MovingClock:
        return self.running.clock

    @property
    def now(self) -> int:
        return int(self.clock().timestamp())


@contextmanager
def target(authority: Authority, folder: Path) -> Iterator[Target]:
    site = Site()
    made: list[RunningHub] = []
    with served(lambda _: site, "127.0.0.1", authority.site("localhost")) as origin:

        def make(port: int) -> Application:
            made.append(_hub(f"https://localhost:{port}", origin, authority.root, folder))
            return made[0].app.wsgi

        with served(make, "localhost", authority.site("localhost")) as issuer:
            [running] = made
            running.settle(ANN, password=PASSWORD)
            trust = ssl.create_default_context(cafile=str(authority.root))
            yield Target(issuer=issuer, running=running, site=site, origin=origin, trust=trust)
            running.app.database.engine.dispose()


def _hub(issuer: str, origin: str, authority: Path, folder: Path) -> RunningHub:
    clock = MovingClock()
    given = {
        **BASE,
        "public_address": issuer,
        "plugins": [*BASE["plugins"], "oidc"],
        "service": _services(origin),
        "plugin": {"oidc": {"keys": str(folder / "oidc"), **REGISTRATION}},
        # The suite's site stands on this machine, under the authority of the run.
        "fetching": {
            "allowed_hosts": ["127.0.0.1"],
            "ports": [urlsplit(origin).port],
            "authorities": str(authority),
        },
    }
    configuration = configured(given, folder)
    prepare(configuration)
    trust = ssl.create_default_context(cafile=str(authority))

    def secured(limits: httpx.Limits) -> httpx.BaseTransport:
        return httpx.HTTPTransport(verify=trust, limits=limits)

    return RunningHub(compose(configuration, clock, transport=secured), clock)


def _services(origin: str) -> Mapping[str, Any]:
    return {
        "first": _service(origin, "first", backchannel_logout_uri=f"{origin}{NOTICE}"),
        "second": _service(origin, "second"),
        "post": _service(origin, "post", token_endpoint_auth_method="post"),
        "high": _high(origin, "high"),
        "other": _high(origin, "other"),
    }


def _high(origin: str, name: str) -> Mapping[str, Any]:
    return _service(
        origin,
        name,
        client_secret_sha256=None,
        token_endpoint_auth_method="private_key_jwt",
        jwks={"keys": [PRIVATE[name].as_dict(private=False)]},
        profile="high",
        id_token_signed_response_alg="PS256",
        pkce="required",
    )


def _service(origin: str, name: str, **more: Any) -> Mapping[str, Any]:
    secret = SECRETS.get(name, "").encode()
    return {
        "title": name.capitalize(),
        "minimum": "simple",
        "claims": CLAIMS,
        "frontend": "oidc",
        "oidc": {
            "client_id": name,
            "client_secret_sha256": hashlib.sha256(secret).hexdigest(),
            "redirect_uris": [f"{origin}{CALLBACK}"],
            "post_logout_redirect_uris": [f"{origin}{LEFT}"],
            "scopes": SCOPES,
            "refresh_tokens": True,
            # The suite sends no challenge, save in the module that is about it.
            "pkce": "optional",
            **more,
        },
    }
