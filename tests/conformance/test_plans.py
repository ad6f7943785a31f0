"""Nothing of the plans is left out: each module has its test, and no test is of no plan."""

from importlib import import_module

import pytest

from tests.conformance.plans import PLANS, test_name

FILES = {plan: (f"test_{plan}",) for plan in PLANS} | {"fapi2": ("test_fapi2", "test_fapi2_keys")}
PREFIXES = ("test_oidcc_", "test_fapi2_")


def played(plan: str) -> list[str]:
    modules = [import_module(f"tests.conformance.{name}") for name in FILES[plan]]
    return [name for module in modules for name in vars(module) if name.startswith(PREFIXES)]


@pytest.mark.parametrize("plan", PLANS)
def test_every_module_of_the_plan_is_played_and_no_other(plan: str) -> None:
    named = [test_name(module) for module in PLANS[plan]]
    assert len(set(named)) == len(named)
    assert sorted(played(plan)) == sorted(named)


def test_the_form_post_plan_is_the_basic_one_in_another_mode() -> None:
    from tests.conformance.test_basic import MODES

    assert set(MODES) == {"query", "form_post"}
