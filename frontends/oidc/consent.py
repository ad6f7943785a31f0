"""Consent: what a service will learn of a person, said to them first, and remembered."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Final

from hub import (
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


class Consent:
    """Agreeing covers what was shown; a service that asks for more asks again."""

    name = CONSENT

    def __init__(self, toolbox: Toolbox) -> None:
        self._kept = toolbox.drawer("consent")
        self._services = toolbox.services
        self._note = toolbox.note

    def is_open(self, task: Task, *, fresh: bool) -> bool:
        if task.about.get("always"):
            return True
        return not _wanted(task.about) <= self._agreed(task.account.id, task.service)

    def begin(self, task: Task) -> TaskStep:
        wanted = _wanted(task.about)
        service = self._services[task.service]
        return Ask(
            template="consent.html",
            values={
                "service": service.tile.title if service.tile else service.id,
                "in_words": [*sorted(wanted & IN_WORDS)],
                "by_name": [*sorted(wanted - IN_WORDS - {OFFLINE})],
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
        self._keep(task)
        self._note("oidc.consented", task.account.id, service=task.service)
        return Done()

    def _agreed(self, account: AccountId, service: ServiceId) -> frozenset[str]:
        kept = self._of(account, service)
        return frozenset(_texts(kept.public.get("agreed"))) if kept else frozenset()

    def _of(self, account: AccountId, service: ServiceId) -> Credential | None:
        every = self._kept.of(account)
        return next((each for each in every if each.id == service), None)

    def _keep(self, task: Task) -> None:
        before = self._of(task.account.id, task.service)
        agreed = _wanted(task.about) | self._agreed(task.account.id, task.service)
        # Another tab agreed meanwhile: at worst the person is asked once more.
        with suppress(StaleCredential):
            self._kept.put(
                Credential(
                    id=task.service,
                    account=task.account.id,
                    label=task.service,
                    public={"agreed": [*sorted(agreed)], "at": task.now.isoformat()},
                    secret=b"",
                    version=before.version if before else 0,
                )
            )


def _wanted(about: Mapping[str, Json]) -> frozenset[str]:
    offline = {OFFLINE} if about.get("offline") else set()
    return frozenset(_texts(about.get("claims"))) | offline


def _texts(listed: Json) -> Collection[str]:
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
