"""Help where it is needed: beside each method, gathered in one place, and never a dead end."""

from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way

SUBJECTS = {
    "fr": (
        "Installez le logiciel des cartes",
        "diagnostic national",
        "de préférence Firefox ou Chrome",
        "souvent cachée derrière le navigateur",
        "La fenêtre du code bloque le navigateur : retirez la carte",
        "Une deuxième fenêtre demande le code alors que je suis connecté : ignorez-la",
        "débloquez-la avec le code de déblocage à huit chiffres",
        "Lettre perdue",
        "Première utilisation",
        "une extension du navigateur",
        "Pro Santé Connect en trois étapes",
        "Carte perdue ou volée",
        *("CPS professionnel inscrit", "CPF professionnel en formation", "CPE personnel", "CDE"),
        "Activez-la avec votre carte CPS",
        "ou avec l’adresse électronique et le numéro de mobile",
        "Mes coordonnées sont fausses",
    ),
    "en": (
        "Install the card software",
        "national card diagnosis",
        "preferably Firefox or Chrome",
        "often hides behind the browser",
        "The PIN window blocks the browser: remove the card",
        "A second window asks for the PIN though I am signed in: ignore it",
        "unblock it with the eight-digit code",
        "Letter lost",
        "First use",
        "a browser extension",
        "Pro Santé Connect in three steps",
        "Card lost or stolen",
        *("CPS professional in the RPPS", "CPF professional in training", "CPE staff", "CDE"),
        "Activate it with your CPS card",
        "or with the mail address and mobile number",
        "My data are wrong",
    ),
}


@in_every_way
def test_beside_each_method_help_opens_in_another_tab_and_loses_nothing(tab: Visit) -> None:
    tab.open("/open/medimail")
    for name in ("password", "psc", "cps", "passkey"):
        with tab.page.context.expect_page() as opened:
            tab.press(f"main a[href='/help/{name}']")
        assert opened.value.locator("h1").inner_text()
        assert "03 00 00 00 00" in opened.value.locator("body").inner_text()
        opened.value.close()
    assert "Medimail" in tab.page.locator("#going").inner_text()


@in_every_way
def test_the_help_centre_gathers_every_subject(tab: Visit) -> None:
    tab.open("/help")
    assert tab.page.locator("html").get_attribute("lang") == tab.way.language
    words = tab.read()
    for address in _pages(tab):
        tab.open(address)
        assert tab.status == 200
        words += f" {tab.read()}"
    assert [each for each in SUBJECTS[tab.way.language] if each not in words] == []
    foot = tab.read(".foot")
    assert "03 00 00 00 00" in foot and "de 9 h à 18 h" in foot
    assert "assistance@region.example" in foot


@in_every_way
def test_help_needs_no_script(tab: Visit) -> None:
    tab.open("/services")
    tab.press("header a[href='/help']")
    tab.page.wait_for_url("**/help")
    tab.open(_pages(tab)[0])
    assert tab.page.locator("h1").inner_text()
    assert tab.page.locator("main script").count() == 0 and tab.complaints == []


def _pages(tab: Visit) -> list[str]:
    links = tab.page.locator("main a[href^='/help/']").all()
    return [str(each.get_attribute("href")) for each in links]


@in_every_way
def test_a_page_of_the_operators_joins_ours(tab: Visit) -> None:
    tab.open("/help")
    words = {"fr": "Le mot de la région", "en": "The word of the region"}[tab.way.language]
    tab.page.get_by_role("link", name=f"{words} 001122").first.click()
    tab.page.locator("h1", has_text=words).wait_for()
    assert tab.page.locator("main strong", has_text="001122").count() == 1
    assert "03 00 00 00 00" in tab.read(".foot")


OURS = {"fr": "qui changent toutes les trente secondes", "en": "that change every thirty seconds"}


@in_every_way
def test_a_page_of_the_operators_stands_in_place_of_ours(tab: Visit) -> None:
    words = {"fr": "Le mot de la région 334455", "en": "The word of the region 334455"}
    tab.open("/help")
    link = tab.page.locator("main a[href='/help/totp']")
    assert words[tab.way.language] in link.first.inner_text()
    link.first.click()
    tab.page.locator("h1", has_text=words[tab.way.language]).wait_for()
    said = tab.read()
    assert tab.page.locator("main strong", has_text="334455").count() == 1
    assert OURS[tab.way.language] not in said
    assert "03 00 00 00 00" in tab.read(".foot")
