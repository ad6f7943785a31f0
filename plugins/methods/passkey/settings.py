"""What the operator may say about passkeys: `[plugin.passkey]`."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import Field

from hub import ConfigError, ConfigErrors, Settings, value


@value
class PasskeySettings:
    rp_id: str = ""
    """The name passkeys are bound to for ever; empty: the host name of the hub. A parent of it,
    `region.example` for `portail.region.example`, lets the hub move within it."""
    origins: tuple[str, ...] = ()
    """Where pages that use them stand; empty: the hub's own address."""
    name: str = ""
    """As the browser calls the portal when it asks; empty: `rp_id`."""
    passkeys: Annotated[int, Field(ge=1, le=20)] = 10
    """How many one person may have."""
    attestation: Literal["none", "direct"] = "none"
    """`direct`: only authenticators whose maker vouches for them, under one of `roots`."""
    aaguids: tuple[str, ...] = ()
    """With `direct`, the models let in; empty: every one under `roots`."""
    roots: str = ""
    """With `direct`, a PEM file of the makers' root certificates."""


@value
class Party:
    """The hub as authenticators know it (WebAuthn: relying party), and whom it lets in."""

    rp_id: str
    origins: tuple[str, ...]
    name: str
    passkeys: int
    attested: bool
    aaguids: frozenset[str]
    roots: tuple[bytes, ...]
    """Certificates, each in PEM."""


def party_of(read: PasskeySettings, settings: Settings) -> Party:
    """Raise `ConfigErrors` naming every key that could never work in a browser."""
    address = urlsplit(settings.public_address)
    rp_id = read.rp_id or address.hostname or ""
    origins = read.origins or (f"{address.scheme}://{address.netloc}",)
    errors = [*_names(rp_id, origins), *_attestation(read)]
    roots: tuple[bytes, ...] = ()
    if read.attestation == "direct" and read.roots:
        try:
            roots = _certificates(settings.file(read.roots).read_bytes())
        except (OSError, ValueError) as error:
            errors.append(ConfigError("plugin.passkey.roots", f"not read: {error}"))
    if errors:
        raise ConfigErrors(errors)
    return Party(
        rp_id=rp_id,
        origins=origins,
        name=read.name or rp_id,
        passkeys=read.passkeys,
        attested=read.attestation == "direct",
        aaguids=frozenset(str(UUID(each)) for each in read.aaguids),
        roots=roots,
    )


def _names(rp_id: str, origins: tuple[str, ...]) -> Iterator[ConfigError]:
    if _is_address(rp_id) or ("." not in rp_id and rp_id != "localhost"):
        yield ConfigError("plugin.passkey.rp_id", f"{rp_id!r} is no name of a site")
    for each in origins:
        origin = urlsplit(each)
        host = origin.hostname or ""
        # Browsers refuse the rest; a plain http origin would let the network speak for the hub.
        safe = origin.scheme == "https" or host == "localhost"
        within = host == rp_id or host.endswith(f".{rp_id}")
        if not safe or not within or each != f"{origin.scheme}://{origin.netloc}":
            wanted = f"an https origin of {rp_id!r}, without a path"
            yield ConfigError("plugin.passkey.origins", f"{each!r} is not {wanted}")


def _attestation(read: PasskeySettings) -> Iterator[ConfigError]:
    if read.attestation == "direct" and not read.roots:
        # Without a root nothing is compared with anything: every chain would pass.
        yield ConfigError("plugin.passkey.roots", "`direct` needs the makers' root certificates")
    if read.attestation == "none" and (read.roots or read.aaguids):
        yield ConfigError("plugin.passkey.attestation", "roots and aaguids ask for `direct`")
    for each in read.aaguids:
        if not _is_model(each):
            yield ConfigError("plugin.passkey.aaguids", f"{each!r} is no AAGUID")


def _certificates(pem: bytes) -> tuple[bytes, ...]:
    return tuple(each.public_bytes(Encoding.PEM) for each in x509.load_pem_x509_certificates(pem))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_model(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
