"""Reading a text and accepting it, before the service that requires it."""

from collections.abc import Callable, Sequence

from hub import (
    Account,
    AccountId,
    ActionName,
    Answer,
    Ask,
    AuthenticationEvent,
    Done,
    Refusal,
    Task,
    TaskStep,
    TextStanding,
)

from .tables import Book
from .texts import Text

NOT_ACCEPTED = Refusal(code="terms.not_accepted", counts=False)
Note = Callable[[AccountId, Text], None]


class AcceptTerms:
    """Due again whenever the version that counts today was not accepted."""

    everywhere = False

    def __init__(self, text: Text, book: Book, note: Note) -> None:
        self.name = ActionName(f"terms.{text.key}")
        self.title = text.title
        self._text = text
        self._book = book
        self._note = note

    def due(self, account: Account, events: Sequence[AuthenticationEvent]) -> bool:
        return not self._book.accepted(account.id, self._text)

    def standing(self) -> TextStanding:
        accepted, before = self._book.standing(self._text)
        return TextStanding(
            title=self._text.title,
            version=self._text.version,
            accepted=accepted,
            before=before,
            setting=f"plugin.terms.texts.{self._text.key}",
        )

    def begin(self, task: Task) -> TaskStep:
        return self._ask(None)

    def advance(self, task: Task, answer: Answer) -> TaskStep:
        # The text may have changed since the page was drawn: only what was shown is accepted.
        if task.memory.get("sha256") != self._text.digest:
            return self._ask(None)
        if answer.fields.get("accept") != "yes":
            return self._ask(NOT_ACCEPTED)
        self._book.write(task.account.id, self._text, task.now)
        self._note(task.account.id, self._text)
        return Done()

    def _ask(self, refused: Refusal | None) -> Ask:
        return Ask(
            template="text.html",
            values={
                "title": self._text.title,
                "version": self._text.version,
                "paragraphs": list(self._text.paragraphs),
            },
            memory={"sha256": self._text.digest},
            refused=refused,
        )
