"""The choice of an account, when a service asks for it: this one, or somebody else's."""

from hub import Answer, Ask, Done, Task, TaskStep

from .demands import ACCOUNT


class ChooseAccount:
    """Whoever just signed in chose by it; whoever was here already says so."""

    name = ACCOUNT

    def is_open(self, task: Task, *, fresh: bool) -> bool:
        return not fresh

    def begin(self, task: Task) -> TaskStep:
        # The page around it offers « changer de personne », which leads back to this same service.
        return Ask(template="account.html", values={"name": task.account.display_name})

    def advance(self, task: Task, answer: Answer) -> TaskStep:
        return Done()
