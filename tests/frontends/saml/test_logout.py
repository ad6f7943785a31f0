"""Single logout: asked by a service, asked of a service, and what nobody can forge."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree
from werkzeug.test import TestResponse

from hub import saml
from hub.contract.identifiers import ServiceId
from hub.contract.logout import Hop, Participation
from tests.frontends.saml.party import NS, Given, Party, connected
from tests.frontends.saml.sp import (
    HUB,
    NAMESPACES,
    SLO,
    ServiceProvider,
    enveloped,
    redirected,
    signed_redirect,
)


def logout_request(party: Party, given: Given, **changed: str) -> str:
    told = {
        "name": given.name.text,
        "index": given.one(".//saml:AuthnStatement").get("SessionIndex"),
        "at": "2026-01-01T12:00:00Z",
        "until": "2026-01-01T12:05:00Z",
        "issuer": party.sp.entity_id,
        "destination": SLO,
        **changed,
    }
    return (
        f'<samlp:LogoutRequest {NAMESPACES} ID="_out" Version="2.0" IssueInstant="{told["at"]}" '
        f'NotOnOrAfter="{told["until"]}" Destination="{told["destination"]}">'
        f"<saml:Issuer>{told['issuer']}</saml:Issuer>"
        f"<saml:NameID>{told['name']}</saml:NameID>"
        f"<samlp:SessionIndex>{told['index']}</samlp:SessionIndex></samlp:LogoutRequest>"
    )


def ask(party: Party, xml: str, relay: str | None = "back to 42") -> TestResponse:
    return party.browser.get(f"/saml/slo?{signed_redirect(xml, relay)}")


def answered(party: Party, response: TestResponse) -> tuple[etree._Element, str | None]:
    """What the service reads in the redirect, its signature verified."""
    assert response.status_code == 303, response.data
    place = urlsplit(response.location)
    assert f"{place.scheme}://{place.netloc}{place.path}" == party.sp.logout
    saml.verify_query(place.query, "SAMLResponse", published(party))
    read = saml.read_query(place.query, "SAMLResponse")
    return saml.message(saml.inflated(read.message)), read.relay_state


def published(party: Party) -> list[saml.Certificate]:
    root = etree.fromstring(party.metadata())
    return [saml.Certificate.of(each.text) for each in root.iter(f"{{{NS['ds']}}}X509Certificate")]


def codes(root: etree._Element) -> list[str]:
    return [
        each.get("Value").rpartition(":")[2] for each in root.iterfind(".//samlp:StatusCode", NS)
    ]


def test_a_service_that_asks_is_answered_once_the_session_is_over(party: Party) -> None:
    given = party.signed_in(party.sp.request())
    assert ask(party, logout_request(party, given)).location == "/logout/1"
    [departure] = party.leaving.departures
    assert departure.session
    [participation] = party.hub.records.participations(departure.session)
    assert departure.service == "image"
    party.sessions.ended.add(participation.session)
    back = party.browser.get(str(departure.return_url).removeprefix(HUB))
    root, relay = answered(party, back)
    assert codes(root) == ["Success"]
    assert root.get("InResponseTo") == "_out"
    assert relay == "back to 42"


def test_whoever_stays_signed_in_here_left_that_service_alone(party: Party) -> None:
    ask(party, logout_request(party, party.signed_in(party.sp.request())))
    address = str(party.leaving.departures[0].return_url).removeprefix(HUB)
    root, _ = answered(party, party.browser.get(address))
    assert codes(root) == ["Success", "PartialLogout"]
    assert party.browser.get(address).status_code == 400


def test_a_service_that_did_not_hear_makes_a_logout_partial(party: Party) -> None:
    ask(party, logout_request(party, party.signed_in(party.sp.request())))
    [departure] = party.leaving.departures
    assert departure.session
    party.sessions.ended.add(departure.session)
    party.leaving.silent = [ServiceId("image"), ServiceId("file")]
    root, _ = answered(party, party.browser.get(str(departure.return_url).removeprefix(HUB)))
    assert codes(root) == ["Success", "PartialLogout"]


def test_a_service_that_wants_no_answer_is_given_none(party: Party) -> None:
    xml = logout_request(party, party.signed_in(party.sp.request())).replace(
        "<saml:NameID>",
        "<samlp:Extensions><Asynchronous"
        ' xmlns="urn:oasis:names:tc:SAML:2.0:protocol:ext:async-slo"/></samlp:Extensions>'
        "<saml:NameID>",
    )
    assert ask(party, xml).location == "/logout/1"
    [departure] = party.leaving.departures
    assert departure.session and departure.return_url is None


def test_a_posted_logout_request_is_believed_by_its_own_signature(party: Party) -> None:
    xml = enveloped(logout_request(party, party.signed_in(party.sp.request())))
    assert party.post(xml, path="/saml/slo").location == "/logout/1"


@pytest.mark.parametrize("changed", [{"index": "other"}, {"name": "other"}])
def test_a_session_that_was_never_told_is_unknown(party: Party, changed: dict[str, str]) -> None:
    given = party.signed_in(party.sp.request())
    root, _ = answered(party, ask(party, logout_request(party, given, **changed)))
    assert codes(root) == ["Requester", "UnknownPrincipal"]
    assert party.leaving.departures == []


def test_without_an_index_every_session_of_that_name_is_meant(party: Party) -> None:
    given = party.signed_in(party.sp.request())
    xml = re.sub("<samlp:SessionIndex>.*</samlp:SessionIndex>", "", logout_request(party, given))
    ask(party, xml)
    [departure] = party.leaving.departures
    assert departure.proved == (departure.session,)


@pytest.mark.parametrize("by", ["nobody", "evil"])
def test_what_the_service_did_not_sign_ends_nothing(party: Party, by: str) -> None:
    xml = logout_request(party, party.signed_in(party.sp.request()))
    query = redirected(xml) if by == "nobody" else signed_redirect(xml, by=by)
    answer = party.browser.get(f"/saml/slo?{query}")
    assert answer.get_data(as_text=True).startswith("saml.bad_signature")
    assert party.leaving.departures == []


def test_another_service_cannot_end_it_with_its_own_signature(keys: Path) -> None:
    image, file = ServiceProvider(), ServiceProvider(entity_id="https://file.test", keys=("file",))
    party = Party(keys, connected("image", image), connected("file", file))
    xml = logout_request(party, party.signed_in(image.request()), issuer=image.entity_id)
    answer = party.browser.get(f"/saml/slo?{signed_redirect(xml, by='file')}")
    assert answer.status_code == 403
    assert party.leaving.departures == []
    party.close()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"at": "2026-01-01T11:50:00Z"}, "saml.expired"),
        ({"until": "2026-01-01T12:00:00Z"}, "saml.expired"),
        ({"destination": "https://other.test/slo"}, "saml.wrong_destination"),
    ],
)
def test_an_old_or_foreign_logout_request_ends_nothing(
    party: Party, changed: dict[str, str], code: str
) -> None:
    given = party.signed_in(party.sp.request())
    answer = ask(party, logout_request(party, given, **changed))
    assert answer.get_data(as_text=True).startswith(code)
    assert party.leaving.departures == []


def hop(party: Party) -> tuple[Hop, etree._Element, Participation]:
    party.signed_in(party.sp.request())
    [login] = party.hub.records.sessions.values()
    [participation] = party.hub.records.participations(login.id)
    way = party.endings["saml"].end(participation, f"{HUB}/logout/9?told=image")
    assert isinstance(way, Hop)
    query = urlsplit(way.url).query
    saml.verify_query(query, "SAMLRequest", published(party))
    read = saml.read_query(query, "SAMLRequest")
    return way, saml.message(saml.inflated(read.message)), participation


def test_a_service_is_told_by_redirect_with_the_names_it_knows(party: Party) -> None:
    given = party.signed_in(party.sp.request())
    way, root, _ = hop(party)
    assert way.url.startswith(f"{party.sp.logout}?")
    assert root.findtext("saml:NameID", namespaces=NS) == given.name.text
    index = given.one(".//saml:AuthnStatement").get("SessionIndex")
    assert root.findtext("samlp:SessionIndex", namespaces=NS) == index


def response_to(party: Party, request: str | None, status: str = "Success") -> str:
    code = f"urn:oasis:names:tc:SAML:2.0:status:{status}"
    return (
        f'<samlp:LogoutResponse {NAMESPACES} ID="_r" Version="2.0" Destination="{SLO}" '
        f'IssueInstant="2026-01-01T12:00:00Z" InResponseTo="{request}">'
        f"<saml:Issuer>{party.sp.entity_id}</saml:Issuer><samlp:Status>"
        f'<samlp:StatusCode Value="{code}"/></samlp:Status></samlp:LogoutResponse>'
    )


@pytest.mark.parametrize(("status", "more"), [("Success", ""), ("Responder", "&refused=1")])
def test_the_answer_of_a_service_leads_back_to_the_page(
    party: Party, status: str, more: str
) -> None:
    _, root, _ = hop(party)
    xml = response_to(party, root.get("ID"), status)
    query = signed_redirect(xml, name="SAMLResponse")
    back = party.browser.get(f"/saml/slo?{query}")
    assert back.location == f"{HUB}/logout/9?told=image{more}"
    assert party.browser.get(f"/saml/slo?{query}").status_code == 400


def test_an_unsigned_answer_says_nothing(party: Party) -> None:
    _, root, _ = hop(party)
    xml = response_to(party, root.get("ID"))
    query = redirected(xml, name="SAMLResponse")
    assert party.browser.get(f"/saml/slo?{query}").status_code == 403


def test_a_worker_without_a_browser_has_no_hop(party: Party) -> None:
    _, _, participation = hop(party)
    assert party.endings["saml"].end(participation, "") is None


def test_a_service_that_publishes_no_place_cannot_be_told(keys: Path) -> None:
    sp = ServiceProvider(logout="")
    party = Party(keys, connected("image", sp))
    party.signed_in(sp.request())
    [session] = party.hub.records.sessions.values()
    [participation] = party.hub.records.participations(session.id)
    assert party.endings["saml"].end(participation, "https://hub.test/x") is None
    gone = replace(participation, service=ServiceId("gone"))
    assert party.endings["saml"].end(gone, "https://hub.test/x") is None
    party.close()


def test_an_address_told_as_a_name_can_be_said_again(keys: Path) -> None:
    party = Party(keys, connected("image", ServiceProvider(), name_ids=["email"]))
    _, root, _ = hop(party)
    assert root.findtext("saml:NameID", namespaces=NS) == "ann@hub.test"
    assert "ann@hub.test" not in str(parse_qs(urlsplit(party.sp.logout).query))
    party.close()
