"""Tells a person, wherever they can be reached, that something was associated in their name."""

from hub import AccountId, Message, ServiceId, Toolbox

from .clients import Client


class Herald:
    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    def associated(self, account_id: AccountId | None, client: Client) -> None:
        """In the trail, and by mail and SMS: whoever took the account over did this next."""
        told = {"service": str(client.service), "device": self._title(client)}
        self._toolbox.note("device.associated", account_id, **told)
        account = self._toolbox.accounts.by_id(account_id) if account_id else None
        for contact in account.contacts if account else ():
            if contact.validated:
                self._toolbox.messenger.post(
                    Message(
                        kind=contact.kind,
                        to=contact.address,
                        template="device_associated",
                        values={"service": self._title(client)},
                        account=account_id,
                        notice=True,
                    )
                )

    def _title(self, client: Client) -> str:
        service = self._toolbox.services.get(ServiceId(client.service))
        return service.tile.title if service and service.tile else client.id
