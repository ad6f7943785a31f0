"""A sent code is a method like any other."""

from hub.contract.accounts import Account
from hub.contract.steps import Answer, Ask, Redirect
from hub.testing.method_kit import MethodCase, check_method
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.methods.sent_code.method import SentCode
from hub_plugins.methods.sent_code.settings import SentCodeSettings
from tests.plugins.sent_code.conftest import FOLDER


def test_it_does_what_every_method_must() -> None:
    check_method(
        MethodCase(
            make=lambda toolbox: SentCode(SentCodeSettings(), toolbox),
            prepare=lambda toolbox, method, account: None,
            between=_the_first_means,
            right=_received,
            fields=("code", "means", "resend", "not_mine", "look"),
            folder=FOLDER,
        )
    )


def _the_first_means(step: Ask) -> Answer:
    match step.values["destinations"]:
        case [{"id": str(means)}, *_]:
            return Answer(fields={"means": means})
    raise AssertionError(step)


def _received(toolbox: MemoryToolbox, step: Ask | Redirect, account: Account) -> Answer:
    return Answer(fields={"code": str(toolbox.outbox.messages[-1].values["code"])})
