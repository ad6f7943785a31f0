"""What a service was told by SAML about somebody, as a person can read it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from babel.dates import format_datetime

from .claims import PARIS, Told
from .words import Catalogue

INSTANT: Final = "AuthnInstant"
CONTEXT: Final = "AuthnContextClassRef"


def told_by_saml(person: Mapping[str, Any], language: str, catalogue: Catalogue) -> Sequence[Told]:
    """How sure and who first, then the attributes by their names."""
    statements = [
        Told(name=name, raw=said, words=_words(name, said, language, catalogue))
        for name, said in person["token"].items()
        if said
    ]
    attributes = [
        Told(name=name, raw=", ".join(values), words=", ".join(values))
        for name, values in sorted(person["attributes"].items())
    ]
    return [*statements, *attributes]


def _words(name: str, said: str, language: str, catalogue: Catalogue) -> str:
    if name == INSTANT:
        moment = datetime.fromisoformat(said)
        return format_datetime(moment, "long", tzinfo=PARIS, locale=language)
    return catalogue.get(f"acr.{said}", said) if name == CONTEXT else said
