"""What methods may prove is asked of them only when a proof is missing."""

from hub.contract.accounts import Account
from hub.contract.events import Authentication, Evidence
from hub.broker.outcomes import Admitted, Pending
from hub.testing.hub import MemoryHub
from hub.testing.methods import PASSWORD


def test_a_session_that_is_enough_reads_no_credential() -> None:
    hub = MemoryHub()
    asked: list[Account | None] = []

    def possible(account: Account | None) -> tuple[Evidence, ...]:
        asked.append(account)
        return (PASSWORD,)

    hub.password.possible = possible  # type: ignore[method-assign]
    assert isinstance(hub.visit("low"), Pending)
    assert isinstance(hub.answer("password"), Admitted)
    assert asked
    asked.clear()
    assert isinstance(hub.visit("low"), Authentication)
    assert not asked
