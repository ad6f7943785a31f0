"""How the pages of devices are put together, and who may open them."""

from collections.abc import Sequence

from hub import Access, Pages, Settings, Toolbox

from .client_book import clients_now
from .device_pages import DevicePages, device_blueprint
from .device_services import DeviceServices
from .grant_types import lasting
from .phone_pages import PhonePages, phone_blueprint


def pages_of_devices(settings: Settings, toolbox: Toolbox) -> Sequence[Pages]:
    """A code is typed by whoever has signed in; what lasts takes a strong session to change."""
    clients = clients_now(settings, toolbox)
    services = DeviceServices(clients, toolbox.services)
    typing = device_blueprint(DevicePages(toolbox, services))
    mine = phone_blueprint(PhonePages(toolbox, services))
    # A menu of every account leads nowhere in a region where no service has an application.
    offered = any(lasting(client.declared) for client in clients.values())
    return [
        Pages(blueprint=typing, access=Access(minimum="simple"), under="device"),
        Pages(blueprint=mine, access=Access(minimum="strong"), under="devices", listed=offered),
    ]
