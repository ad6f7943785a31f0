"""A relying party on npm openid-client, certified by the OpenID Foundation and not by us."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.parts import NODE_FOLDER, node_module, program
from tests.peers.processes import listening, running, wait_until
from tests.peers.services import RelyingParty


@contextmanager
def protected_by_node(party: RelyingParty, issuer: str, root: Path, folder: Path) -> Iterator[None]:
    """Serves `<origin>/`, whose query is added to the authorization request."""
    node_module("openid-client")
    described = {
        "issuer": issuer,
        "origin": party.site.origin,
        "port": party.site.port,
        "client_id": party.client_id,
        "secret": party.secret,
        "method": party.method,
        "redirect_uri": party.redirect_uri,
        "chain": str(party.site.certificate.chain),
        "key": str(party.site.certificate.key),
    }
    env = {"RELYING_PARTY": json.dumps(described), "NODE_EXTRA_CA_CERTS": str(root)}
    log = folder / "relying_party.log"
    command = [program("node"), str(NODE_FOLDER / "relying_party.mjs")]
    with running(command, log, env=env) as process:
        wait_until(lambda: listening(party.site.port), process, log)
        yield
