"""Somebody a référent describes: what of it is checked, and the account it makes. Pure."""

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final
from unicodedata import combining, normalize

from hub.contract.accounts import (
    Account,
    AccountStore,
    Contact,
    FindsByNumber,
    Identifier,
    Situation,
)
from hub.contract.identifiers import AccountId, ChannelKind
from hub.contract.values import value
from hub.people.delegation import may_administer
from hub.people.requests import LONGEST, MAIL_ADDRESS, identifier_of
from hub.people.rights import Grant
from hub.people.telephones import mobile_of

MAIL: Final = ChannelKind("mail")
SMS: Final = ChannelKind("sms")
LONGEST_MAIL: Final = 254
FIELDS: Final = (
    "family_name",
    "given_name",
    "mail",
    "mobile",
    "number",
    "role",
    "profession",
    "structure",
)
# A sheet opens what begins so as a formula: whoever exports names would run it.
_FORMULA: Final = ("=", "+", "-", "@")
_NEEDED: Final = ("family_name", "given_name", "role")


@value
class Described:
    """As a référent wrote it: every field is text, and nothing is believed yet."""

    family_name: str = ""
    given_name: str = ""
    mail: str = ""
    mobile: str = ""
    number: str = ""
    """National identifier; nothing for professions without one."""
    role: str = ""
    profession: str = ""
    structure: str = ""

    @property
    def identifier(self) -> Identifier | None:
        return identifier_of(self.number) if self.number else None

    @property
    def display_name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@value
class Elsewhere:
    """Somebody is known by this number or mail, and the référent may not learn who or where."""


def described(fields: Mapping[str, str]) -> Described:
    """Only what a référent may say of somebody: other names among *fields* are left out."""
    return Described(**{name: " ".join(fields.get(name, "").split()) for name in FIELDS})


def wrong_in(typed: Described) -> Iterator[str]:
    """The fields that cannot be right, the structure apart. Nothing is looked up."""
    for name in ("family_name", "given_name", "role", "profession"):
        text: str = getattr(typed, name)
        missing = name in _NEEDED and not text
        if missing or len(text) > LONGEST or not text.isprintable() or text.startswith(_FORMULA):
            yield name
    if typed.mail and (
        len(typed.mail) > LONGEST_MAIL
        or not MAIL_ADDRESS.fullmatch(typed.mail)
        or typed.mail.startswith(_FORMULA)
    ):
        yield "mail"
    if typed.mobile and mobile_of(typed.mobile) is None:
        yield "mobile"
    if typed.number and typed.identifier is None:
        yield "number"


def known_as(typed: Described, stores: Sequence[AccountStore]) -> Sequence[AccountId]:
    """Who carries that number, or reads that mail. A mail two people share is nobody's."""
    found: list[AccountId] = []
    for store in stores:
        if typed.identifier and isinstance(store, FindsByNumber):
            found += [each.id for each in store.numbered(typed.identifier)]
        if typed.mail and (reader := store.by_login(typed.mail)):
            found.append(reader.id)
    return list(dict.fromkeys(found))


def met(
    actor: Account,
    found: Sequence[Account],
    grants: Sequence[Grant],
    beyond: Collection[AccountId],
) -> Account | Elsewhere | None:
    """The one person it is, if the référent may see them; `None`: nobody is known so.

    *beyond*: see `may_administer`.
    """
    if not found:
        return None
    # Of two, the one outside would be told by showing the one inside.
    alone = found[0] if len(found) == 1 else None
    return alone if alone and may_administer(actor, alone, grants, beyond) else Elsewhere()


def situation_of(typed: Described, like: Sequence[Situation]) -> Situation:
    """*like*: situations in which the structure's own name and town are known."""
    there = next((each for each in like if each.structure == typed.structure), None)
    return Situation(
        id=f"{typed.structure} / {typed.role}",
        structure=typed.structure,
        role=typed.role,
        source="referent",
        profession=typed.profession or None,
        name=there.name if there else "",
        town=there.town if there else "",
    )


def account_of(typed: Described, account: AccountId, place: Situation, *, invited: bool) -> Account:
    """*invited*: by that mail, so that nobody enters without reading it; else it is unproved."""
    mobile = mobile_of(typed.mobile) if typed.mobile else None
    mail = [Contact(kind=MAIL, address=typed.mail, validated=invited)] if typed.mail else []
    # On a référent's word alone: never as good as a card, a provider or the operator.
    number = replace(typed.identifier, declared=True) if typed.identifier else None
    return Account(
        id=account,
        display_name=typed.display_name,
        identifiers=(
            Identifier(system="login", number=login_of(typed)),
            *([number] if number else []),
        ),
        situations=(place,),
        contacts=(*mail, *([Contact(kind=SMS, address=mobile)] if mobile else [])),
        attributes={
            "given_name": (typed.given_name,),
            "family_name": (typed.family_name,),
            **({"email": (typed.mail,)} if typed.mail else {}),
        },
    )


def login_of(typed: Described) -> str:
    """A name to sign in by. Four figures always: their absence would tell who is known already."""
    plain = "".join(each for each in _bare(typed.family_name) if each.isalnum())[:20] or "compte"
    first = next((each for each in _bare(typed.given_name) if each.isalnum()), "x")
    return f"{first}.{plain}.{secrets.randbelow(9000) + 1000}"


def _bare(name: str) -> str:
    """Letters without their accents, those of other alphabets as they are."""
    return "".join(sign for sign in normalize("NFKD", name.casefold()) if not combining(sign))
