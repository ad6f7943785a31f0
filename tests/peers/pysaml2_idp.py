"""A hospital's identity provider on stock pysaml2 and `xmlsec1`.

`python pysaml2_idp.py folder port`: everybody who comes is Ann, at once. The folder holds its key,
its certificate and `sp.xml`.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.authn_context import PASSWORDPROTECTEDTRANSPORT
from saml2.config import IdPConfig
from saml2.metadata import create_metadata_string
from saml2.saml import NAME_FORMAT_URI, NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
DIGEST = "http://www.w3.org/2001/04/xmlenc#sha256"


def configuration(folder: Path, address: str) -> dict[str, Any]:
    known = folder / "sp.xml"
    endpoints = {"single_sign_on_service": [(f"{address}/sso", BINDING_HTTP_REDIRECT)]}
    policy = {"default": {"lifetime": {"minutes": 5}, "name_form": NAME_FORMAT_URI}}
    return {
        "entityid": f"{address}/metadata",
        "key_file": str(folder / "idp.key"),
        "cert_file": str(folder / "idp.pem"),
        "signing_algorithm": SHA256,
        "digest_algorithm": DIGEST,
        "service": {
            "idp": {"endpoints": endpoints, "policy": policy, "want_authn_requests_signed": True}
        },
        "metadata": {"local": [str(known)] if known.exists() else []},
    }


class Provider:
    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        config = IdPConfig().load(configuration(self._folder, self._address))
        if environ["PATH_INFO"] == "/metadata":
            body: bytes = create_metadata_string(None, config)
        else:
            body = self._answer(Server(config=config), environ["QUERY_STRING"]).encode()
        start_response("200 OK", [("Content-Type", "text/html")])
        return [body]

    def _answer(self, server: Server, query: str) -> str:
        sent = {name: texts[0] for name, texts in parse_qs(query).items()}
        request = server.parse_authn_request(
            sent["SAMLRequest"],
            BINDING_HTTP_REDIRECT,
            relay_state=sent["RelayState"],
            sigalg=sent["SigAlg"],
            signature=sent["Signature"],
        )
        to = server.response_args(request.message)
        response = server.create_authn_response(
            {"mail": "ann@hospital.test", "uid": "99700000001"},
            userid="ann",
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text="ann"),
            authn={"class_ref": PASSWORDPROTECTEDTRANSPORT, "authn_auth": self._address},
            sign_assertion=True,
            sign_response=True,
            # Left alone it signs with SHA-1, which the hub refuses.
            sign_alg=SHA256,
            digest_alg=DIGEST,
            in_response_to=to["in_response_to"],
            destination=to["destination"],
            sp_entity_id=to["sp_entity_id"],
        )
        form = server.apply_binding(
            BINDING_HTTP_POST, str(response), to["destination"], sent["RelayState"], response=True
        )
        return str(form["data"])


if __name__ == "__main__":
    where, port = Path(sys.argv[1]), int(sys.argv[2])
    provider = Provider(where, f"http://localhost:{port}")
    make_server("127.0.0.1", port, provider).serve_forever()
