"""Where pages of plugins stand under `/apps/`, and what they are called: `oidc`, `oidc/devices`."""

from hub.contract.identifiers import ServiceId


def service_of(place: str) -> ServiceId:
    """What the broker knows these pages as."""
    return ServiceId(f"apps-{place}")


def place_of(service: ServiceId) -> str | None:
    """`None`: no pages of a plugin."""
    place = service.removeprefix("apps-")
    return place if place != service else None


def plugin_of(place: str) -> str:
    return place.partition("/")[0]


def title_key(place: str) -> str:
    """Where the plugin's catalogue names them: `pages.title`, `pages.devices.title`."""
    return ".".join(filter(None, ("pages", place.partition("/")[2], "title")))
