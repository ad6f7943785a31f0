"""The password method on a toolbox in memory, with hashes that cost little."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from argon2 import PasswordHasher

import hub_plugins.methods.password
from hub import Account, Answer, Ask, Attempt, Message, Step, Task
from hub.contract.identifiers import ServiceId
from hub.testing.memory import MemoryAccounts
from hub.testing.people import ANN, BOB
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.methods.password.change import ChangePassword
from hub_plugins.methods.password.hashing import Hashing
from hub_plugins.methods.password.method import PasswordMethod
from hub_plugins.methods.password.pages import PasswordPages
from hub_plugins.methods.password.passwords import Passwords
from hub_plugins.methods.password.rules import Rules
from hub_plugins.methods.password.settings import PasswordSettings

FOLDER = Path(str(hub_plugins.methods.password.__file__)).parent
GOOD = "quatre chats sur le toit"
BETTER = "trois canards dans la mare"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Desk:
    """One hub with Ann and Bob; Ann's password is `GOOD`."""

    def __init__(
        self,
        settings: PasswordSettings | None = None,
        people: Sequence[Account] = (ANN, BOB),
        hasher: PasswordHasher = CHEAP,
        box: MemoryToolbox | None = None,
    ) -> None:
        """With a *box*, another process of the same hub."""
        self.box = box or MemoryToolbox("password", people=MemoryAccounts(people))
        self.settings = settings or PasswordSettings(remembered=2)
        hashing = Hashing(hasher, 2, 2.0)
        rules = Rules(shortest=self.settings.shortest, common=frozenset({"motdepasse2026"}))
        self.passwords = Passwords(self.box, self.settings, hashing, rules)
        self.method = PasswordMethod(self.box, self.settings, self.passwords)
        self.action = ChangePassword(self.passwords, self.box.clock)
        self.pages = PasswordPages(self.box, self.settings, self.passwords)
        if box is None:
            self.method.set_secret(ANN.id, GOOD, None)

    def sign_in(self, typed: str = GOOD, login: str = "ann") -> Step:
        attempt = Attempt(now=self.box.time.now, account=None, return_url="/login/1/password")
        fields = {"identifier": login, "password": typed}
        return self.method.advance(attempt, Answer(fields=fields))

    def task(self, account: Account = ANN) -> Task:
        service = ServiceId("account")
        return Task(now=self.box.time.now, account=account, service=service, return_url="/")

    def mails(self, template: str) -> list[Message]:
        return [each for each in self.box.outbox.messages if each.template == template]

    def later(self, passed: timedelta) -> None:
        self.box.time.later(seconds=passed.total_seconds())


def twice(new: str, current: str = "") -> Answer:
    return Answer(fields={"password": current, "new_password": new, "new_password_again": new})


def code(step: object) -> str | None:
    return step.refused.code if isinstance(step, Ask) and step.refused else None
