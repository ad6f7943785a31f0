"""What the operator says about SAML providers: `[plugin.saml_provider]`."""

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter

from hub import Factor, value

NAMES: Final = r"^[a-z][a-z0-9_-]{0,39}$"
Weak = Literal["sha1", "cbc", "rsa15"]
Comparison = Literal["exact", "minimum", "better"]


@value
class Keys:
    """One key of ours, and the certificate by which the provider knows it: PEM files."""

    key_file: str
    certificate_file: str


@value
class Places:
    """By which of the provider's attributes a place of practice is told; each by its full name."""

    structure: str
    """Empty: the provider tells none."""
    role: str = ""
    profession: str = ""


@value
class Worth:
    """What one kind of sign-in at the provider was made of; the first that fits counts."""

    classes: tuple[str, ...] = ()
    """The AuthnContext classes it stands for; empty: any, and none."""
    factors: tuple[Factor, ...]
    authenticator: str = "provider"
    """What the policy calls the thing used; `provider` is worth `simple` in the shipped ones."""
    amr: tuple[str, ...] = ()
    """What services are told (RFC 8176)."""
    phishing_resistant: bool = False


@value
class Provider:
    """`[plugin.saml_provider.providers.<name>]`: one provider; the name is its method's."""

    entity_id: str
    """Exactly as its metadata writes it."""
    title: str
    """Of the method, as people read it."""
    icon: str = ""
    metadata: str = ""
    """A file with its metadata. With an address too, it serves until the address was read."""
    metadata_url: str = ""
    """Where its metadata stands; read every `refresh`, and needs a certificate."""
    metadata_certificate: str = ""
    """A PEM file: who must have signed the metadata."""
    keys: tuple[Keys, ...] = ()
    """The first signs, all decrypt and stand in our metadata; none: unsigned, unencrypted."""
    own_entity_id: str = ""
    """How the provider knows the hub; empty: the address of our metadata."""
    signed: Literal["assertion", "response", "either", "both"] = "either"
    """What the provider must sign. Nothing unsigned is ever believed."""
    encrypted: bool = False
    """Whether its assertions must be encrypted."""
    sign_metadata: bool = True
    """Whether our metadata is signed, when there is a key."""
    classes: tuple[str, ...] = ()
    """AuthnContext classes asked of every sign-in, unless `classes_for` says otherwise."""
    classes_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By level of ours that a service asked: what is asked there."""
    comparison: Comparison = "exact"
    name_id_format: str = ""
    """Asked of the provider; empty: it chooses."""
    subject: str = ""
    """The attribute that names a person for good; empty: the NameID, unless it is transient."""
    name: str = ""
    """The attribute with what the person is called, for the page."""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    """By attribute: the system of the number in it (`rpps`). An account is found by these."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """By attribute: the name under which it is kept."""
    places: Places = Places(structure="")
    evidence: tuple[Worth, ...] = (Worth(factors=(Factor.KNOWLEDGE,)),)
    """When none fits the answer is refused; without a table: one factor, whatever it says."""
    weak: tuple[Weak, ...] = ()
    """What this provider may use although it is broken; each start says so in the log."""
    leeway: Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(minutes=5))] = timedelta(
        seconds=60
    )
    """How far its clock may be from ours."""


@value
class SamlProviderSettings:
    """SAML providers people may come from."""

    providers: Mapping[Annotated[str, Field(pattern=NAMES)], Provider] = field(default_factory=dict)
    refresh: Annotated[timedelta, Field(ge=timedelta(minutes=5))] = timedelta(hours=4)
    """How often metadata that stands at an address is read again."""


PROVIDER: Final = TypeAdapter(Provider)
