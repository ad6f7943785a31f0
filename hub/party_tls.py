"""Connections to parties that ask for a certificate of ours, or have authorities of their own."""

import ssl
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from hub.contract.errors import ConfigError, ConfigErrors
from hub.outbound import Transport
from hub.secret_files import read_words
from hub.settings import PartySettings, TlsSettings


def transports(
    parties: Mapping[str, PartySettings], file: Callable[[str], Path]
) -> Mapping[str, Transport]:
    """By party, for those with a table `tls`; raise `ConfigErrors` for files that cannot serve."""
    wrong: list[ConfigError] = []
    made: dict[str, Transport] = {}
    for name, party in parties.items():
        if party.tls is None:
            continue
        try:
            made[name] = _carrying(_context(party.tls, file, f"outbound.parties.{name}.tls"))
        except ConfigError as error:
            wrong.append(error)
    if wrong:
        raise ConfigErrors(wrong)
    return made


def _carrying(context: ssl.SSLContext) -> Transport:
    return lambda places: httpx.HTTPTransport(verify=context, limits=places)


def _context(tls: TlsSettings, file: Callable[[str], Path], at: str) -> ssl.SSLContext:
    if bool(tls.certificate) != bool(tls.key):
        raise ConfigError(at, "needs certificate and key, or neither")
    context = httpx.create_ssl_context()
    if tls.authorities:
        # In the place of the public ones: any of these could vouch for a party that is not ours.
        context = _trusting(file(tls.authorities), f"{at}.authorities")
    if tls.key:
        read_words(file(tls.key), f"{at}.key")
        try:
            context.load_cert_chain(file(tls.certificate), file(tls.key), password="")
        except (OSError, ValueError) as error:
            raise ConfigError(f"{at}.certificate", f"does not go with its key: {error}") from None
    return context


def _trusting(path: Path, at: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=path)
    except (OSError, ValueError) as error:
        raise ConfigError(at, f"holds no certificates: {error}") from None
