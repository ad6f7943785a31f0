"""The authorities the operator named, read at start; everything wrong with them at once."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from cryptography import x509

from hub import ConfigError, ConfigErrors, Settings, value

from .card import Kind
from .judging import Accepted
from .settings import CpsSettings

_LARGEST: Final = 1_048_576


@value
class Trust:
    roots: tuple[x509.Certificate, ...]
    authorities: tuple[x509.Certificate, ...]


def trust(own: CpsSettings, settings: Settings) -> Trust:
    """Raise `ConfigErrors`: files that cannot be read, and authorities that are none."""
    wrong: list[ConfigError] = []
    roots = tuple(_read(own.roots, "roots", settings, wrong))
    authorities = tuple(_read(own.authorities, "authorities", settings, wrong))
    wrong += [*_unfit(roots, authorities), *_contradictions(own, settings)]
    if wrong:
        raise ConfigErrors(wrong)
    return Trust(roots=roots, authorities=authorities)


def accepted(own: CpsSettings, settings: Settings) -> Accepted:
    return Accepted(
        kinds=frozenset(Kind(each) for each in own.kinds),
        policies=own.policies,
        tests=own.test_cards,
        strict=settings.environment == "production",
    )


def _read(
    files: Sequence[str], key: str, settings: Settings, wrong: list[ConfigError]
) -> Iterator[x509.Certificate]:
    if not files:
        wrong.append(ConfigError(f"plugin.cps.{key}", "name at least one PEM file"))
    for file in files:
        try:
            yield from x509.load_pem_x509_certificates(_content(settings.file(file)))
        except OSError as error:
            wrong.append(ConfigError(f"plugin.cps.{key}", f"{file}: {error.strerror}"))
        except ValueError:
            wrong.append(ConfigError(f"plugin.cps.{key}", f"{file}: no certificate in PEM"))


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_LARGEST)


def _unfit(
    roots: Sequence[x509.Certificate], authorities: Sequence[x509.Certificate]
) -> Iterator[ConfigError]:
    for root in roots:
        if not (_is_authority(root) and root.issuer == root.subject and _signed(root, [root])):
            yield ConfigError("plugin.cps.roots", f"{_name(root)} is no self-signed root")
    for each in authorities:
        if not _is_authority(each):
            yield ConfigError("plugin.cps.authorities", f"{_name(each)} is no authority")
        elif not _signed(each, [*roots, *authorities]):
            problem = f"{_name(each)} is signed by none of the roots"
            yield ConfigError("plugin.cps.authorities", problem)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _signed(certificate: x509.Certificate, by: Sequence[x509.Certificate]) -> bool:
    return any(_issued(certificate, each) for each in by)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:  # a wrong name, a wrong key, an algorithm nobody knows: not issued by it
        return False
    return True


def _name(certificate: x509.Certificate) -> str:
    """Public: an authority's name stands on every card it signed."""
    return certificate.subject.rfc4514_string()[:200]


def _contradictions(own: CpsSettings, settings: Settings) -> Iterator[ConfigError]:
    if own.test_cards and settings.environment == "production":
        # Whoever orders test cards may put anybody's number on them.
        problem = "cards made for tests identify nobody: false, or another environment"
        yield ConfigError("plugin.cps.test_cards", problem)
    if not own.crls and not own.ocsp:
        problem = "without lists here, or a responder in `ocsp`, every card is refused"
        yield ConfigError("plugin.cps.crls", problem)
    for oid in own.policies:
        try:
            x509.ObjectIdentifier(oid)
        except ValueError:
            yield ConfigError("plugin.cps.policies", f"{oid!r} is no OID")
