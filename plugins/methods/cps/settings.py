"""What the operator says about cards: `[plugin.cps]`."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from hub import value

from .agent_settings import AgentSettings

PRODUCTION_POLICIES = ("1.2.250.1.213.1.7.1",)


@value
class CpsSettings:
    """Which cards are believed, and how it is known that none was revoked."""

    roots: tuple[str, ...]
    """PEM files of the self-signed roots; nothing else is trusted, the system's least of all."""
    authorities: tuple[str, ...]
    """PEM files of the authorities under them that sign cards, those of the ranges accepted."""
    kinds: tuple[Literal["cps", "cpf", "cpe", "cpa"], ...] = ("cps", "cpf", "cpe", "cpa")
    """Cards accepted; `cpe` means CDE too, `cpa` CDA. A card without a name never is."""
    policies: tuple[str, ...] = PRODUCTION_POLICIES
    """Certificate policies (OIDs) accepted, each with all below it."""
    test_cards: bool = False
    """Whether cards made for tests open accounts; refused in production."""
    diagnosis: str = ""
    """The national page that checks card and reader; empty: no link."""
    time_limit: Annotated[timedelta, Field(ge=timedelta(seconds=30), le=timedelta(minutes=10))] = (
        timedelta(minutes=3)
    )
    """For inserting the card, choosing the certificate and typing the PIN; shown on the page."""
    crls: tuple[str, ...] = ()
    """Where the revocation lists of the roots and authorities are: addresses, or files beside
    hub.toml. Addresses are fetched as the party `cps/crl`."""
    ocsp: str = ""
    """The responder's address, asked as the party `cps/ocsp`; empty: lists alone."""
    refresh: Annotated[timedelta, Field(ge=timedelta(minutes=1), le=timedelta(days=1))] = timedelta(
        hours=1
    )
    """Between two fetches of the lists."""
    late: Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(hours=24))] = timedelta(hours=6)
    """How long after its own end a list still counts: they are published in the morning."""
    unknown: Literal["refuse", "accept"] = "refuse"
    """When nobody can say whether a card is revoked. `accept`: it counts as two factors and no
    longer as certified, as long as a list is held that is not older than `oldest`."""
    oldest: Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(days=30))] = timedelta(days=3)
    """With `accept`: how long after its end the last good list is still looked into."""
    agent: AgentSettings = AgentSettings()
