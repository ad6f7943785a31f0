"""A card is a method like any other."""

from pathlib import Path

from hub.contract.accounts import Account, Link
from hub.contract.methods import AuthenticationMethod
from hub.contract.steps import Answer, Ask, Redirect
from hub.testing.method_kit import MethodCase, check_method
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.methods import cps
from hub_plugins.methods.cps.agent_route import AgentRoute
from hub_plugins.methods.cps.card import ISSUER
from hub_plugins.methods.cps.method import CpsMethod
from hub_plugins.methods.cps.settings import CpsSettings
from tests.plugins.cps.pki import certificates, judge
from tests.plugins.cps.said import Says


def test_it_does_what_every_method_must() -> None:
    check_method(
        MethodCase(
            make=_made,
            prepare=_linked,
            right=_shown,
            fields=("tls", "agent", "agent_signature", "agent_certificate", "agent_refused"),
            folder=Path(cps.__file__).parent,
        )
    )


def _made(toolbox: MemoryToolbox) -> CpsMethod:
    own = CpsSettings(roots=(), authorities=())
    return CpsMethod(own, toolbox, judge(Says()), AgentRoute(own.agent, toolbox))


def _linked(toolbox: MemoryToolbox, method: AuthenticationMethod, account: Account) -> None:
    toolbox.people.link(account.id, Link(issuer=ISSUER, subject="899700075122"))


def _shown(toolbox: MemoryToolbox, step: Ask | Redirect, account: Account) -> Answer:
    return Answer(certificate=certificates()["cps"].der)
