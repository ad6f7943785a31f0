"""What a service was told about somebody, claim by claim, as a person can read it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from hub import value

from .words import Catalogue

FIRST: Final = ("acr", "amr", "proofs", "auth_time", "sid", "sub", "rpps")
LAST: Final = ("iss", "aud", "iat", "exp")
NOT_SHOWN: Final = frozenset({"nonce", "at_hash"})
MOMENTS: Final = frozenset({"auth_time", "exp", "iat"})
_PROOF: Final = ("authenticator", "at", "vouched_by")
_MAILBOX: Final = ("address", "kind")
PARIS: Final = ZoneInfo("Europe/Paris")


@value
class Told:
    name: str
    raw: str
    """As it stands in the token, on one line."""
    words: str
    """The same for a reader."""


def told(claims: Mapping[str, Any], language: str, catalogue: Catalogue) -> Sequence[Told]:
    """All of *claims*: how sure and who first, what only the protocol needs last."""
    others = sorted(claims.keys() - {*FIRST, *LAST} - NOT_SHOWN)
    return [
        Told(
            name=name,
            raw=_raw(name, claims[name]),
            words=_words(name, claims[name], language, catalogue),
        )
        for name in (*FIRST, *others, *LAST)
        if name in claims
    ]


def _raw(name: str, given: Any) -> str:
    if _several(given):
        parts = {"proofs": _PROOF, "mailboxes": _MAILBOX}.get(name, ())
        return "; ".join(", ".join(str(e[n]) for n in parts or e if n in e) for e in given)
    if isinstance(given, Mapping):
        return ", ".join(map(str, given.values()))
    return ", ".join(map(str, given)) if isinstance(given, list) else str(given)


def _words(name: str, given: Any, language: str, catalogue: Catalogue) -> str:
    if name in MOMENTS:
        moment = datetime.fromtimestamp(int(given), UTC)
        return format_datetime(moment, "long", tzinfo=PARIS, locale=language)
    if name == "proofs" and _several(given):
        return ", ".join(_proof(each, catalogue) for each in given)
    if name == "mailboxes" and _several(given):
        return ", ".join(_mailbox(each, catalogue) for each in given)
    if isinstance(given, Mapping):
        where = given.get("name") or given.get("structure")
        return ", ".join(str(each) for each in (given.get("role"), where) if each)
    said = given if isinstance(given, list) else [given]
    return ", ".join(catalogue.get(f"{name}.{each}", str(each)) for each in said)


def _proof(given: Mapping[str, Any], catalogue: Catalogue) -> str:
    """« carte CPS (https://auth.esw.esante.gouv.fr/…) »."""
    said = str(given.get("authenticator", ""))
    whose = f" ({given['vouched_by']})" if given.get("vouched_by") else ""
    return f"{catalogue.get(f'proof.{said}', said)}{whose}"


def _mailbox(given: Mapping[str, Any], catalogue: Catalogue) -> str:
    """« accueil@cabinet.example (boîte organisationnelle, s’ouvre en premier) »."""
    kind = catalogue.get(f"mailbox.{given.get('kind')}", str(given.get("kind", "")))
    first = catalogue.get("mailbox.first", "") if given.get("default") else ""
    return f"{given.get('address', '')} ({', '.join(filter(None, (kind, first)))})"


def _several(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(each, Mapping) for each in given)
