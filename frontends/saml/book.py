"""The services there are now: those of the configuration, and those that joined while it runs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from hub import Clock, ConfigError, ConfigErrors, DeclaredPeer, Service, ServiceId, saml, value

from .declared import SamlService, declared_by
from .entities import Entity, entities
from .fetching import Fetched
from .hiding import Hiding, NoHiding, hiding

FRONTEND: Final = "saml"


@value
class Listed:
    """A service of `hub.toml`, its files read."""

    service: ServiceId
    declared: SamlService
    xml: str = ""
    """Its metadata; empty: it stands at an address."""
    certificate: str = ""
    """In PEM: who signs what stands there."""


@value
class Sp:
    """A service as the protocol sees it."""

    service: ServiceId
    declared: SamlService
    entity: Entity
    hiding: Hiding | None
    """What hides its assertions from all others; `None`: they travel in the clear, inside TLS."""

    @property
    def allowed(self) -> saml.Algorithms:
        """What its own signatures may be made with."""
        return saml.STRONG.besides({saml.Weak(each) for each in self.declared.weak})


class Book:
    def __init__(
        self,
        listed: Sequence[Listed],
        services: Mapping[ServiceId, Service],
        stored: Fetched,
        clock: Clock,
    ) -> None:
        self._services = services
        self._stored = stored
        self._clock = clock
        self._listed = {each.service: each for each in listed}
        self._fixed = {
            name: understood(name, each.declared, each.xml.encode())
            for name, each in self._listed.items()
            if each.xml
        }
        self._read: dict[ServiceId, tuple[object, Sp | None]] = {}
        self._places: dict[str, ServiceId] = {sp.entity.id: n for n, sp in self._fixed.items()}

    def of_entity(self, entity_id: str) -> Sp | None:
        """`None`: no open service is so called, or its metadata is out of date."""
        name = self._places.get(entity_id)
        sp = self.of_service(name) if name else None
        if sp and sp.entity.id == entity_id:
            return sp
        return next((each for each in self._all() if each.entity.id == entity_id), None)

    def of_service(self, name: ServiceId) -> Sp | None:
        service = self._services.get(name)
        if service is None or not speaks(service):
            return None
        sp = self._sp(service)
        if sp is None or (sp.entity.until and sp.entity.until <= self._clock()):
            return None
        self._places[sp.entity.id] = name
        return sp

    def _all(self) -> Iterator[Sp]:
        for service in list(self._services.values()):
            if sp := self.of_service(service.id):
                yield sp

    def _sp(self, service: Service) -> Sp | None:
        if service.id in self._fixed:
            return self._fixed[service.id]
        listed = self._listed.get(service.id)
        source: object = self._stored.xml(service.id) if listed else service
        kept = self._read.get(service.id)
        if kept is None or kept[0] is not source:
            kept = self._read[service.id] = (source, _made(service, listed, source))
        return kept[1]


def speaks(service: Service) -> bool:
    return isinstance(service.peer, DeclaredPeer) and service.peer.frontend == FRONTEND


def understood(name: ServiceId, declared: SamlService, xml: bytes) -> Sp:
    """Raise `ConfigErrors` where *xml* is not metadata this service can be spoken to by."""
    at = f"service.{name}.saml"
    try:
        entity = chosen(entities(xml), declared.entity_id)
    except saml.Untrusted as problem:
        said = f"is not metadata of one service provider ({problem.why})"
        raise ConfigErrors([ConfigError(f"{at}.metadata", said)]) from None
    if declared.requests == "signed" and not entity.signing:
        raise ConfigErrors([ConfigError(f"{at}.requests", "its metadata has no key")])
    return Sp(service=name, declared=declared, entity=entity, hiding=_hiding(entity, declared, at))


def chosen(found: Mapping[str, Entity], entity_id: str) -> Entity:
    """The entity so called; of a file with one, that one."""
    if entity_id and entity_id in found:
        return found[entity_id]
    if entity_id or len(found) != 1:
        raise saml.Untrusted("entity_id")
    return next(iter(found.values()))


def _hiding(entity: Entity, declared: SamlService, at: str) -> Hiding | None:
    try:
        return hiding(entity, declared)
    except NoHiding:
        problem = (
            "its metadata has no RSA key for AES-GCM and RSA-OAEP; say never to send in the clear,"
            " or exempt it by weak"
        )
        raise ConfigErrors([ConfigError(f"{at}.encrypt", problem)]) from None


def _made(service: Service, listed: Listed | None, source: object) -> Sp | None:
    if listed:
        # Never fetched: until then the service is not known here.
        if not isinstance(source, bytes):
            return None
        return understood(service.id, listed.declared, source)
    assert isinstance(service.peer, DeclaredPeer)
    declared = declared_by(service.peer.table, f"service.{service.id}.saml")
    return understood(service.id, declared, declared.metadata_xml.encode())
