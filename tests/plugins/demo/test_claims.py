"""What a demo service was told stands on its page, for a reader and as it came."""

from hub_plugins.demo.claims import told
from hub_plugins.demo.words import catalogues, language

CLAIMS = {
    "sub": "abc",
    "iss": "http://localhost:8000",
    "acr": "urn:hub:acr:strong",
    "amr": ["pwd", "sms"],
    "auth_time": 1_767_600_720,
    "nonce": "n",
    "situation": {"id": "x", "structure": "Cabinet", "role": "Médecin", "source": "file"},
}


def test_how_sure_and_who_stand_first_and_the_protocol_last() -> None:
    names = [each.name for each in told(CLAIMS, "fr", {})]
    assert names == ["acr", "amr", "auth_time", "sub", "situation", "iss"]


def test_levels_means_and_moments_are_said_in_both_languages() -> None:
    words = catalogues()
    french = {each.name: each.words for each in told(CLAIMS, "fr", words["fr"])}
    english = {each.name: each.words for each in told(CLAIMS, "en", words["en"])}
    assert french["acr"] == "Connexion forte" and english["acr"] == "Strong sign-in"
    assert french["amr"] == "mot de passe, code par SMS"
    assert "5 janvier 2026" in french["auth_time"] and "January 5, 2026" in english["auth_time"]
    assert french["situation"] == "Médecin, Cabinet"


def test_a_structure_is_called_by_its_name_where_it_has_one() -> None:
    place = {"structure": "990000029", "name": "CHU de Grandval", "role": "Médecin"}
    assert told({"situation": place}, "fr", {})[0].words == "Médecin, CHU de Grandval"


def test_how_each_factor_was_proved_and_who_says_so_is_said_in_words() -> None:
    proof = {"authenticator": "psc_card", "at": 1_767_600_720, "vouched_by": "https://psc.test"}
    [shown] = told({"proofs": [proof]}, "fr", catalogues()["fr"])
    assert shown.words == "carte CPS, par Pro Santé Connect (https://psc.test)"
    assert shown.raw == "psc_card, 1767600720, https://psc.test"


def test_every_claim_is_also_shown_as_it_came() -> None:
    raw = {each.name: each.raw for each in told(CLAIMS, "fr", {})}
    assert raw["acr"] == "urn:hub:acr:strong" and raw["amr"] == "pwd, sms"


def test_a_claim_without_words_is_shown_as_it_came() -> None:
    assert told({"acr": "urn:other"}, "fr", catalogues()["fr"])[0].words == "urn:other"


def test_both_languages_say_the_same_things() -> None:
    words = catalogues()
    assert words["fr"].keys() == words["en"].keys()
    assert all(words["fr"].values()) and all(words["en"].values())


def test_a_browser_in_an_unknown_language_is_served_in_french() -> None:
    assert language(["de-DE", "en-GB"]) == "en"
    assert language(["de"]) == "fr"
    assert language([]) == "fr"
