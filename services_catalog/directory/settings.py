"""What an operator may set about the directory."""

from collections.abc import Iterator
from datetime import timedelta

from hub import ConfigError, ConfigErrors, Settings, value

_MORE = (
    "Cherchez par nom, prénom, numéro RPPS ou adresse électronique, par activité et par lieu. "
    "Les accents et la fin des mots sont facultatifs. Vos favoris vous suivent d’un poste à "
    "l’autre.\n\n"
    "Chacun choisit dans « Gérer mon compte » qui peut voir ses informations : une personne qui "
    "ne souhaite pas apparaître n’est dans aucun résultat."
)


@value
class DirectorySettings:
    """« Annuaire »: professionals found by who, activity and where."""

    title: str = "Annuaire"
    summary: str = "Trouver un professionnel de santé"
    more: str = _MORE
    """The longer text behind « En savoir plus »."""
    minimum: str = "simple"
    """The level it takes to look."""
    accounts_every: timedelta = timedelta(hours=1)
    """How often the region's accounts are read again. Whoever hides is gone at once."""
    exported: int = 200
    """How many lines one export may carry; 0: nobody exports."""


def directory_settings(settings: Settings) -> DirectorySettings:
    """Raise `ConfigErrors`."""
    read = settings.section("directory", DirectorySettings)
    if errors := list(_wrong(read)):
        raise ConfigErrors(errors)
    return read


def _wrong(read: DirectorySettings) -> Iterator[ConfigError]:
    if read.accounts_every < timedelta(minutes=1):
        yield ConfigError("plugin.directory.accounts_every", "at least a minute")
    if not 0 <= read.exported <= 1000:
        yield ConfigError("plugin.directory.exported", "between 0 and 1000")
