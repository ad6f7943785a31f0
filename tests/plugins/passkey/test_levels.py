"""What a passkey is worth: strong under either policy, and never certified."""

import pytest

from hub.contract.settings import Settings
from hub.testing.settings import TableSettings
from hub.testing.toolbox import NOON
from hub_plugins.methods.passkey.method import evidence
from hub_plugins.policies import regional, strict


@pytest.mark.parametrize("policy", [regional, strict])
@pytest.mark.parametrize("attested", [True, False])
def test_a_passkey_is_strong_by_itself(policy: object, attested: bool) -> None:
    settings: Settings = TableSettings()
    (table,) = policy.assurance_policies(settings)  # type: ignore[attr-defined]
    assert table.achieved([evidence(attested=attested)], None, NOON).name == "strong"
