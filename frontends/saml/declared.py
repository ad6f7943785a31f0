"""What `hub.toml` says of a SAML service, and of SAML as a whole."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import timedelta
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from hub import ConfigError, ConfigErrors, Json, Service, value

NameIdKind = Literal["persistent", "transient", "email", "unspecified"]
Algorithm = Literal["rsa-sha256", "rsa-pss-sha256", "ecdsa-sha256"]


@value
class SamlSettings:
    """`[plugin.saml]`."""

    keys: str = "secrets/saml"
    """The folder of the keys: `rsa.pem` and `ec.pem` sign, each a private key and its certificate;
    both are made where they are missing. `metadata.pem`, where it is, signs the metadata and is
    not in it: give it to the services. Any other `.pem` there is only published."""
    folder: str = ""
    """Where metadata of services lies that name their `entity_id` alone; any file ending `.xml`."""
    sign_metadata: bool = True
    valid_for: timedelta = timedelta(days=14)
    """How long services may keep our metadata."""
    organisation: str = ""
    """The name services show for this hub; empty: its address."""
    logo: str = ""
    """The address of a picture services may show for this hub; https."""
    scopes: tuple[str, ...] = ()
    """The domains this hub speaks for in scoped values: `region.example` (`shibmd:Scope`)."""
    contact: str = ""
    """An address for the people who run services: `support@region.example`."""
    refresh: timedelta = timedelta(hours=6)
    """How often metadata is fetched that stands at an address."""
    classes: Mapping[str, str] = field(default_factory=dict)
    """What a service that asked nothing is told, by our own acr: a class its software knows."""


@value
class SamlService:
    """`[service.<id>.saml]`."""

    metadata: str = ""
    """The file with its metadata."""
    metadata_url: str = ""
    """Or the address, fetched again and again; https."""
    metadata_certificate: str = ""
    """The file with the certificate that must have signed the metadata; for an address."""
    metadata_days: int = 400
    """How many days ahead the end (`validUntil`) of metadata at an address may lie, which it must
    say; 0: it need not. Without an end a keeper who lost their key is believed for ever."""
    metadata_xml: str = ""
    """Or the metadata itself: what `hub service add` keeps."""
    entity_id: str = ""
    """Which entity it is: in a file with several, or in the folder of `[plugin.saml]`."""
    sign: Literal["both", "assertion", "response"] = "both"
    algorithm: Algorithm = "rsa-sha256"
    encrypt: Literal["if_published", "always", "never"] = "if_published"
    """`if_published`: when its metadata has a key for it."""
    requests: Literal["as_published", "signed"] = "as_published"
    """`signed`: it must sign its requests, whatever its metadata says."""
    name_ids: tuple[NameIdKind, ...] = ("persistent", "transient")
    """How it may call people; the first is told when it does not ask."""
    attribute_names: Literal["uri", "basic"] = "uri"
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Another name for a claim: `rpps = "IdNat"`."""
    unsolicited: bool = False
    """Whether the tile signs in there without a request of the service's."""
    weak: tuple[Literal["sha1", "cbc", "rsa15"], ...] = ()
    """What this service alone may still use, noted at every start: `sha1` signs its requests;
    `cbc` and `rsa15` hide its assertions where its metadata offers nothing better."""


SETTINGS: Final = TypeAdapter(SamlSettings)
DECLARED: Final = TypeAdapter(SamlService)


def declared_by(table: Mapping[str, Json], at: str) -> SamlService:
    """*table* as it is meant, or `ConfigErrors` with the path of each wrong key below *at*."""
    own = {key: told for key, told in table.items() if key != "client_id"}
    try:
        return DECLARED.validate_python(own)
    except ValidationError as wrong:
        raise ConfigErrors(
            [
                ConfigError(".".join([at, *map(str, each["loc"])]), each["msg"])
                for each in wrong.errors()
            ]
        ) from None


def problems(declared: SamlService, service: Service, folder: str) -> Iterator[tuple[str, str]]:
    """Key and sentence of each contradiction."""
    named = [declared.metadata, declared.metadata_url, declared.metadata_xml]
    if sum(map(bool, named)) > 1:
        yield "metadata", "only one of metadata, metadata_url and metadata_xml"
    if not any(named) and not (declared.entity_id and folder):
        yield "metadata", "is needed, or entity_id with plugin.saml.folder"
    if declared.metadata_url and not declared.metadata_url.startswith("https://"):
        yield "metadata_url", "must be https"
    if declared.metadata_url and not declared.entity_id:
        yield "entity_id", "is needed: whoever stands at the address chooses no other"
    if declared.metadata_certificate and not declared.metadata_url:
        yield "metadata_certificate", "is for metadata_url"
    if not declared.name_ids:
        yield "name_ids", "at least one is needed"
    if "email" in declared.name_ids and "email" not in service.claims:
        yield "name_ids", "email needs the claim email"
