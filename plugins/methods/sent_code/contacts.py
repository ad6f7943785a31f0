"""Numbers and addresses: read as people type them, shown with most of them hidden."""

import re
from collections.abc import Sequence

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from hub import ChannelKind, Contact, Refusal

SMS, MAIL = ChannelKind("sms"), ChannelKind("mail")

BAD_NUMBER = Refusal(code="sent_code.bad_number", counts=False)
NOT_MOBILE = Refusal(code="sent_code.not_mobile", counts=False)
BAD_MAIL = Refusal(code="sent_code.bad_mail", counts=False)

_MAIL = re.compile(r"[!-?A-~]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def read_contact(typed: str, regions: Sequence[str]) -> Contact | Refusal:
    """A validated-to-be contact in its one canonical form, or why it cannot be one."""
    typed = typed.strip()
    return _mail(typed) if "@" in typed else _mobile(typed, regions)


def masked(kind: ChannelKind, address: str) -> str:
    """Enough for its owner to know it, too little for anybody else to use it."""
    if kind != MAIL:
        return f"•• •• •• •• {address[-2:]}"
    local, _, domain = address.rpartition("@")
    name, _, last = domain.rpartition(".")
    return f"{local[:1]}•••@{name[:1]}•••.{last}"


def _mail(typed: str) -> Contact | Refusal:
    local, _, domain = typed.rpartition("@")
    address = f"{local}@{domain.lower()}"
    if len(address) > 254 or not _MAIL.fullmatch(address):
        return BAD_MAIL
    return Contact(kind=MAIL, address=address, validated=True)


def _mobile(typed: str, regions: Sequence[str]) -> Contact | Refusal:
    try:
        number = phonenumbers.parse(typed[:40], regions[0])
    except NumberParseException:
        return BAD_NUMBER
    # Toll fraud: numbers abroad that pay whoever rents them for each message received.
    abroad = phonenumbers.region_code_for_number(number) not in regions
    if abroad or not phonenumbers.is_valid_number(number):
        return BAD_NUMBER
    if phonenumbers.number_type(number) not in _MOBILE:
        return NOT_MOBILE
    address = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Contact(kind=SMS, address=address, validated=True)
