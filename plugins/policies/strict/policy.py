"""What the strict policy counts."""

from dataclasses import replace

from hub import AssurancePolicy, Settings

from ..settings import WORTH, PolicySettings, table_policy


def strict(settings: Settings) -> AssurancePolicy:
    """Without `sms_until`, SMS adds no factor: a day must be chosen for it to count at all."""
    changes = settings.section("strict", PolicySettings)
    # NIST SP 800-63B-4 and CNIL 2025-019: reading one's mail proves no possession.
    uncounted = {"mail"} if changes.sms_until else {"mail", "sms"}
    return table_policy("strict", changes, replace(WORTH, discounted=frozenset(uncounted)))
