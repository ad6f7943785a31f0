import pytest

from hub.people.masking import masked


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("marie.durand@chu.example", "m•••@c•••.example"),
        ("marie@pole.chu.example", "m•••@p•••.example"),
        ("06 12 34 56 78", "••• 78"),
        ("+33612345678", "••• 78"),
        ("Portable : 06.12.34.56.78", "Portable : ••• 78"),
        ("Téléphone du cabinet", "Téléphone du cabinet"),
        ("Mot de passe, changé le 3 mai 2026", "Mot de passe, changé le 3 mai 2026"),
    ],
)
def test_only_addresses_are_hidden(label: str, shown: str) -> None:
    assert masked(label) == shown
