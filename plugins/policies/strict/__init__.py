"""The strict policy: a code by mail adds no factor, one by SMS only until a chosen day."""

from collections.abc import Iterable

from hub import AssurancePolicy, Settings, hookimpl

from .policy import strict


@hookimpl
def assurance_policies(settings: Settings) -> Iterable[AssurancePolicy]:
    return [strict(settings)]
