"""Mobile numbers as people type them, in the one form that carriers take. Pure."""

from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

REGIONS: Final = ("FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF")
"""Where they may be of; the first is meant when no country is typed."""
_LONGEST: Final = 40
_MOBILE: Final = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def mobile_of(typed: str) -> str | None:
    """In E.164; `None`: no mobile number of these regions."""
    try:
        number = phonenumbers.parse(typed[:_LONGEST], REGIONS[0])
    except NumberParseException:
        return None
    # Toll fraud: numbers abroad that pay whoever rents them for each message received.
    if phonenumbers.region_code_for_number(number) not in REGIONS:
        return None
    if phonenumbers.number_type(number) not in _MOBILE:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
