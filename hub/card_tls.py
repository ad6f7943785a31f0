"""TLS that asks for a certificate and accepts every one: what it is worth is judged by the hub.

Python's own `ssl` ends the handshake of an expired or unknown certificate, and whoever shows one
would read the browser's error page in the place of a sentence that says what is wrong with it.
"""

import secrets
from pathlib import Path
from typing import Any, Final

from OpenSSL import SSL

from hub.contract.errors import ConfigError
from hub.contract.values import value
from hub.secret_files import read_words

_OPTIONS: Final = (
    # Another person at the same workstation must not be the one whose card was shown before.
    SSL.OP_NO_TICKET | SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_COMPRESSION
)


@value
class TlsFiles:
    certificate: Path
    key: Path
    issuers: Path | None = None
    """Named to browsers, so that they offer nothing else; nothing is verified with them."""


class CardTls:
    """Gives the context of a connection; files renewed by the operator are read again."""

    def __init__(self, files: TlsFiles) -> None:
        """Raise `ConfigError` for files that cannot serve."""
        self._files = files
        self._read_at = self._changed_at()
        self._context = _context(files)

    def current(self) -> SSL.Context:
        changed = self._changed_at()
        if changed != self._read_at:
            try:
                self._context = _context(self._files)
            except ConfigError:
                # Half written: the former one serves until the new pair fits together.
                return self._context
            self._read_at = changed
        return self._context

    def _changed_at(self) -> tuple[int, ...]:
        named = (self._files.certificate, self._files.key, self._files.issuers)
        return tuple(_changed(path) for path in named if path)


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _context(files: TlsFiles) -> SSL.Context:
    read_words(files.key, "card_host.key")
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_options(_OPTIONS)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    # RFC 8446 4.6.1: a ticket is sent all the same; without a session kept it resumes nothing.
    context.set_session_id(secrets.token_bytes(32))
    # That the key belongs to it is still proved: OpenSSL asks nobody about the signature.
    context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
    context.set_alpn_select_callback(_no_shared_connections)
    try:
        context.use_certificate_chain_file(str(files.certificate))
        context.use_privatekey_file(str(files.key))
        context.check_privatekey()
    except SSL.Error:
        raise ConfigError("card_host.certificate", "does not go with its key") from None
    if files.issuers:
        _name_issuers(context, files.issuers)
    return context


def _name_issuers(context: SSL.Context, issuers: Path) -> None:
    try:
        context.load_client_ca(str(issuers).encode())
    except SSL.Error:
        raise ConfigError("card_host.issuers", "holds no certificates") from None


def _no_shared_connections(_: SSL.Connection, offered: list[bytes]) -> Any:
    # RFC 9113 9.1.1: over HTTP/2 the next name could come by this connection, with this card.
    return b"http/1.1" if b"http/1.1" in offered else SSL.NO_OVERLAPPING_PROTOCOLS
