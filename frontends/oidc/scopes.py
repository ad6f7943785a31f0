"""Which scope gives which claims, and the claims of one sign-in as a service reads them.

What a service may learn at all is its `claims` in hub.toml; a scope, or a claim named in the
`claims` parameter, only says how much of it this access token or id_token shows.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from .granted import Frozen

SCOPES: Final[Mapping[str, frozenset[str]]] = {
    "openid": frozenset({"sub"}),
    # OpenID Connect Core 5.4.
    "profile": frozenset(
        {"name", "family_name", "given_name", "middle_name", "nickname", "preferred_username"}
        | {"profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale"}
        | {"updated_at"}
    ),
    "email": frozenset({"email", "email_verified"}),
    "address": frozenset({"address"}),
    "phone": frozenset({"phone_number", "phone_number_verified"}),
    # Ours, for what the standard does not know.
    "national_id": frozenset({"rpps", "adeli", "idnps"}),
    "profession": frozenset({"profession", "speciality"}),
    "situation": frozenset({"situation", "structure", "structure_name", "role"}),
    "mailboxes": frozenset({"mailboxes"}),
    # Pro Santé Connect's, with its own names, for services that read these already.
    "scope_all": frozenset(
        {"SubjectNameID", "SubjectRole", "SubjectOrganization", "SubjectOrganizationID"}
        | {"SubjectRefPro", "otherIds", "Secteur_Activite", "Palier_Authentification"}
        | {"PSI_Locale", "Mode_Acces_Raison", "Acces_Regulation_Medicale", "UITVersion"}
        | {"codeCivilite", "given_name", "family_name"}
    ),
}
RESERVED: Final = frozenset(
    {"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "auth_time", "nonce", "acr", "amr", "azp"}
    | {"proofs", "at_hash", "c_hash", "sid", "events", "cnf", "client_id", "scope"}
)
"""What only the protocol says: no attribute of an account store may pass for it."""
_PARTS: Final = ("street_address", "locality", "region", "postal_code", "country")
_PART: Final = "address."
"""What parts of an address are called as attributes: `address.locality`."""
_OF: Final = {name: scope for scope, names in reversed([*SCOPES.items()]) for name in names}
"""The first that shows a claim is the one it is asked by."""


def scope_of(claim: str) -> str:
    """An attribute of an account store that no row names describes the person: `profile`."""
    return _OF.get(claim, "profile")


def scopes_for(claims: Collection[str]) -> tuple[str, ...]:
    """`openid`, and every scope that shows one of *claims*."""
    useful = {scope_of(claim) for claim in claims} | {"openid"}
    return tuple(scope for scope in SCOPES if scope in useful)


def shows(granted: Collection[str], claim: str) -> bool:
    """Whether one of the scopes *granted* shows it: some names stand in two of them."""
    return scope_of(claim) in granted or any(claim in SCOPES.get(each, ()) for each in granted)


def shown(told: Frozen, scope: str) -> dict[str, Any]:
    """What UserInfo tells whoever holds a token of this scope."""
    granted = scope.split()
    facts = _facts(told)
    given = {
        name: fact
        for name, fact in facts.items()
        if shows(granted, name) or name in told.for_userinfo
    }
    return {**given, "sub": told.subject}


def inside(told: Frozen) -> dict[str, Any]:
    """What the id_token tells of the person: only what was named for it."""
    return {name: fact for name, fact in _facts(told).items() if name in told.for_id_token}


def _facts(told: Frozen) -> dict[str, Any]:
    facts = {
        name: _typed(name, values)
        for name, values in told.claims.items()
        if values and name not in RESERVED and not name.startswith(_PART)
    }
    if address := _address(told.claims):
        facts["address"] = address
    facts |= {name: shape for name, shape in told.native.items() if name not in RESERVED}
    if told.situation is not None:
        facts["situation"] = {name: text for name, text in told.situation.items() if text}
    return facts


def _address(claims: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """OpenID Connect Core 5.1.1: whole, and in the parts that the account's store knows."""
    named = {"formatted": "address", **{part: f"{_PART}{part}" for part in _PARTS}}
    return {part: claims[name][0] for part, name in named.items() if claims.get(name)}


def _typed(name: str, values: tuple[str, ...]) -> Any:
    """As Core 5.1 types it; of the rest one value is text and several are a list."""
    first = values[0]
    match name:
        case "email_verified" | "phone_number_verified":
            return first == "true"
        case "updated_at" if first.isascii() and first.isdigit():
            return int(first)
        case _:
            return first if len(values) == 1 else list(values)
