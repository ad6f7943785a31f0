"""What a request asks beside a class: which provider, which person, no page, no new proof."""

from dataclasses import replace

import pytest

from tests.frontends.saml.party import Party, given
from tests.frontends.saml.sp import HUB

PROVIDER = "https://auth.psc.test"


def scoping(*providers: str, count: str = "") -> str:
    entries = "".join(f'<samlp:IDPEntry ProviderID="{each}"/>' for each in providers)
    listed = f"<samlp:IDPList>{entries}</samlp:IDPList>" if entries else ""
    asked = f' ProxyCount="{count}"' if count else ""
    return f"<samlp:Scoping{asked}>{listed}</samlp:Scoping>"


def of(name: str) -> str:
    return f"<saml:Subject><saml:NameID>{name}</saml:NameID></saml:Subject>"


def vouched_for(party: Party) -> None:
    """As if a provider had proved whoever is signed in."""
    kept = party.hub.records.sessions
    for key, session in list(kept.items()):
        events = tuple(
            replace(each, evidence=replace(each.evidence, vouched_by=PROVIDER))
            for each in session.events
        )
        kept[key] = replace(session, events=events)


def test_a_service_that_takes_other_providers_only_is_told_so(party: Party) -> None:
    told = given(party.ask(party.sp.request(scoping("https://other.test"))))
    assert told.codes() == ["Responder", "NoSupportedIDP"]
    mine = party.sp.request(scoping("https://other.test", f"{HUB}/saml/metadata"))
    assert party.signed_in(mine).codes() == ["Success"]


def test_who_vouched_is_named_and_refused_where_nobody_else_may(party: Party) -> None:
    party.signed_in(party.sp.request())
    alone = scoping(count="0")
    assert party.signed_in(party.sp.request(alone)).codes() == ["Success"]
    vouched_for(party)
    told = party.signed_in(party.sp.request())
    assert told.one(".//saml:AuthenticatingAuthority").text == PROVIDER
    refused = party.signed_in(party.sp.request(alone))
    assert refused.codes() == ["Responder", "ProxyCountExceeded"]
    assert refused.all(".//saml:Assertion") == []


def test_a_new_proof_without_a_page_is_not_to_be_had(party: Party) -> None:
    party.signed_in(party.sp.request())
    told = given(party.ask(party.sp.request(IsPassive="true", ForceAuthn="true")))
    assert told.codes() == ["Responder", "NoPassive"]


@pytest.mark.parametrize(("name", "codes"), [("ann", ["Success"]), ("bob", ["Responder"])])
def test_a_service_that_names_a_person_is_told_of_nobody_else(
    party: Party, name: str, codes: list[str]
) -> None:
    party.signed_in(party.sp.request())
    told = given(party.ask(party.sp.request(of(name), IsPassive="true")))
    assert told.codes()[:1] == codes


def test_whoever_declines_is_denied_in_the_protocol(party: Party) -> None:
    arrived = party.ask(party.sp.request(), relay="back")
    party.sign_in(arrived)
    party.hub.broker.decline(party.hub.login, party.hub.browser)
    told = party.complete(arrived)
    assert told.codes() == ["Responder", "RequestDenied"]
    assert told.fields["RelayState"] == "back"


def test_a_page_that_posts_is_kept_by_nobody_and_framed_by_nobody(party: Party) -> None:
    page = party.ask(party.sp.request(IsPassive="true"))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Frame-Options"] == "DENY"
    policy = page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "'unsafe-inline'" not in policy
    assert "<button>" in page.get_data(as_text=True)
