"""The regional policy: any two different factors are strong, a code by mail included."""

from collections.abc import Iterable

from hub import AssurancePolicy, Settings, hookimpl

from ..settings import WORTH, PolicySettings, table_policy


@hookimpl
def assurance_policies(settings: Settings) -> Iterable[AssurancePolicy]:
    return [table_policy("regional", settings.section("regional", PolicySettings), WORTH)]
