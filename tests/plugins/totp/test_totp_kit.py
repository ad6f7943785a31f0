"""An authenticator is a method like any other."""

import pyotp

from hub.contract.accounts import Account
from hub.contract.steps import Answer, Ask, Redirect
from hub.contract.toolbox import Credential
from hub.testing.method_kit import MethodCase, check_method
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.methods.totp.method import Totp
from hub_plugins.methods.totp.settings import TotpSettings
from tests.plugins.totp.test_totp import FOLDER

SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def test_it_does_what_every_method_must() -> None:
    check_method(
        MethodCase(
            make=lambda toolbox: Totp(TotpSettings(), toolbox),
            prepare=lambda toolbox, method, account: _scanned(toolbox, account),
            right=_shown,
            fields=("code",),
            folder=FOLDER,
        )
    )


def _scanned(toolbox: MemoryToolbox, account: Account) -> None:
    toolbox.drawer("authenticators").put(
        Credential(id="1", account=account.id, label="phone", public={}, secret=SEED.encode())
    )


def _shown(toolbox: MemoryToolbox, step: Ask | Redirect, account: Account) -> Answer:
    return Answer(fields={"code": pyotp.TOTP(SEED).at(toolbox.time())})
