"""A SAML provider: what is asked, what is believed, and what it becomes."""

import re
from datetime import timedelta

import pytest
from satosa.context import Context

from hub import Asked, Factor, Identifier, ProviderRefused, ProviderRequest, saml
from hub_backends.saml_provider.settings import Places
from tests.backends.saml_provider.signing_in import (
    ADDRESS,
    CARD,
    ENTITY,
    IDP,
    RPPS,
    SSO,
    Site,
    asked,
    metadata,
    query_of,
    verify,
)
from tests.vectors.saml.forge import NS, PASSWORD, response
from tests.vectors.saml.keys import pair


def test_who_the_provider_vouches_for_is_told_with_numbers_and_attributes() -> None:
    answer = Site().sign_in()
    identity = answer.identity
    assert (identity.issuer, identity.subject, identity.name) == (IDP, "ann", "Ann Martin")
    assert identity.identifiers == (Identifier(system="rpps", number="99700000001"),)
    assert identity.attributes == {"mail": ("ann@test",)}
    assert identity.session == {"name_id": "ann", "session_index": "there-7"}


def test_the_class_says_what_the_proof_is_worth_and_the_instant_how_old_it_is() -> None:
    site = Site()
    evidence = site.sign_in(context=CARD, age=timedelta(minutes=4)).evidence
    assert evidence.factors == {Factor.KNOWLEDGE, Factor.POSSESSION}
    assert evidence.amr == ("sc",)
    assert (evidence.vouched_by, evidence.vouched_acr) == (IDP, CARD)
    assert evidence.proved_at == site.time() - timedelta(minutes=4)


def test_a_class_nobody_spoke_of_is_worth_nothing() -> None:
    with pytest.raises(ProviderRefused, match="worth"):
        Site().sign_in(context="urn:invented")


def test_the_request_goes_out_signed_with_an_id_nobody_guesses() -> None:
    sent, state = Site().begin()
    verify(sent)
    request = asked(sent)
    assert request.get("ID") == state["hospital"]["request"]
    assert request.get("Destination") == SSO
    assert request.get("AssertionConsumerServiceURL") == ADDRESS
    issuer = request.find("saml:Issuer", NS)
    assert issuer is not None and issuer.text == ENTITY
    assert len(saml.read_query(query_of(sent), "SAMLRequest").relay_state or "") >= 32


def test_a_provider_that_takes_posts_only_gets_a_signed_form() -> None:
    sent, _ = Site(metadata(post=True)).begin()
    page = sent.message if isinstance(sent.message, str) else "".join(sent.message)
    found = re.search(r'name="SAMLRequest" value="([^"]+)"', page)
    assert found and SSO in page and 'name="RelayState"' in page
    root = saml.message(saml.unbased(found[1]))
    assert (
        saml.genuine(root, [pair("sp").certificate]).get("AssertionConsumerServiceURL") == ADDRESS
    )


def test_without_a_key_the_request_is_plain() -> None:
    sent, _ = Site(own="").begin()
    assert "Signature" not in query_of(sent)


def test_a_forced_sign_in_is_asked_and_seen_to_have_happened() -> None:
    site = Site()
    forced = ProviderRequest(asked=Asked(force=True))
    assert asked(site.begin(forced)[0]).get("ForceAuthn") == "true"
    assert site.sign_in(forced).identity.subject == "ann"
    with pytest.raises(ProviderRefused, match="older than asked"):
        site.sign_in(forced, assertion_id="_other", age=timedelta(minutes=4))


def test_a_sign_in_as_old_as_asked_will_do() -> None:
    recent = ProviderRequest(asked=Asked(max_age=timedelta(minutes=10)))
    assert Site().sign_in(recent, age=timedelta(minutes=9)).identity.subject == "ann"
    with pytest.raises(ProviderRefused, match="older than asked"):
        Site().sign_in(recent, age=timedelta(minutes=12))


def test_a_silent_sign_in_is_asked_silently() -> None:
    sent, _ = Site().begin(ProviderRequest(asked=Asked(passive=True)))
    assert asked(sent).get("IsPassive") == "true"


def test_the_class_asked_is_that_of_the_level_a_service_asked() -> None:
    site = Site(classes=(PASSWORD,), classes_for={"strong": (CARD,)})
    sent, _ = site.begin(ProviderRequest(asked=Asked(acrs=("strong",))))
    told = asked(sent).findall(".//saml:AuthnContextClassRef", NS)
    assert [each.text for each in told] == [CARD]
    plain = asked(site.begin()[0]).findall(".//saml:AuthnContextClassRef", NS)
    assert [each.text for each in plain] == [PASSWORD]


def test_another_class_than_those_asked_is_refused() -> None:
    with pytest.raises(ProviderRefused) as refused:
        Site(classes=(CARD,)).sign_in(context=PASSWORD)
    assert refused.value.code == "saml_provider.level_refused"


@pytest.mark.parametrize("signed", [("assertion",), ("response",), ("assertion", "response")])
def test_an_encrypted_assertion_is_read(signed: tuple[str, ...]) -> None:
    answer = Site(encrypted=True).sign_in(reader=pair("sp"), signed=signed)
    assert answer.identity.subject == "ann"


def test_what_is_encrypted_and_unsigned_is_nobodys_word() -> None:
    with pytest.raises(ProviderRefused, match="signed"):
        Site().sign_in(reader=pair("sp"), signed=())


def test_an_assertion_in_the_open_is_refused_where_it_must_be_encrypted() -> None:
    with pytest.raises(ProviderRefused, match="not encrypted"):
        Site(encrypted=True).sign_in()


@pytest.mark.parametrize(
    ("must", "is_signed", "enough"),
    [
        ("assertion", ("assertion",), True),
        ("assertion", ("response",), False),
        ("response", ("response",), True),
        ("response", ("assertion",), False),
        ("either", ("response",), True),
        ("both", ("assertion", "response"), True),
        ("both", ("response",), False),
        ("both", ("assertion",), False),
        ("either", (), False),
    ],
)
def test_what_the_operator_wants_signed_must_be(
    must: str, is_signed: tuple[str, ...], enough: bool
) -> None:
    site = Site(signed=must)
    if enough:
        assert site.sign_in(signed=is_signed).identity.subject == "ann"
    else:
        with pytest.raises(ProviderRefused) as refused:
            site.sign_in(signed=is_signed)
        assert refused.value.code == "saml_provider.unsigned"


def test_either_of_two_keys_of_the_metadata_will_do() -> None:
    assert Site(metadata("next", "idp")).sign_in().identity.subject == "ann"


def test_metadata_that_has_run_out_is_not_believed() -> None:
    site = Site(metadata(until="2026-01-01T13:00:00Z"))
    assert site.sign_in().identity.subject == "ann"
    site.time.later(hours=1)
    with pytest.raises(ProviderRefused, match="run out"):
        site.begin()


def test_a_name_for_one_sign_in_only_names_nobody() -> None:
    transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
    with pytest.raises(ProviderRefused, match="this sign-in only"):
        Site().sign_in(format=transient)
    assert Site(subject=RPPS).sign_in(format=transient).identity.subject == "99700000001"


def test_places_of_practice_come_from_attributes() -> None:
    site = Site(places=Places(structure="finess", role="role", profession="job"))
    told = {"finess": "750000001", "role": "médecin", "job": "10"}
    (place,) = site.sign_in(attributes=told).identity.situations
    assert (place.structure, place.role, place.profession) == ("750000001", "médecin", "10")
    assert place.source == IDP


def test_an_assertion_opens_one_session() -> None:
    site = Site()
    _, state = site.begin()
    posted = response(site.story(state))
    site.finish(state, posted)
    with pytest.raises(ProviderRefused) as refused:
        site.finish(state, posted)
    assert refused.value.code == "saml_provider.replayed"


def test_our_metadata_is_signed_and_says_where_answers_go() -> None:
    answer = Site().backend.metadata_endpoint(Context())
    root = saml.genuine(saml.metadata(answer.message), [pair("sp").certificate])
    assert root.get("entityID") == ENTITY
    (place,) = root.iter("{*}AssertionConsumerService")
    assert place.get("Location") == ADDRESS
    assert len(list(root.iter("{*}KeyDescriptor"))) == 1
