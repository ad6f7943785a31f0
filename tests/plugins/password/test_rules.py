"""Which passwords are good enough."""

import pytest

from hub.testing.people import ANN
from hub_plugins.methods.password.make_blocklist import candidates, read_words
from hub_plugins.methods.password.parts import BLOCKLIST
from hub_plugins.methods.password.rules import Rules, read_common

RULES = Rules(shortest=12, common=read_common(BLOCKLIST), words=("hopital", "hub.test"))


@pytest.mark.parametrize(
    ("password", "broken"),
    [
        ("quatre chats sur le toit", []),
        ("Zq7!mpXw93rT", []),
        ("été 36 à la forêt", []),
        ("onze lettres"[:11], ["too_short"]),
        ("🦄" * 11, ["too_short"]),
        ("🦄" * 12, []),
        ("é" * 512, []),
        ("é" * 513, ["too_long"]),
        ("motdepasse2026", ["common"]),
        ("MotDePasse2026!", ["common"]),
        ("m0td3passe2026", ["common"]),
        ("azertyuiopqs", ["common"]),
        ("infirmière2024", ["common"]),
        ("bienvenue-2026", ["common"]),
        ("aaaaaaaaaaaaaaa", ["common"]),
        ("AnnMartin2026", ["personal"]),
        ("ann.martin!!10001", ["personal"]),
        ("ann@hub.test2026", ["personal"]),
        ("Clinique du Parc 54", ["personal"]),
        ("hopital-hopital-54", ["personal"]),
        ("ann aime la glace", []),
    ],
)
def test_a_password_breaks_these_rules(password: str, broken: list[str]) -> None:
    assert RULES.broken(password, ANN) == broken


def test_names_count_only_when_somebody_is_known() -> None:
    assert RULES.broken("AnnMartin2026", None) == []


def test_the_list_is_what_its_words_make() -> None:
    common = read_common(BLOCKLIST)
    assert common == {each for each in candidates(read_words()) if len(each) >= 8}
    assert sum(len(each) >= 12 for each in common) > 20_000
