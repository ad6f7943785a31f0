"""What an association may ask: each field, how it is read, and what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from hub import value

from .numbers import SYSTEMS, number_of

IDENTIFIER: Final = "identifier"
SYSTEM, NUMBER = "identifier_type", "identifier_number"
"""The two halves of `identifier`: which kind of number, and the number."""
LONGEST: Final = 400
"""What is typed beyond is not even drawn again."""
_ATOM: Final = r"[!#-'*+/-9=?A-Z^-~-]+"
_MAIL: Final = re.compile(rf"(?=.{{1,64}}@){_ATOM}(\.{_ATOM})*@[a-z0-9-]+(\.[a-z0-9-]+)+")
_NAME: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’.-])*")
_MOBILE: Final = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


@value
class Field:
    type: str
    """Of the input; empty: a choice."""
    autocomplete: str
    read: Callable[[str, str], str | None]
    """What was typed, and the country, in its one form; `None`: it cannot be right."""


def _mail(typed: str, country: str) -> str | None:
    local, _, domain = typed.rpartition("@")
    address = f"{local}@{domain.lower()}"
    return address if len(address) <= 254 and _MAIL.fullmatch(address) else None


def _name(typed: str, country: str) -> str | None:
    plain = " ".join(typed.split())
    return plain if len(plain) <= 100 and _NAME.fullmatch(plain) else None


def _telephone(typed: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(typed[:40], country)
    except NumberParseException:
        return None
    if len(typed) > 40 or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _mobile(typed: str, country: str) -> str | None:
    found = _telephone(typed, country)
    kind = phonenumbers.number_type(phonenumbers.parse(found, country)) if found else None
    return found if kind in _MOBILE else None


def _system(typed: str, country: str) -> str | None:
    return typed if typed in SYSTEMS else None


def _number(typed: str, country: str) -> str | None:
    """Of any kind: which one is said beside it, see `number_of`."""
    kinds = (number_of(system, typed) for system in SYSTEMS)
    return next((found for found in kinds if found), None)


FIELDS: Final[Mapping[str, Field]] = {
    "mail": Field(type="email", autocomplete="email", read=_mail),
    "family_name": Field(type="text", autocomplete="family-name", read=_name),
    "given_name": Field(type="text", autocomplete="given-name", read=_name),
    "mobile": Field(type="tel", autocomplete="tel", read=_mobile),
    "telephone": Field(type="tel", autocomplete="tel", read=_telephone),
    SYSTEM: Field(type="", autocomplete="", read=_system),
    NUMBER: Field(type="text", autocomplete="off", read=_number),
}
"""In the order of the page."""
TELEPHONES: Final = frozenset({"mobile", "telephone"})


def halves(name: str) -> tuple[str, ...]:
    """The fields of the page that one name of hub.toml stands for."""
    return (SYSTEM, NUMBER) if name == IDENTIFIER else (name,)


def displayed(name: str, text: str) -> str:
    """As people read it: telephone numbers in groups."""
    if name not in TELEPHONES or not text.startswith("+"):
        return text
    try:
        number = phonenumbers.parse(text)
    except NumberParseException:
        return text
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
