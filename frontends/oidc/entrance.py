"""How services come in: the frontend's part in `hub service`, and in registration by themselves."""

from collections.abc import Callable, Mapping
from datetime import datetime

from satosa.context import Context
from satosa.response import Response

from hub import ConfigError, Json, NewSecret, RawRequest, Service, ServiceId, Toolbox

from .endpoints import Endpoint, machine
from .grants import GrantBook
from .joining import Joining
from .logos import Logos
from .registration import Registrations

About = Callable[[RawRequest, str], Response]


class Entrance:
    """Implements `TakesServices`."""

    def let_in(self, joining: Joining, book: GrantBook, toolbox: Toolbox) -> None:
        _check_level(joining, toolbox)
        self._joining = joining
        self._given = book
        self._logos = Logos(toolbox.registry, toolbox.services, toolbox.fetcher)
        self._registrations = Registrations(joining.settings, joining, book, toolbox)

    def entrances(self) -> list[tuple[str, Endpoint]]:
        managed = _about(lambda: self._registrations.one, "GET", "PUT", "DELETE")
        return [
            (r"^oidc/register$", machine(lambda raw: self._registrations.register(raw), "POST")),
            (r"^oidc/register/[^/]+$", managed),
            (r"^oidc/logo/[^/]+$", _about(lambda: self._logos.respond, "GET")),
        ]

    def checked(self, service: Service) -> Service:
        return self._joining.checked(service)

    def with_secret(
        self, table: Mapping[str, Json], former_until: datetime | None
    ) -> NewSecret | None:
        return self._joining.with_secret(table, former_until)

    def end_service(self, service: ServiceId) -> None:
        # A service that is not open any more has no client left to ask for its name.
        names = [each.id for each in self._joining.configured if each.service == service]
        self._given.end_client((names or [service])[0])


def _check_level(joining: Joining, toolbox: Toolbox) -> None:
    named = joining.settings.registration_minimum
    known = {name for level in toolbox.ladder for name in (level.name, level.acr)}
    if named and named not in known:
        levels = ", ".join(level.name for level in toolbox.ladder)
        raise ConfigError(
            "plugin.oidc.registration_minimum", f"no level {named!r} in policy; it has {levels}"
        )


def _about(part: Callable[[], About], *methods: str) -> Endpoint:
    """The path ends with the client that is meant; *part* exists once bound."""

    def endpoint(context: Context) -> Response:
        name = context.path.rpartition("/")[2]
        return machine(lambda raw: part()(raw, name), *methods)(context)

    return endpoint
