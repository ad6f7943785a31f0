"""How a person adds and removes an authenticator: scan, then type what it shows."""

from urllib.parse import urlsplit

import segno

from hub import (
    Account,
    AccountId,
    Answer,
    Ask,
    Done,
    Message,
    Refusal,
    Refused,
    Task,
    TaskStep,
    Toolbox,
)

from .authenticators import Authenticators
from .settings import TotpSettings
from .steps import address, grouped, new_seed, step_of, typed_code

NOT_YET = Refusal(code="totp.not_confirmed")
ENOUGH = Refusal(code="totp.enough", counts=False)
LANGUAGES = ("fr", "en")
LABEL_LENGTH = 40


class Enrolment:
    def __init__(
        self, settings: TotpSettings, toolbox: Toolbox, authenticators: Authenticators
    ) -> None:
        self._settings = settings
        self._toolbox = toolbox
        self._authenticators = authenticators

    def begin(self, task: Task) -> TaskStep | Refused:
        if len(self._authenticators.of(task.account.id)) >= self._settings.authenticators:
            return Refused(why=ENOUGH)
        return self._scan(task, new_seed())

    def advance(self, task: Task, answer: Answer) -> TaskStep | Refused:
        seed = task.memory.get("seed")
        if not isinstance(seed, str):
            return self.begin(task)
        code = typed_code(answer.fields.get("code", ""))
        step = step_of(seed, code, task.now) if code else None
        if step is None:
            return self._scan(task, seed, NOT_YET)
        account = task.account
        label = answer.fields.get("label", "").strip()[:LABEL_LENGTH] or self._issuer()
        with self._toolbox.together():
            self._authenticators.add(account.id, label, seed, step, task.now)
            self._toolbox.note("totp.added", account.id)
            self._tell(account, "authenticator_added", label, task.languages)
        return Done()

    def remove(self, account_id: AccountId, means_id: str) -> None:
        label = self._authenticators.remove(account_id, means_id)
        account = self._toolbox.accounts.by_id(account_id)
        if label is None or account is None:
            return
        self._toolbox.note("totp.removed", account_id)
        self._tell(account, "authenticator_removed", label, ())

    def _scan(self, task: Task, seed: str, refused: Refusal | None = None) -> Ask:
        link = address(seed, _called(task.account), self._issuer())
        drawing = segno.make(link, error="m", micro=False)
        return Ask(
            template="enrol.html",
            values={
                "qr": drawing.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"),
                "link": link,
                "seed": grouped(seed),
            },
            memory={"seed": seed},
            refused=refused,
        )

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

    def _issuer(self) -> str:
        return self._settings.issuer or urlsplit(self._toolbox.public_address).hostname or "hub"


def _called(account: Account) -> str:
    """What tells two accounts apart in one application; the login, which says little else."""
    logins = (each.number for each in account.identifiers if each.system == "login")
    return next(logins, account.display_name)
