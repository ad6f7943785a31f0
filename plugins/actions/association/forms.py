"""The forms that hub.toml declares, read once at start."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from hub import ConfigError, ConfigErrors, Settings, value

from .fields import FIELDS, IDENTIFIER, halves
from .settings import AssociationSettings, FormSettings

_NAMES = {*FIELDS, IDENTIFIER} - {*halves(IDENTIFIER)}


@value
class Form:
    key: str
    version: str
    title: str
    attestation: str
    asked: tuple[str, ...]
    """Names of `FIELDS`, in the order of the page."""
    mandatory: frozenset[str]
    country: str

    @property
    def digest(self) -> str:
        """SHA-256 of the attestation, in the proof: which words were attested."""
        return sha256(self.attestation.encode()).hexdigest()


def read_forms(settings: Settings) -> Sequence[Form]:
    """Raise `ConfigErrors` naming every form that cannot be asked."""
    declared = settings.section("association", AssociationSettings)
    if errors := list(_wrong(declared.forms)):
        raise ConfigErrors(errors)
    return [_form(key, each, declared.country) for key, each in declared.forms.items()]


def _form(key: str, declared: FormSettings, country: str) -> Form:
    mandatory = {half for name in declared.mandatory for half in halves(name)}
    optional = {half for name in declared.optional for half in halves(name)}
    return Form(
        key=key,
        version=declared.version,
        title=declared.title,
        attestation=declared.attestation,
        asked=tuple(name for name in FIELDS if name in mandatory | optional),
        mandatory=frozenset(mandatory),
        country=country,
    )


def _wrong(forms: Mapping[str, FormSettings]) -> Iterator[ConfigError]:
    for key, form in forms.items():
        path = f"plugin.association.forms.{key}"
        for at, names in (("mandatory", form.mandatory), ("optional", form.optional)):
            if strange := sorted(set(names) - _NAMES):
                problem = f"no field {', '.join(strange)}; there are {', '.join(sorted(_NAMES))}"
                yield ConfigError(f"{path}.{at}", problem)
        if both := sorted({*form.mandatory} & {*form.optional}):
            yield ConfigError(f"{path}.optional", f"mandatory already: {', '.join(both)}")
        for at in ("version", "title", "attestation"):
            if not getattr(form, at).strip():
                yield ConfigError(f"{path}.{at}", "must not be empty")
