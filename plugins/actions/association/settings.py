"""What the operator says about associations: `[plugin.association]`."""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated

from pydantic import Field

from hub import value

EVERYTHING = ("mail", "family_name", "given_name", "mobile", "identifier")


@value
class FormSettings:
    """One form, `[plugin.association.forms.<key>]`; a service with `association.<key>` requires it,
    once for each person."""

    version: str
    """Of the attestation, kept in the proof. Whoever is associated stays so when it changes."""
    title: str
    """Above the form: « Votre compte Medimail »."""
    attestation: str
    """What the person attests by ticking the box, word for word."""
    mandatory: tuple[str, ...] = EVERYTHING
    """Among `mail`, `family_name`, `given_name`, `mobile`, `telephone`, `identifier`."""
    optional: tuple[str, ...] = ("telephone",)
    """The same, for what may stay empty."""


@value
class AssociationSettings:
    """What somebody confirms of themselves before a service opens for the first time."""

    forms: Mapping[str, FormSettings] = field(default_factory=dict)
    country: Annotated[str, Field(pattern="[A-Z]{2}")] = "FR"
    """Whose telephone numbers are meant where no country is typed."""
