"""People described in a file, settled into an account store: accounts, rights, first secrets."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Protocol, runtime_checkable

from hub.contract.accounts import Account, Contact, Identifier, Situation
from hub.contract.errors import ConfigError
from hub.contract.identifiers import AccountId, ChannelKind, MethodName
from hub.contract.tasks import SetsSecret
from hub.contract.values import value
from hub.people.rights import Grant, RightsBook


@value
class Place:
    """Where somebody works, and as what."""

    structure: str
    role: str
    profession: str | None = None
    name: str = ""
    """How people call the structure, when `structure` is its number."""
    town: str = ""


@value
class GivenRight:
    name: str
    structure: str | None = None
    until: datetime | None = None


@value
class FirstSecret:
    secret: str = field(repr=False)
    expires: datetime | None = None


@value
class Newcomer:
    """One `[[person]]`."""

    login: str
    given_name: str
    family_name: str
    numbers: Mapping[str, str] = field(default_factory=dict)
    """National identifiers by system: `rpps`, `adeli`."""
    mail: str = ""
    """Taken as validated: whoever writes the file vouches for it."""
    mobile: str = ""
    places: tuple[Place, ...] = ()
    rights: tuple[GivenRight, ...] = ()
    secrets: Mapping[str, str | FirstSecret] = field(default_factory=dict, repr=False)
    """First secrets by method: a password, the seed of an authenticator app."""
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    suspended: bool = False
    story: str = ""
    """For whoever reads the file; not stored."""


@value
class Newcomers:
    """The whole file."""

    person: tuple[Newcomer, ...]


@runtime_checkable
class WritableStore(Protocol):
    name: str

    def by_login(self, login: str) -> Account | None: ...

    def create(self, account: Account) -> None: ...

    def suspend(self, account_id: AccountId) -> None: ...


class Reception:
    """Settles newcomers. Who is known already is left as they are."""

    def __init__(
        self,
        store: WritableStore,
        methods: Mapping[MethodName, object],
        rights: RightsBook,
        now: datetime,
    ) -> None:
        self._store = store
        self._methods = methods
        self._rights = rights
        self._now = now

    def problems(self, newcomers: Sequence[Newcomer]) -> Sequence[ConfigError]:
        """What keeps the file from being settled, all at once, before anything is written."""
        logins = [newcomer.login for newcomer in newcomers]
        twice = {login for login in logins if logins.count(login) > 1}
        wrong = [ConfigError(f"person.{login}", "stands twice") for login in sorted(twice)]
        asked = {(n.login, method) for n in newcomers for method in n.secrets}
        for login, method in sorted(asked):
            if not isinstance(self._methods.get(MethodName(method)), SetsSecret):
                path = f"person.{login}.secrets.{method}"
                wrong.append(ConfigError(path, "no enabled method of that name takes a secret"))
        return wrong

    def settle(self, newcomer: Newcomer) -> bool:
        """False for somebody known already."""
        if self._store.by_login(newcomer.login):
            return False
        account = account_of(newcomer, AccountId(secrets.token_hex(12)))
        self._store.create(account)
        for right in newcomer.rights:
            self._rights.give(self._grant(account.id, right))
        for method, given in newcomer.secrets.items():
            self._set(account.id, MethodName(method), given)
        if newcomer.suspended:
            self._store.suspend(account.id)
        return True

    def _set(self, account: AccountId, name: MethodName, given: str | FirstSecret) -> None:
        method = self._methods[name]
        first = FirstSecret(secret=given) if isinstance(given, str) else given
        if isinstance(method, SetsSecret):
            method.set_secret(account, first.secret, first.expires)

    def _grant(self, account: AccountId, right: GivenRight) -> Grant:
        return Grant(
            id=secrets.token_hex(12),
            account=account,
            name=right.name,
            structure=right.structure,
            since=self._now,
            until=right.until,
        )


def account_of(newcomer: Newcomer, account_id: AccountId) -> Account:
    numbers = {"login": newcomer.login, **newcomer.numbers}
    addresses = {"mail": newcomer.mail, "sms": newcomer.mobile}
    mail = {"email": (newcomer.mail,)} if newcomer.mail else {}
    return Account(
        id=account_id,
        display_name=f"{newcomer.given_name} {newcomer.family_name}",
        identifiers=tuple(Identifier(system=s, number=n) for s, n in numbers.items()),
        situations=tuple(_situation(place) for place in newcomer.places),
        contacts=tuple(
            Contact(kind=ChannelKind(kind), address=address, validated=True)
            for kind, address in addresses.items()
            if address
        ),
        attributes={
            "given_name": (newcomer.given_name,),
            "family_name": (newcomer.family_name,),
            **mail,
            **newcomer.attributes,
        },
    )


def _situation(place: Place) -> Situation:
    return Situation(
        id=f"{place.structure} / {place.role}",
        structure=place.structure,
        role=place.role,
        source="file",
        profession=place.profession,
        name=place.name,
        town=place.town,
    )
