"""Serves what the test authority says of its cards: its lists, and answers by OCSP (RFC 6960)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from cryptography.x509 import ocsp

from .authority import Issued, Signer
from .revoking import Responder, answer

_LARGEST: Final = 10_000
_LISTS: Final = "list-"


def server(
    folder: Path, cards: Mapping[str, Issued], port: int, now: Callable[[], datetime]
) -> ThreadingHTTPServer:
    """On this machine alone; the lists are those of *folder*."""
    known = list(cards.values())
    revoked = [cards["revoked"].certificate.serial_number]
    issuers = {each.issuer.certificate.serial_number: each.issuer for each in known}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.removeprefix("/")
            names = {each.name for each in folder.glob(f"{_LISTS}*.crl")}
            if name not in names:
                self.send_error(404)
                return
            self._send("application/pkix-crl", (folder / name).read_bytes())

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > _LARGEST:
                self.send_error(413)
                return
            told = self._told(self.rfile.read(int(length)))
            self._send("application/ocsp-response", told)

        def _told(self, asked: bytes) -> bytes:
            serial = ocsp.load_der_ocsp_request(asked).serial_number
            issuer = _issuer(known, serial) or next(iter(issuers.values()))
            mine = [each for each in known if each.issuer is issuer]
            return answer(Responder(issuer=issuer, cards=mine, revoked=revoked), asked, now())

        def _send(self, kind: str, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def _issuer(cards: Sequence[Issued], serial: int) -> Signer | None:
    return next((e.issuer for e in cards if e.certificate.serial_number == serial), None)
