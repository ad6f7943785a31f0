"""Confirming who one is, before the service that requires it opens for the first time."""

from collections.abc import Callable, Collection, Mapping, Sequence

from hub import (
    Account,
    AccountId,
    ActionName,
    Answer,
    Ask,
    AuthenticationEvent,
    Done,
    Json,
    Refusal,
    Task,
    TaskStep,
)

from .book import Book
from .fields import FIELDS, LONGEST, NUMBER, SYSTEM, displayed
from .forms import Form
from .known import Known, known_of
from .numbers import SYSTEMS, number_of

WRONG = Refusal(code="association.wrong", counts=False)
NOT_ATTESTED = Refusal(code="association.not_attested", counts=False)
Note = Callable[[AccountId, Form], None]


class Associate:
    """Due until the person confirmed it once, however the form changes afterwards."""

    everywhere = False

    def __init__(self, form: Form, book: Book, note: Note) -> None:
        self.name = ActionName(f"association.{form.key}")
        self._form = form
        self._book = book
        self._note = note

    def due(self, account: Account, events: Sequence[AuthenticationEvent]) -> bool:
        return not self._book.associated(account.id)

    def begin(self, task: Task) -> TaskStep:
        known = self._known(task)
        return self._ask(known, known.proposed)

    def advance(self, task: Task, answer: Answer) -> TaskStep:
        known = self._known(task)
        # Mass assignment: what the directory says is locked, whatever a form sends under its name.
        open_ = [name for name in self._form.asked if name not in known.locked]
        typed = {name: answer.fields.get(name, "").strip()[:LONGEST] for name in open_}
        ticked = answer.fields.get("attest") == "yes"
        # The words may have changed since the page was drawn: only what was shown is attested.
        if task.memory.get("sha256") != self._form.digest:
            return self._ask(known, typed)
        # So may what stands locked beside them: another tab changed the place acted for.
        if task.memory.get("locked") != dict(known.locked):
            return self._ask(known, typed)
        read = self._read(typed)
        if wrong := self._wrong(typed, read):
            return self._ask(known, typed, wrong, WRONG, ticked=ticked)
        if not ticked:
            return self._ask(known, typed, refused=NOT_ATTESTED)
        confirmed = {**read, **known.locked}
        if self._book.write(task.account.id, self._form, confirmed, known.locked, task.now):
            self._note(task.account.id, self._form)
        return Done()

    def kept_of(self, account: Account) -> Json:
        """The whole proof, for whoever takes their data along."""
        proof = self._book.of(account.id)
        if proof is None:
            return None
        return {
            "confirmed": dict(proof.confirmed),
            "from_the_directory": [*proof.directory],
            "at": proof.at.isoformat(),
            "version": proof.version,
            "attestation_sha256": proof.sha256,
        }

    def _known(self, task: Task) -> Known:
        return known_of(task.account, task.situation, self._form.asked)

    def _read(self, typed: Mapping[str, str]) -> Mapping[str, str]:
        """In their one form, those that are right and not empty."""
        country = self._form.country
        read = {name: FIELDS[name].read(text, country) for name, text in typed.items() if text}
        if read.get(NUMBER) and read.get(SYSTEM):
            read[NUMBER] = number_of(str(read[SYSTEM]), typed[NUMBER])
        return {name: text for name, text in read.items() if text}

    def _wrong(self, typed: Mapping[str, str], read: Mapping[str, str]) -> frozenset[str]:
        bad = {name for name, text in typed.items() if text and name not in read}
        missing = {name for name, text in typed.items() if not text} & self._form.mandatory
        # A number without its kind says nothing, and the reverse.
        halves = {SYSTEM, NUMBER} & typed.keys()
        lonely = {name for name in halves if not typed[name]} if any(map(typed.get, halves)) else ()
        return frozenset(bad | missing | {*lonely})

    def _ask(
        self,
        known: Known,
        typed: Mapping[str, str],
        wrong: Collection[str] = (),
        refused: Refusal | None = None,
        *,
        ticked: bool = False,
    ) -> Ask:
        open_ = [name for name in self._form.asked if name not in known.locked]
        fields: list[Json] = [self._field(name, typed.get(name, ""), wrong) for name in open_]
        return Ask(
            template="form.html",
            values={
                "title": self._form.title,
                "version": self._form.version,
                "attestation": self._form.attestation,
                "locked": [[name, displayed(name, text)] for name, text in known.locked.items()],
                "fields": fields,
                "systems": [*SYSTEMS],
                "ticked": ticked,
            },
            memory={"sha256": self._form.digest, "locked": dict(known.locked)},
            refused=refused,
        )

    def _field(self, name: str, text: str, wrong: Collection[str]) -> Json:
        return {
            "name": name,
            "type": FIELDS[name].type,
            "autocomplete": FIELDS[name].autocomplete,
            "value": text,
            "required": name in self._form.mandatory,
            "wrong": name in wrong,
        }
