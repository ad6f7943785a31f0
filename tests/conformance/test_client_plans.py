"""Nothing of the clients' plans is left out: each module has its test, and no other is there."""

from importlib import import_module

import pytest

from tests.conformance.client_plans import PLANS, test_name as named


@pytest.mark.parametrize("plan", PLANS)
def test_every_module_of_a_clients_plan_is_played_and_no_other(plan: str) -> None:
    played = vars(import_module(f"tests.conformance.test_client_{plan}"))
    assert sorted(each for each in played if each.startswith("test_oidcc_")) == sorted(
        map(named, PLANS[plan])
    )
