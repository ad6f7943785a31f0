"""What is kept of people who signed in for services: grants, devices, associations half made."""

from collections.abc import Iterable

from hub import Account, Holding, Json, Toolbox, kept_rows

from .devices import DeviceBook
from .tables import associations, grants


def kept_of_people(toolbox: Toolbox) -> Iterable[Holding]:
    work = toolbox.unit_of_work
    # With their tokens, by the foreign key. Those of a session end with it.
    yield Grants(toolbox)
    yield kept_rows.KeptRows("oidc.associations", associations, associations.c.account, work)


class Grants(kept_rows.KeptRows):
    """Of these only devices outlive a session, and have names their person gave."""

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__("oidc.grants", grants, grants.c.account, toolbox.unit_of_work)
        self._devices = DeviceBook(toolbox)

    def kept_of(self, account: Account) -> Json:
        devices: list[Json] = [
            {
                "service": each.client,
                "name": each.name,
                "since": each.since.isoformat(),
                "last_used": each.seen_at.isoformat(),
            }
            for each in self._devices.of(account.id)
        ]
        return {"devices": devices} if devices else None
