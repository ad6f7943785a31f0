"""A SAML service on npm @node-saml/node-saml: the library behind passport-saml."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from tests.frontends.saml.sp import ServiceProvider, pem
from tests.peers.parts import NODE_FOLDER, node_module, program
from tests.peers.processes import listening, running, wait_until
from tests.peers.sites import Site

_PATIENCE = 60
_CERTIFICATE = "{http://www.w3.org/2000/09/xmldsig#}X509Certificate"
_ROLE = "{urn:oasis:names:tc:SAML:2.0:metadata}IDPSSODescriptor"


def described(at: Site, *, encrypts: bool = True) -> ServiceProvider:
    return ServiceProvider(
        entity_id=f"{at.origin}/entity",
        consumers=(f"{at.origin}/acs",),
        logout=f"{at.origin}/slo",
        signs=True,
        encrypts=encrypts,
        keys=("node-saml",),
    )


@contextmanager
def protected_by_node_saml(at: Site, hub: str, metadata: bytes, folder: Path) -> Iterator[None]:
    """Serves `<origin>/`, whose query says what is asked: `force`, `passive`, `class`.

    *hub* is the hub's address, *metadata* its own: the library reads none, only certificates.
    """
    node_module("@node-saml/node-saml")
    told = {
        "sso": f"{hub}/saml/sso",
        "slo": f"{hub}/saml/slo",
        "hub": f"{hub}/saml/metadata",
        "certificates": _certificates(metadata),
        "origin": at.origin,
        "port": at.port,
        "entity_id": described(at).entity_id,
        "own_key": pem("node-saml").partition(b"-----BEGIN CERT")[0].decode(),
        "chain": str(at.certificate.chain),
        "key": str(at.certificate.key),
    }
    log = folder / "saml_party.log"
    command = [program("node"), str(NODE_FOLDER / "saml_party.mjs")]
    with running(command, log, env={"SAML_PARTY": json.dumps(told)}) as process:
        wait_until(lambda: listening(at.port), process, log, seconds=_PATIENCE)
        yield


def _certificates(metadata: bytes) -> list[str]:
    role = etree.fromstring(metadata).find(_ROLE)
    assert role is not None
    return [str(each.text) for each in role.iter(_CERTIFICATE)]
