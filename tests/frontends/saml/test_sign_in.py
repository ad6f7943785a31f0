"""One sign-in of a service that speaks SAML, as it arrives there."""

import re

from lxml import etree

from hub import saml
from tests.frontends.saml.party import NS, Party
from tests.frontends.saml.sp import ACS, HUB


def test_a_person_who_signs_in_is_vouched_for_at_the_registered_address(party: Party) -> None:
    xml = party.sp.request()
    given = party.signed_in(xml, relay="https://image.test/study/42?a=1&b=é")
    assert given.address == ACS
    assert given.fields["RelayState"] == "https://image.test/study/42?a=1&b=é"
    assert given.codes() == ["Success"]
    assert given.root.get("Destination") == ACS
    assert given.root.get("InResponseTo") == etree.fromstring(xml.encode()).get("ID")
    bearer = given.one(".//saml:SubjectConfirmationData")
    assert bearer.get("Recipient") == ACS
    assert bearer.get("InResponseTo") == given.root.get("InResponseTo")
    assert bearer.get("NotBefore") is None
    assert given.one(".//saml:Audience").text == party.sp.entity_id


def test_whoever_is_signed_in_already_sees_no_page(party: Party) -> None:
    party.signed_in(party.sp.request())
    again = party.ask(party.sp.request())
    assert again.status_code == 200


def test_ids_are_names_nobody_guesses_and_none_comes_twice(party: Party) -> None:
    answers = [party.signed_in(party.sp.request()) for _ in range(3)]
    ids = [one.root.get("ID") for one in answers]
    ids += [one.one(".//saml:Assertion").get("ID") for one in answers]
    assert len(set(ids)) == 6
    assert all(re.fullmatch(r"_[0-9a-f]{32,}", each or "") for each in ids)


def test_assertion_and_response_are_signed_by_the_published_key(party: Party) -> None:
    given = party.signed_in(party.sp.request())
    described = etree.fromstring(party.metadata())
    published = [
        saml.Certificate.of(each.text) for each in described.iter(f"{{{NS['ds']}}}X509Certificate")
    ]
    response = saml.genuine(given.root, published)
    [assertion] = response.findall("saml:Assertion", NS)
    assert saml.genuine(assertion, published).find(".//saml:NameID", NS) is not None


def test_the_metadata_is_signed_and_names_the_endpoints(party: Party) -> None:
    root = etree.fromstring(party.metadata())
    assert root.get("entityID") == f"{HUB}/saml/metadata"
    certificates = [
        saml.Certificate.of(each.text) for each in root.iter(f"{{{NS['ds']}}}X509Certificate")
    ]
    assert saml.genuine(root, certificates).get("entityID") == root.get("entityID")
    places = {each.get("Location") for each in root.iter(f"{{{NS['md']}}}SingleSignOnService")}
    assert places == {f"{HUB}/saml/sso"}
