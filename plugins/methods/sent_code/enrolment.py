"""How a person adds and removes the numbers and addresses that may receive codes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import assert_never

from hub import (
    Account,
    AccountId,
    Answer,
    Ask,
    ChannelKind,
    Contact,
    Done,
    Json,
    KeepsAccounts,
    Means,
    Message,
    Refusal,
    Refused,
    Task,
    TaskStep,
    Toolbox,
)

from .codes import LiveCode, Verdict, after_wrong, found, judge, kept, minutes_left
from .contacts import masked, read_contact
from .sending import Sender, spoken
from .settings import SentCodeSettings

Change = Callable[[Account], Account]

READ_ONLY = Refusal(code="sent_code.read_only", counts=False)
ALREADY = Refusal(code="sent_code.already", counts=False)
ENOUGH = Refusal(code="sent_code.enough", counts=False)
EXPIRED = Refusal(code="sent_code.expired", counts=False)
SPENT = Refusal(code="sent_code.spent")
UNREADABLE = Refusal(code="sent_code.unreadable", counts=False)


class Enrolment:
    def __init__(self, settings: SentCodeSettings, toolbox: Toolbox, sender: Sender) -> None:
        self._settings = settings
        self._toolbox = toolbox
        self._sender = sender

    def means(self, account_id: AccountId) -> Sequence[Means]:
        account = self._toolbox.accounts.by_id(account_id)
        since = self._sender.since(account_id)
        to = map(self._sender.destination, _validated(account) if account else ())
        return [Means(id=each.id, label=each.masked, since=since.get(each.id)) for each in to]

    def begin(self, task: Task) -> TaskStep | Refused:
        store = self._store(task.account.id)
        return Ask(template="address.html") if store else Refused(why=READ_ONLY)

    def advance(self, task: Task, answer: Answer) -> TaskStep | Refused:
        """A code sent to the new means confirms it; the old ones are told."""
        contact, live = _awaited(task.memory), found(task.memory)
        if "address" in answer.fields:
            return self._read(task, answer.fields["address"])
        if contact is None or live is None or "other" in answer.fields:
            return self.begin(task)
        if "resend" in answer.fields:
            return self._send(task, contact, live)
        if "look" in answer.fields:
            return _confirm(contact, live, task.now)
        return self._judged(task, contact, live, answer.fields.get("code", ""))

    def remove(self, account_id: AccountId, means_id: str) -> None:
        account = self._toolbox.accounts.by_id(account_id)
        gone = [c for c in _validated(account) if self._id(c) == means_id] if account else []
        for contact in gone:
            self._change(account_id, partial(_without, gone=contact))
            self._sender.forget(account_id, means_id)
            self._toolbox.note("contact.removed", account_id, kind=contact.kind)
            if account:
                self._tell(account, "contact_removed", contact, ())

    def _read(self, task: Task, typed: str) -> TaskStep | Refused:
        contact = read_contact(typed, self._settings.regions)
        if isinstance(contact, Refusal):
            return Ask(template="address.html", refused=contact)
        there = _validated(task.account)
        if contact in there:
            return Ask(template="address.html", refused=ALREADY)
        if sum(each.kind == contact.kind for each in there) >= self._settings.contacts:
            return Ask(template="address.html", refused=ENOUGH)
        return self._send(task, contact, None)

    def _send(self, task: Task, contact: Contact, before: LiveCode | None) -> TaskStep:
        to = self._sender.destination(contact)
        sent = self._sender.send(task.account.id, to, task.now, task.languages)
        if isinstance(sent, LiveCode):
            return _confirm(contact, sent, task.now)
        if before:
            return _confirm(contact, before, task.now, sent)
        return Ask(template="address.html", refused=sent)

    def _judged(
        self, task: Task, contact: Contact, live: LiveCode, typed: str
    ) -> TaskStep | Refused:
        verdict = judge(live, typed, task.account.id, self._toolbox.seal, task.now)
        match verdict:
            case Verdict.RIGHT:
                return self._keep(task, contact)
            case Verdict.WRONG if left := after_wrong(live):
                detail: Mapping[str, Json] = {"tries_left": left.left, "n": left.left}
                refusal = Refusal(code="sent_code.wrong", detail=detail)
                return _confirm(contact, left, task.now, refusal)
            case Verdict.WRONG:
                return Ask(template="address.html", refused=SPENT)
            case Verdict.EXPIRED:
                return Ask(template="address.html", refused=EXPIRED)
            case Verdict.UNREADABLE:
                return _confirm(contact, live, task.now, UNREADABLE)
        assert_never(verdict)

    def _keep(self, task: Task, contact: Contact) -> TaskStep | Refused:
        account = task.account.id
        with self._toolbox.together():
            if not self._change(account, partial(_with, new=contact)):
                return Refused(why=READ_ONLY)
            self._sender.validated(account, self._sender.destination(contact), task.now)
            self._toolbox.note("contact.added", account, kind=contact.kind)
            self._tell(task.account, "contact_added", contact, task.languages)
        return Done()

    def _tell(
        self, account: Account, template: str, about: Contact, languages: tuple[str, ...]
    ) -> None:
        """Whoever held the account before the change learns of it by the means of then."""
        for contact in _validated(account):
            self._toolbox.messenger.post(
                Message(
                    kind=contact.kind,
                    to=contact.address,
                    template=template,
                    values={"masked": masked(about.kind, about.address)},
                    language=spoken(languages),
                    account=account.id,
                    notice=True,
                )
            )

    def _change(self, account_id: AccountId, how: Change) -> bool:
        """Write to the store that knows this person; false when it is read-only."""
        kept_in = self._store(account_id)
        if kept_in is None:
            return False
        store, account = kept_in
        store.change(how(account))
        return True

    def _store(self, account_id: AccountId) -> tuple[KeepsAccounts, Account] | None:
        for store in self._toolbox.stores.values():
            account = store.by_id(account_id)
            if account is not None:
                return (store, account) if isinstance(store, KeepsAccounts) else None
        return None

    def _id(self, contact: Contact) -> str:
        return self._sender.destination(contact).id


def _validated(account: Account) -> list[Contact]:
    return [each for each in account.contacts if each.validated]


def _without(account: Account, gone: Contact) -> Account:
    left = (c for c in account.contacts if (c.kind, c.address) != (gone.kind, gone.address))
    return replace(account, contacts=tuple(left))


def _with(account: Account, new: Contact) -> Account:
    return replace(account, contacts=(*_without(account, new).contacts, new))


def _confirm(
    contact: Contact, live: LiveCode, now: datetime, refused: Refusal | None = None
) -> Ask:
    return Ask(
        template="confirm.html",
        values={
            "kind": contact.kind,
            "masked": masked(contact.kind, contact.address),
            "message": live.message,
            "minutes": minutes_left(live, now),
        },
        memory={"kind": contact.kind, "address": contact.address, "live": kept(live)},
        refused=refused,
    )


def _awaited(memory: Mapping[str, Json]) -> Contact | None:
    match memory:
        case {"kind": str(kind), "address": str(address)}:
            return Contact(kind=ChannelKind(kind), address=address, validated=True)
    return None
