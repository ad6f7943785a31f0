import pytest

from hub.contract.logout import Departure
from tests.frontends.oidc.party import Party

BYE = "https://mail.test/bye"


def leave(party: Party, **sent: str) -> Departure:
    answer = party.browser.get("/oidc/end_session", query_string=sent)
    assert answer.status_code == 303
    assert answer.location == f"/logout/{len(party.leaving.departures)}"
    return party.leaving.departures[-1]


def hint(party: Party) -> str:
    return str(party.token(party.code()).get_json()["id_token"])


def test_a_hint_names_the_session_even_after_it_expired(party: Party) -> None:
    token = hint(party)
    [session] = {each.id for each in party.hub.records.sessions.values()}
    party.hub.later(hours=2)
    sent = {"id_token_hint": token, "post_logout_redirect_uri": BYE, "state": "a b"}
    departure = leave(party, **sent)
    assert departure.service == "mail" and departure.session == session
    assert departure.return_url == f"{BYE}?state=a+b"


def test_a_service_may_post_its_wish(party: Party) -> None:
    sent = {"id_token_hint": hint(party), "post_logout_redirect_uri": BYE}
    answer = party.browser.post("/oidc/end_session", data=sent)
    assert answer.status_code == 303
    assert party.leaving.departures[0].return_url == BYE


@pytest.mark.parametrize("address", [BYE + "?foo=bar", BYE + "/", "https://thief.test/", "", "//x"])
def test_nobody_is_sent_to_an_address_not_registered(party: Party, address: str) -> None:
    departure = leave(party, id_token_hint=hint(party), post_logout_redirect_uri=address)
    assert departure.return_url is None and departure.session is not None


@pytest.mark.parametrize("token", ["garbage", "eyJhbGciOiJub25lIn0.eyJhdWQiOiJtYWlsIn0."])
def test_a_hint_that_is_not_ours_proves_nothing(party: Party, token: str) -> None:
    sent = {"id_token_hint": token, "post_logout_redirect_uri": BYE, "client_id": "mail"}
    departure = leave(party, **sent)
    assert departure == Departure(service=None, session=None, return_url=None)


def test_a_changed_hint_proves_nothing(party: Party) -> None:
    head, body, signature = hint(party).split(".")
    changed = signature[:9] + ("A" if signature[9] != "A" else "B") + signature[10:]
    assert leave(party, id_token_hint=f"{head}.{body}.{changed}").session is None


def test_without_a_hint_the_person_is_asked(party: Party) -> None:
    hint(party)
    departure = leave(party, client_id="mail", post_logout_redirect_uri=BYE)
    assert departure.session is None and departure.service == "mail"
    assert leave(party) == Departure(service=None, session=None, return_url=None)


def test_a_service_does_not_speak_with_another_s_hint(party: Party) -> None:
    sent = {"id_token_hint": hint(party), "client_id": "file"}
    answer = party.browser.get("/oidc/end_session", query_string=sent)
    assert answer.status_code == 400 and party.leaving.departures == []


def test_the_language_is_wished_and_the_hint_of_a_name_is_shown_nowhere(party: Party) -> None:
    departure = leave(party, ui_locales='en "><b> fr-CH', logout_hint='"><script>alert(1)')
    assert departure.languages == ("en", "fr-CH")
    assert "script" not in repr(departure)
