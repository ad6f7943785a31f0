"""`authMode`: by which of its means PSC recognised the person, as evidence."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hub import Evidence, Factor, value

from .reading import text_of, texts_of

LOWEST: Final = "eidas1"
"""What PSC is asked for, and what a missing `acr` means (its own plugin reads it so)."""
ACRS: Final = (LOWEST, "eidas2", "eidas3")
"""Lowest first. Discovery advertises `["0","0"]`: it is compared with nothing."""

_BOTH: Final = frozenset({Factor.POSSESSION, Factor.KNOWLEDGE})
_HELD: Final = frozenset({Factor.POSSESSION})
_MOST_AMR: Final = 8


@value
class Means:
    authenticator: str
    factors: frozenset[Factor]
    amr: tuple[str, ...]
    phishing_resistant: bool = False


CARD: Final = Means(
    authenticator="psc_card",
    factors=_BOTH,
    amr=("sc", "pin", "mfa"),
    phishing_resistant=True,
)
MOBILE: Final = Means(authenticator="psc_mobile", factors=_BOTH, amr=("swk", "pin", "mfa"))
PASSKEY: Final = Means(
    authenticator="psc_passkey",
    # User verification may be a finger or a PIN: what is sure is that one of them was there.
    factors=frozenset({Factor.POSSESSION, Factor.INHERENCE}),
    amr=("hwk", "user", "mfa"),
    phishing_resistant=True,
)
DELEGATED: Final = Means(authenticator="psc_delegated", factors=_HELD, amr=("mfa",))
UNSAID: Final = Means(authenticator="psc", factors=_HELD, amr=("mfa",))
"""No mode, or one nobody knows: PSC vouches, and what was held or known is not told."""

_MODES: Final[Mapping[str, Means]] = {
    "CARD": CARD,
    "MOBILE": MOBILE,
    "WEBAUTHN": PASSKEY,
    "FIDO2": PASSKEY,
    "IDENTITY_BROKER": DELEGATED,
}


def means_of(claims: Mapping[str, Any]) -> Means:
    return _MODES.get(text_of(claims, "authMode").upper(), UNSAID)


def acr_of(claims: Mapping[str, Any]) -> str | None:
    """`None`: PSC says a level nobody knows, or one that is none. Absent means the lowest."""
    said = claims.get("acr")
    if said is None or said == "":
        return LOWEST
    return said if isinstance(said, str) and said in ACRS else None


def evidence(claims: Mapping[str, Any], issuer: str) -> Evidence:
    """*claims*: of a verified id_token, `authMode` of UserInfo beside it where it has none."""
    means = means_of(claims)
    told = texts_of(claims, "amr", _MOST_AMR) if means is DELEGATED else []
    return Evidence(
        factors=means.factors,
        authenticator=means.authenticator,
        amr=tuple(told) or means.amr,
        proved_at=_moment(claims.get("auth_time")),
        vouched_by=issuer,
        vouched_acr=acr_of(claims),
        phishing_resistant=means.phishing_resistant,
    )


def possible(issuer: str) -> tuple[Evidence, ...]:
    """The means everybody with a national identity may choose at PSC."""
    return tuple(
        Evidence(
            factors=each.factors,
            authenticator=each.authenticator,
            amr=each.amr,
            vouched_by=issuer,
            vouched_acr=LOWEST,
            phishing_resistant=each.phishing_resistant,
        )
        for each in (MOBILE, CARD)
    )


def _moment(seconds: Any) -> datetime | None:
    """`None` when PSC does not say when: it was now. Its seconds are whole."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC) + _WITHIN_THE_SECOND
    except (OverflowError, OSError, ValueError):
        return None


# "As late as its whole seconds allow": a service's max_age is not missed by rounding.
_WITHIN_THE_SECOND: Final = timedelta(microseconds=999_999)
