"""A seed made elsewhere works like one that was scanned."""

import pyotp
import pytest

from hub.contract.errors import ConfigError
from hub.contract.methods import Attempt
from hub.contract.steps import Answer, Ask, Proved, Step
from hub.contract.tasks import SetsSecret
from hub.testing.memory import MemoryAccounts
from hub.testing.people import ANN
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.methods.totp.method import Totp
from hub_plugins.methods.totp.settings import TotpSettings

SEED, OTHER = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "A" * 32


class Bench:
    def __init__(self) -> None:
        self.box = MemoryToolbox("totp", MemoryAccounts((ANN,)))
        self.method = Totp(TotpSettings(), self.box)

    def type(self, seed: str) -> Step:
        code = pyotp.TOTP(seed).at(int(self.box.time().timestamp()))
        attempt = Attempt(now=self.box.time(), account=ANN, return_url="/login/1/totp")
        return self.method.advance(attempt, Answer(fields={"code": code}))


def test_a_seed_made_elsewhere_proves() -> None:
    bench = Bench()
    assert isinstance(bench.method, SetsSecret)
    bench.method.set_secret(ANN.id, SEED, None)
    assert isinstance(bench.type(SEED), Proved)


def test_a_code_of_a_seed_made_elsewhere_works_once() -> None:
    bench = Bench()
    bench.method.set_secret(ANN.id, SEED, None)
    bench.type(SEED)
    assert isinstance(bench.type(SEED), Ask)


def test_a_new_seed_takes_the_place_of_all_there_were() -> None:
    bench = Bench()
    bench.method.set_secret(ANN.id, SEED, None)
    bench.method.set_secret(ANN.id, OTHER, None)
    assert isinstance(bench.type(SEED), Ask)
    assert isinstance(bench.type(OTHER), Proved)


@pytest.mark.parametrize("seed", ["", "JBSWY3DP", "jbswy3dpehpk3pxpjbswy3dpehpk3pxp", "1" * 32])
def test_a_short_or_misspelt_seed_is_refused_and_nothing_is_kept(seed: str) -> None:
    bench = Bench()
    with pytest.raises(ConfigError, match="base32"):
        bench.method.set_secret(ANN.id, seed, None)
    assert not bench.method.means(ANN.id)
