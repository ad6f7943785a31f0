"""How a person adds and removes a passkey: the authenticator makes one, the hub keeps its half."""

from secrets import token_bytes
from typing import Final

from hub import (
    Account,
    AccountId,
    Answer,
    Ask,
    Done,
    Message,
    Refusal,
    Refused,
    StaleCredential,
    Task,
    TaskStep,
    Toolbox,
)

from .causes import Wrong
from .ceremonies import made
from .options import Person, to_make
from .passkeys import NewPasskey, Passkeys
from .refusals import ENOUGH, given_up, refused
from .settings import Party

LANGUAGES: Final = ("fr", "en")
LABEL_LENGTH: Final = 40
CHALLENGE: Final = 32
HANDLE: Final = 32
"""Bytes; random, as an authenticator shows it to whoever holds it (WebAuthn 14.6.1)."""


class Enrolment:
    def __init__(self, party: Party, toolbox: Toolbox, passkeys: Passkeys) -> None:
        self._party = party
        self._toolbox = toolbox
        self._passkeys = passkeys

    def begin(self, task: Task) -> TaskStep | Refused:
        if len(self._passkeys.of(task.account.id)) >= self._party.passkeys:
            return Refused(why=ENOUGH)
        return self._ask(task)

    def advance(self, task: Task, answer: Answer) -> TaskStep | Refused:
        """Each answer is judged by the challenge of its own page, and the next page has another."""
        label = answer.fields.get("label", "").strip()[:LABEL_LENGTH]
        challenge, handle = task.memory.get("challenge"), task.memory.get("handle")
        if not isinstance(challenge, str) or not isinstance(handle, str):
            return self.begin(task)
        if stopped := given_up(answer.fields):
            return self._ask(task, stopped, label)
        text = answer.fields["response"]
        new = made(self._party, text, bytes.fromhex(challenge), bytes.fromhex(handle))
        if isinstance(new, Wrong):
            return self._not_made(task, new, label)
        return self._keep(task, new, label)

    def remove(self, account_id: AccountId, means_id: str) -> None:
        label = self._passkeys.remove(account_id, means_id)
        account = self._toolbox.accounts.by_id(account_id)
        if label is None or account is None:
            return
        self._toolbox.note("passkey.removed", account_id)
        self._tell(account, "passkey_removed", label, ())

    def _ask(self, task: Task, refused: Refusal | None = None, label: str = "") -> Ask:
        there = self._passkeys.of(task.account.id)
        handle = there[0].handle if there else token_bytes(HANDLE)
        challenge = token_bytes(CHALLENGE)
        person = Person(handle=handle, login=_called(task.account), name=task.account.display_name)
        return Ask(
            template="enrol.html",
            values={
                "options": to_make(self._party, person, challenge, there),
                "label": label,
                "first": not there,
            },
            memory={"challenge": challenge.hex(), "handle": handle.hex()},
            refused=refused,
        )

    def _not_made(self, task: Task, why: Wrong, label: str) -> Ask:
        self._toolbox.note("passkey.refused", task.account.id, why=why.value)
        return self._ask(task, refused(why), label)

    def _keep(self, task: Task, new: NewPasskey, label: str) -> TaskStep | Refused:
        account = task.account
        # WebAuthn 7.1 step 26: whose it was already could be signed in as somebody else.
        if self._passkeys.find(new.raw_id):
            return self._not_made(task, Wrong.KNOWN_KEY, label)
        label = label or self._party.name
        try:
            with self._toolbox.together():
                self._passkeys.add(account.id, label, new, task.now)
                self._toolbox.note("passkey.added", account.id)
                self._tell(account, "passkey_added", label, task.languages)
        except StaleCredential:
            return self._not_made(task, Wrong.KNOWN_KEY, label)
        return Done()

    def _tell(
        self, account: Account, template: str, label: str, languages: tuple[str, ...]
    ) -> None:
        wanted = (each.partition("-")[0] for each in languages)
        language = next((each for each in wanted if each in LANGUAGES), LANGUAGES[0])
        for contact in account.contacts:
            if contact.validated:
                self._toolbox.messenger.post(
                    Message(
                        kind=contact.kind,
                        to=contact.address,
                        template=template,
                        values={"label": label},
                        language=language,
                        account=account.id,
                        notice=True,
                    )
                )


def _called(account: Account) -> str:
    """What tells two accounts apart in one authenticator."""
    logins = (each.number for each in account.identifiers if each.system == "login")
    return next(logins, account.display_name)
