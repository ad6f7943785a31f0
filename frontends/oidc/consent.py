"""Consent: what a service will learn of a person, said to them first, and remembered."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

from hub import (
    Account,
    AccountId,
    Answer,
    Ask,
    Credential,
    Done,
    Json,
    ServiceId,
    StaleCredential,
    Task,
    TaskStep,
    Toolbox,
)

from .demands import CONSENT

IN_WORDS: Final = frozenset(
    {"name", "given_name", "family_name", "email", "email_verified", "phone_number"}
    | {"phone_number_verified", "address", "rpps", "adeli", "profession", "speciality"}
    | {"situation", "mailboxes", "gender", "birthdate", "login"}
)
"""Claims that have a sentence of their own; others are shown by their name."""
OFFLINE: Final = "offline_access"
_SUBJECT: Final = "sub"
"""Told to every service, so in every agreement: one that learns no claim is agreed to as well."""


class Agreements:
    """Who agreed to what, one record for each person and service."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._kept = toolbox.drawer("consent")

    def to(self, account: AccountId, service: ServiceId) -> frozenset[str]:
        kept = self._find(account, service)
        return frozenset(_texts(kept.public.get("agreed"))) if kept else frozenset()

    def of(self, account: AccountId) -> Mapping[ServiceId, datetime]:
        """The services agreed to, each with the last time."""
        every = self._kept.of(account)
        return {
            ServiceId(each.id): datetime.fromisoformat(str(each.public["at"])) for each in every
        }

    def add(
        self, account: AccountId, service: ServiceId, more: frozenset[str], at: datetime
    ) -> None:
        before = self._find(account, service)
        agreed = more | self.to(account, service)
        # Another tab agreed meanwhile: at worst the person is asked once more.
        with suppress(StaleCredential):
            self._kept.put(
                Credential(
                    id=service,
                    account=account,
                    label=service,
                    public={"agreed": [*sorted(agreed)], "at": at.isoformat()},
                    secret=b"",
                    version=before.version if before else 0,
                )
            )

    def withdraw(self, account: AccountId, service: ServiceId) -> bool:
        """Whether there was anything to take back."""
        found = self._find(account, service)
        if found is not None:
            self._kept.remove(account, found.id)
        return found is not None

    def _find(self, account: AccountId, service: ServiceId) -> Credential | None:
        return next((each for each in self._kept.of(account) if each.id == service), None)


class Consent:
    """Agreeing covers what was shown; a service that asks for more asks again."""

    name = CONSENT

    def __init__(self, toolbox: Toolbox) -> None:
        self._agreements = Agreements(toolbox)
        self._services = toolbox.services
        self._note = toolbox.note

    def is_open(self, task: Task, *, fresh: bool) -> bool:
        if task.about.get("always"):
            return True
        return not _wanted(task.about) <= self._agreements.to(task.account.id, task.service)

    def kept_of(self, account: Account) -> Json:
        """For whoever takes their data along."""
        given: dict[str, Json] = {
            service: {"at": at.isoformat(), "agreed": [*sorted(self._told(account, service))]}
            for service, at in self._agreements.of(account.id).items()
        }
        return given or None

    def begin(self, task: Task) -> TaskStep:
        wanted = _wanted(task.about)
        service = self._services[task.service]
        return Ask(
            template="consent.html",
            values={
                "service": service.tile.title if service.tile else service.id,
                "in_words": [*sorted(wanted & IN_WORDS)],
                "by_name": [*sorted(wanted - IN_WORDS - {OFFLINE, _SUBJECT})],
                "offline": OFFLINE in wanted,
            },
            memory={"shown": [*sorted(wanted)]},
        )

    def advance(self, task: Task, answer: Answer) -> TaskStep:
        # Only what was on the page was agreed to: the service may learn more since it was drawn.
        if task.memory.get("shown") != sorted(_wanted(task.about)):
            return self.begin(task)
        if answer.fields.get("agree") != "yes":
            return self.begin(task)
        self._agreements.add(task.account.id, task.service, _wanted(task.about), task.now)
        self._note("oidc.consented", task.account.id, service=task.service)
        return Done()

    def _told(self, account: Account, service: ServiceId) -> frozenset[str]:
        return self._agreements.to(account.id, service)


def _wanted(about: Mapping[str, Json]) -> frozenset[str]:
    offline = {OFFLINE} if about.get("offline") else set()
    return frozenset({_SUBJECT, *_texts(about.get("claims")), *offline})


def _texts(listed: Json) -> Collection[str]:
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
