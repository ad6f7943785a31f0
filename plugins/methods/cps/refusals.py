"""Why a card does not open: one code for each cause, with its sentence in the catalogue."""

from typing import Final

from hub import Refusal


def _met(code: str, cause: str) -> Refusal:
    """Nothing was guessed: the throttle counts none of these."""
    return Refusal(code=f"cps.{code}", counts=False, cause=cause)


NO_CERTIFICATE: Final = _met("no_certificate", "the browser sent no certificate")
UNREADABLE: Final = _met("unreadable", "not a certificate that can be read")
NOT_AUTHENTICATION: Final = _met("not_authentication", "key usage of a signature certificate")
WEAK_KEY: Final = _met("weak_key", "a key too short to prove anything")
POLICY: Final = _met("policy", "no certificate policy that is accepted")
NOT_A_CARD: Final = _met("not_a_card", "a certificate in a file, or of an organisation")
SERVICE_CARD: Final = _met("service_card", "a card without a name")
KIND: Final = _met("kind", "a kind of card that is not accepted")
TEST_CARD: Final = _met("test_card", "a card made for tests")
BAD_NUMBER: Final = _met("bad_number", "no national identifier that can be believed")
UNKNOWN_ISSUER: Final = _met("unknown_issuer", "no path to a configured root")
EXPIRED: Final = _met("expired", "past its last day")
NOT_YET_VALID: Final = _met("not_yet_valid", "before its first day")
REVOKED: Final = _met("revoked", "revoked by its authority")
STATUS_UNKNOWN: Final = _met("status_unknown", "nobody can say whether it is revoked")
TIMEOUT: Final = _met("timeout", "nothing came in time")
OTHER_CARD: Final = _met("other_card", "another card than the one expected here")
NO_ACCOUNT: Final = _met("no_account", "no account carries its number")
ROUTE_CLOSED: Final = _met("route_closed", "no host for cards now")
