"""Software beside the browser: on any port, by a scheme of its own, on a telephone."""

import secrets
from urllib.parse import parse_qs, urlencode, urlsplit

from hub_plugins.demo.words import catalogues
from playwright.sync_api import Response

from tests.peers.browser.people import PASSWORD
from tests.peers.stories.neighbour import Neighbour
from tests.peers.stories.programs import Software, Telephone, asked_by, challenge
from tests.peers.stories.reading import flat
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import away_in_every_way

SCHEME = "com.example.pharmacie:/back"


@away_in_every_way
def test_software_opens_the_browser_and_listens_on_any_port_of_this_machine(
    away: Visit, neighbour: Neighbour
) -> None:
    person = away.person("pharmacist")
    number = str(99700000000 + person.number)
    first, second = Software(neighbour), Software(neighbour)
    addresses = [each.start(away.way.language, number) for each in (first, second)]
    ports = set()
    for address in addresses:
        away.open(address)
        if away.path.startswith("/login/"):
            # Whom the software asks for stands there already.
            assert away.page.locator("main [name=identifier]").input_value() == number
            away.send(password=PASSWORD)
        away.page.wait_for_url("http://127.0.0.1:*/back?**")
        assert flat(catalogues()[away.way.language]["desktop.go_back"]) in away.read()
        ports.add(urlsplit(away.page.url).port)
    assert len(ports) == 2
    for software in (first, second):
        assert "Marie" in software.close() and number in "\n".join(software.said)


@away_in_every_way
def test_software_may_have_an_address_of_a_scheme_of_its_own(away: Visit) -> None:
    verifier = secrets.token_urlsafe(48)
    asked = {
        "client_id": "pharmacie",
        "redirect_uri": SCHEME,
        "response_type": "code",
        "scope": "openid",
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    away.open(f"/oidc/authorize?{urlencode(asked)}")

    def leaves(response: Response) -> bool:
        return str(response.headers.get("location", "")).startswith(f"{SCHEME}?")

    with away.page.expect_event("response", leaves) as came:
        away.password(away.person("own-scheme"))
    [code] = parse_qs(urlsplit(came.value.headers["location"]).query)["code"]
    form = {"grant_type": "authorization_code", "client_id": "pharmacie", "code": code}
    status, said = asked_by(
        away, "/oidc/token", None, **form, redirect_uri=SCHEME, code_verifier=verifier
    )
    assert status == 200 and said["id_token"]


def _shown(tab: Visit) -> None:
    tab.open("/apps/oidc/devices/")
    tab.press("form[action$='/devices/add'] button")
    tab.page.locator("main img").first.wait_for()


@away_in_every_way
def test_who_saw_the_code_of_a_telephone_s_ticket_lacks_its_verifier_and_its_key(
    away: Visit,
) -> None:
    away.enter_by_application(away.person("shows-ticket"), "/apps/oidc/devices/")
    owner, thief = Telephone(away), Telephone(away)
    _shown(away)
    stolen = owner.reads()
    assert thief.redeems(stolen)[0] == 400
    # Tried once by a stranger, it is worth nothing to anybody.
    assert owner.redeems(stolen)[0] == 400
    _shown(away)
    code = owner.reads()
    assert thief.redeems(code, owner.verifier, key=False)[0] == 400
    status, given = owner.redeems(code)
    assert status == 200, given
    assert thief.refreshes(given["refresh_token"]) == 400
    assert owner.refreshes(given["refresh_token"]) == 200
    away.open("/apps/oidc/devices/")
    assert "Mon téléphone" in away.page.content()
