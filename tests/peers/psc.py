"""The simulated Pro Santé Connect over https, on two sites of its own, in threads of the run."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode, urlsplit

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from hub.contract.values import value
from hub_plugins.demo.psc.issuer import make_issuer
from hub_plugins.demo.psc.provider import Provider
from hub_plugins.demo.psc.settings import Registered, Simulated
from hub_plugins.demo.psc.wallet import make_wallet
from tests.peers.authority import Authority
from tests.peers.hub_process import HubProcess
from tests.peers.sites import Site, site

# Letters only: the stock server of the simulator does not decode what RFC 6749 2.3.1 encodes.
SECRET = "psc" * 12


@value
class PscSites:
    """Where it will be; the hub is told before anything runs."""

    auth: Site
    wallet: Site

    @property
    def near(self) -> str:
        """What stands in the place of the issuer's host for whoever resolves no test name."""
        return f"https://127.0.0.1:{self.auth.port}"


def psc_sites(authority: Authority) -> PscSites:
    return PscSites(
        auth=site(authority, "auth.psc.test"), wallet=site(authority, "wallet.psc.test")
    )


def psc_tables(sites: PscSites, authority: Authority) -> str:
    """What hub.toml says of it; `psc.secret` lies beside."""
    near, realm = sites.near, "/auth/realms/esante-wallet"
    at = f"{near}{realm}/protocol/openid-connect"
    return f"""
[plugin.psc]
environment = "bas"
client_id = "portail"
client_secret_file = "psc.secret"
issuer = "{sites.auth.origin}{realm}"
metadata_url = "{near}{realm}/.well-known/wallet-openid-configuration"
[plugin.psc.endpoints]
token = "{at}/token"
userinfo = "{at}/userinfo"
jwks = "{at}/certs"
[outbound.parties."psc/psc".tls]
authorities = "{Path(authority.root)}"
"""


@contextmanager
def psc(
    sites: PscSites, hub: HubProcess, return_to: str, now: Callable[[], float] = time.time
) -> Iterator[Provider]:
    """*return_to*: where a browser comes back after leaving there. *now*: its clock."""
    client = Registered(
        client_id="portail",
        client_secret=SECRET,
        redirect_uris=(f"{hub.issuer}/psc/callback",),
        post_logout_redirect_uris=(return_to,),
        backchannel_logout_uri=f"{hub.issuer}/psc/backchannel-logout",
    )
    told = Simulated(auth=sites.auth.origin, wallet=sites.wallet.origin, clients=(client,))

    def post(address: str, form: dict[str, str]) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        hub.ask("POST", urlsplit(address).path, urlencode(form), headers).close()

    provider = Provider(told, now, post)
    with ExitStack() as both:
        both.enter_context(_served(sites.auth, make_issuer(provider, time.sleep)))
        both.enter_context(_served(sites.wallet, make_wallet(provider)))
        yield provider


@contextmanager
def _served(at: Site, app: Flask) -> Iterator[None]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(at.certificate.chain, at.certificate.key)
    server = make_server(
        "127.0.0.1", at.port, app, threaded=True, request_handler=_Silent, ssl_context=tls
    )
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Silent(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Queries hold codes."""
