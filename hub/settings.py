"""The shapes of hub.toml: what may stand in it, what it means, what holds when it is not said."""

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from typing import Any, Literal

from hub.card_settings import CardHostSettings
from hub.contract.events import Factor
from hub.contract.values import value
from hub.audit_settings import AuditSettings
from hub.retention_settings import RetentionSettings
from hub.service_settings import ServiceSettings
from hub.session_settings import SessionSettings
from hub.theme_settings import ThemeSettings

Environment = Literal["demo", "test", "production"]


@value
class MethodThrottle:
    """Limits of one method; what is not said is as for all."""

    tries: int | None = None
    """Wrong answers before the pause."""
    pause: timedelta | None = None
    """How long it lasts."""
    gap: timedelta | None = None
    """Between two beginnings: a message is not sent again before."""
    begins: int | None = None
    """Beginnings per `pause`."""


@value
class ThrottleSettings:
    """How often is too often."""

    tries: int = 3
    """Wrong answers by one person from one network."""
    pause: timedelta = timedelta(minutes=5)
    """How long that person waits then, from that network."""
    begins: int = 20
    """Beginnings of one method by one person per `pause`."""
    spread: int = 10
    """Wrong answers within an hour, from everywhere, after which an account slows down."""
    methods: Mapping[str, MethodThrottle] = field(default_factory=dict)


@value
class MessageSettings:
    """Which carriers are tried for each kind of message, in what order."""

    chains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By kind, `sms` or `mail`: channels tried in this order."""
    per_address: int = 10
    """Messages to one address in a day."""
    per_account: int = 20
    """Messages for one account in a day."""


@value
class FetchingSettings:
    """What may be fetched from addresses that services name: their keys, their lists."""

    allowed_hosts: tuple[str, ...] = ()
    """Host names that may stand in a private network. All others must be on the internet."""
    ports: tuple[int, ...] = (443,)
    """The ports that may be asked."""
    authorities: str = ""
    """A PEM file of certificate authorities trusted besides the public ones."""
    largest: int = 262_144
    """Bytes of a document; a larger one is refused."""
    longest: timedelta = timedelta(seconds=5)
    """From the name's resolution to the last byte."""
    keep_at_least: timedelta = timedelta(minutes=1)
    """A document is not fetched again before, whatever its sender says."""
    keep_at_most: timedelta = timedelta(hours=6)
    """Nor kept longer."""
    keep_failure: timedelta = timedelta(seconds=30)
    """After a failure the address is left alone for this long."""
    places: int = 8
    """Documents fetched at once; further ones are refused."""


@value
class TlsSettings:
    """How one party knows us, and we it, beyond what is public; PEM files."""

    certificate: str = ""
    """Shown to the party when the connection is made; then the issuing ones (RFC 8705)."""
    key: str = ""
    """Its private key, unreadable for others on the machine."""
    authorities: str = ""
    """Trusted for this party in the place of the public ones."""


@value
class PartySettings:
    """Limits of one party; what is not said is as for all."""

    connect: timedelta | None = None
    read: timedelta | None = None
    longest: timedelta | None = None
    wait: timedelta | None = None
    places: int | None = None
    largest: int | None = None
    failures: int | None = None
    rest: timedelta | None = None
    tls: TlsSettings | None = None
    """A certificate of ours, authorities of theirs."""


@value
class OutboundSettings:
    """What each party that the operator named may cost: gateways, providers, services told."""

    connect: timedelta = timedelta(seconds=2)
    """Until the connection stands."""
    read: timedelta = timedelta(seconds=5)
    """Between two pieces of an answer."""
    longest: timedelta = timedelta(seconds=15)
    """Until an answer has arrived whole."""
    wait: timedelta = timedelta(seconds=1)
    """For one of its places."""
    places: int = 4
    """Calls at once."""
    largest: int = 1_048_576
    """Bytes of an answer."""
    failures: int = 5
    """In a row, after which it is left alone."""
    rest: timedelta = timedelta(seconds=30)
    """For how long."""
    parties: Mapping[str, PartySettings] = field(default_factory=dict)
    """By service, by plugin, or by `"plugin/party"` where a plugin calls several."""


@value
class SupportSettings:
    """Whom people may call; shown on every page."""

    telephone: str = ""
    """Read out on every page, as written here."""
    hours: str = ""
    """When somebody answers."""
    mail: str = ""
    """For those who cannot call."""
    help: str = ""
    """A folder of help pages, `<language>/<number>-<name>.md`: they replace ours, or join them."""


@value
class PortalSettings:
    """What the hub's own pages need."""

    requires: tuple[str, ...] = ()
    """Required actions before the portal itself: `terms.portal`."""
    metrics_open: bool = False
    """Whether `/metrics` answers others than this machine."""


@value
class PossibleSettings:
    """What a sign-in at a provider proves, as far as the operator knows."""

    factors: tuple[Factor, ...]
    """`knowledge`, `possession`, `inherence`."""
    authenticator: str = "provider"
    """What the policy calls it; `provider` is worth `simple` in the shipped ones."""
    amr: tuple[str, ...] = ()
    """RFC 8176 values, as services are told."""
    phishing_resistant: bool = False
    """Whether a false page could not have used it."""


@value
class ProviderSettings:
    """One outside provider by a SATOSA backend, `[provider.<name>]`: it becomes a method."""

    title: str
    """On its button."""
    possible: PossibleSettings
    """In `[provider.<name>.possible]`."""
    module: str = ""
    """The backend's class: `satosa.backends.saml2.SAMLBackend`. Empty: as `file` says."""
    file: str = ""
    """Its configuration as SATOSA documents it, in YAML; `<base_url>`, `<name>` and `<folder>`,
    that of `hub.toml`, are filled in."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """The same here, in the place of a file."""
    micro_services: tuple[str, ...] = ()
    """YAML files of SATOSA's micro-services, in this order."""
    internal_attributes: str = ""
    """SATOSA's `internal_attributes.yaml`; empty: what is sent is known by no name."""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    """By system, the internal attribute that holds the number: `rpps = "rppsnumber"`. An account
    is found by it: name only what the provider has verified."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What else is taken, each under the hub's name for it: `given_name = "givenname"`."""
    name: str = "displayname"
    """The internal attribute with the name people read."""
    icon: str = ""
    """A name from the hub's icon set."""


@value
class HubSettings:
    """The whole of hub.toml, the tables of plugins and frontends apart."""

    public_address: str
    """Where browsers reach the hub; also the issuer's name in every token. Never changes."""
    database: str
    """`sqlite:///hub.db`, or `postgresql+psycopg://…` when several nodes share the work."""
    plugins: tuple[str, ...]
    """Enabled by name: being installed is not enough."""
    policy: str
    """What each proof is worth: `regional` or `strict`, or one of a plugin's."""
    environment: Environment = "production"
    """Simulators and consoles of development refuse to load in production."""
    listen: str = "127.0.0.1:8000"
    """Address and port of `hub serve`."""
    log: Literal["info", "warning"] = "info"
    """`info`: a line for each request. `warning`: what needs somebody's attention only."""
    workers: int = 2
    """Processes that answer requests; one per core is usual."""
    secrets: str = "secrets"
    """The folder of keys, mode 0700, made by `hub setup`. Back it up apart from the database."""
    stores: tuple[str, ...] = ()
    """The account stores asked, in this order; empty: all that plugins contribute."""
    methods: tuple[str, ...] = ()
    """The methods offered, in the order of the page; empty: all, as plugins contribute them."""
    national_identifiers: tuple[str, ...] = ("rpps", "adeli", "idnps")
    """By whose numbers an account is found when a provider vouches for one, the surest first: each
    must be one person's for good."""
    trusted_hops: int = 0
    """How many proxies in front append to X-Forwarded-For; with none the header is ignored."""
    languages: tuple[str, ...] = ("fr", "en")
    """Offered on every page; French must be among them."""
    session: SessionSettings = SessionSettings()
    retention: RetentionSettings = RetentionSettings()
    audit: AuditSettings = AuditSettings()
    throttle: ThrottleSettings = ThrottleSettings()
    messages: MessageSettings = MessageSettings()
    fetching: FetchingSettings = FetchingSettings()
    outbound: OutboundSettings = OutboundSettings()
    support: SupportSettings = SupportSettings()
    theme: ThemeSettings = ThemeSettings()
    portal: PortalSettings = PortalSettings()
    card_host: CardHostSettings = CardHostSettings()
    service: Mapping[str, ServiceSettings] = field(default_factory=dict)
    """The connected services, one table each."""
    provider: Mapping[str, ProviderSettings] = field(default_factory=dict)
    """Outside providers by SATOSA's own backends, one table each."""
