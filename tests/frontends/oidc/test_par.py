from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from werkzeug.test import TestResponse

from hub_frontends.oidc.purge import purge
from hub_frontends.oidc.request_book import RequestBook
from tests.frontends.oidc.party import BACK, CHALLENGE, SECRET, Party, basic, query, sent
from tests.frontends.oidc.signing_client import Signer, error_of, made

URN = "urn:ietf:params:oauth:request_uri:"
KEY, OTHER = made("ES256"), made("ES256")
ASKED = {
    "response_type": "code",
    "redirect_uri": BACK,
    "scope": "openid profile",
    "state": "pushed",
    "nonce": "n-2",
    "code_challenge": CHALLENGE.decode(),
    "code_challenge_method": "S256",
}


def push(party: Party, client: str = "mail", **asked: str | None) -> TestResponse:
    return party.post("/oidc/par", client, **{**ASKED, **asked})


def name_of(response: TestResponse) -> str:
    assert response.status_code == 201, response.data
    name: str = response.get_json()["request_uri"]
    return name


def bring(party: Party, name: str, client: str = "mail", **other: str) -> TestResponse:
    asked = urlencode({"client_id": client, "request_uri": name, **other})
    return party.browser.get(f"/oidc/authorize?{asked}")


def test_a_pushed_request_gets_a_name_that_is_good_for_minutes(party: Party) -> None:
    answer = push(party)
    assert answer.status_code == 201 and answer.headers["Cache-Control"] == "no-store"
    said = answer.get_json()
    assert said["request_uri"].startswith(URN)
    # 128 bits at least, in base64.
    assert len(said["request_uri"].removeprefix(URN)) >= 22
    assert 0 < said["expires_in"] < 600


def test_the_browser_brings_the_name_alone(party: Party) -> None:
    arrived = bring(party, name_of(push(party)))
    party.sign_in(arrived)
    answer = sent(party.complete(arrived))
    assert answer["state"] == "pushed" and answer["iss"] == "https://hub.test"
    tokens = party.token(answer["code"]).get_json()
    assert party.id_token(tokens["id_token"]).claims["nonce"] == "n-2"


def test_what_stands_beside_the_name_is_not_looked_at(party: Party) -> None:
    other = {
        "state": "outer",
        "scope": "nothing",
        "redirect_uri": "https://evil.test/",
        "nonce": "x",
    }
    arrived = bring(party, name_of(push(party)), **other, request="x", prompt="none")
    party.sign_in(arrived)
    assert sent(party.complete(arrived))["state"] == "pushed"


def test_errors_of_a_pushed_request_go_where_it_said(party: Party) -> None:
    arrived = bring(party, name_of(push(party, prompt="none")))
    answer = sent(arrived)
    assert answer["error"] == "login_required" and answer["state"] == "pushed"


def test_a_preview_or_a_reload_does_not_use_it_up(party: Party) -> None:
    name = name_of(push(party))
    party.machine.get(f"/oidc/authorize?{urlencode({'client_id': 'mail', 'request_uri': name})}")
    bring(party, name)
    arrived = bring(party, name)
    party.sign_in(arrived)
    assert "code" in sent(party.complete(arrived))


def test_after_a_code_it_is_used_up(party: Party) -> None:
    name = name_of(push(party))
    arrived, beside = bring(party, name), bring(party, name)
    party.sign_in(arrived)
    assert "code" in sent(party.complete(arrived))
    again = bring(party, name)
    assert again.status_code == 400 and b"unknown_request" in again.data
    # Whoever had loaded the page before is told when it ends.
    party.sign_in(beside)
    answer = sent(party.complete(beside))
    assert answer["error"] == "invalid_request_uri" and "code" not in answer


def test_a_login_begun_in_time_may_end_later(party: Party) -> None:
    arrived = bring(party, name_of(push(party)))
    party.hub.later(minutes=10)
    purge(party.toolbox)
    party.sign_in(arrived)
    assert "code" in sent(party.complete(arrived))


def test_an_old_or_unknown_name_is_told_on_a_page(party: Party) -> None:
    name = name_of(push(party))
    party.hub.later(minutes=5)
    for each in (name, f"{URN}unknown", URN, f"{URN}é", f"{URN}{'x' * 5000}"):
        page = bring(party, each)
        assert page.status_code == 400 and b"unknown_request" in page.data


def test_a_request_of_one_client_is_not_brought_by_another(party: Party) -> None:
    page = bring(party, name_of(push(party)), "file")
    assert page.status_code == 400 and b"unknown_request" in page.data


def test_addresses_elsewhere_are_never_fetched(party: Party) -> None:
    for address in ("https://mail.test/request", "http://10.0.0.1/", "urn:example:x"):
        answer = sent(party.authorize(request_uri=address))
        assert answer["error"] == "request_uri_not_supported"
    assert party.toolbox.fetcher.asked == []


def test_only_the_client_itself_pushes(party: Party) -> None:
    assert party.machine.post("/oidc/par", data=ASKED).status_code == 401
    wrong = party.machine.post("/oidc/par", data=ASKED, headers=basic("mail", "wrong"))
    assert error_of(wrong) == (401, "invalid_client")
    assert error_of(push(party, client_id="file")) == (400, "invalid_request")
    for method in ("get", "put"):
        answer = getattr(party.machine, method)("/oidc/par", headers=basic("mail", SECRET))
        assert answer.status_code == 405


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"request_uri": f"{URN}x"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": "https://evil.test/"}, "invalid_request"),
        ({"scope": "nothing"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
        ({"id_token_hint": "x"}, "invalid_request"),
        ({"state": "x" * 9000}, "invalid_request"),
        ({"dpop_jkt": "x"}, "invalid_request"),
        ({"request": "x"}, "request_not_supported"),
    ],
    ids=str,
)
def test_a_request_that_is_wrong_is_refused_at_once(
    party: Party, asked: Mapping[str, Any], error: str
) -> None:
    assert error_of(push(party, **asked)) == (400, error)
    assert party.rows("oidc_requests") == 0


def test_credentials_are_not_kept_with_the_request(keys: Path) -> None:
    party = Party(keys, token_endpoint_auth_method="post")
    form = {**ASKED, "client_id": "mail", "client_secret": SECRET}
    answer = party.machine.post("/oidc/par", data=form)
    kept = RequestBook(party.toolbox, most=9).read(name_of(answer).removeprefix(URN), "mail")
    assert kept is not None and parse_qs(kept).keys() == {*ASKED, "client_id"}
    party.close()


@pytest.fixture
def strict(keys: Path) -> Iterator[Party]:
    party = Party(keys, require_pushed_authorization_requests=True)
    yield party
    party.close()


def test_who_must_push_is_refused_otherwise(strict: Party) -> None:
    answer = sent(strict.authorize())
    assert answer["error"] == "invalid_request" and "pushed" in answer["error_description"]
    arrived = bring(strict, name_of(push(strict)))
    assert arrived.location.startswith("/login/")


def test_a_parked_request_is_no_pushed_one(strict: Party) -> None:
    posted = strict.browser.post(
        "/oidc/authorize", data={**ASKED, "client_id": "mail", "x": "y" * 5000}
    )
    assert "parked=" in posted.location
    assert sent(strict.browser.get(posted.location))["error"] == "invalid_request"
    name = posted.location.partition("parked=")[2]
    assert bring(strict, f"{URN}{name}").status_code == 400


def test_a_request_too_long_for_an_address_is_kept_for_the_way_back(party: Party) -> None:
    state = "s" * 6000
    form = {**ASKED, "client_id": "mail", "state": state}
    posted = party.browser.post("/oidc/authorize", data=form)
    assert posted.status_code == 303 and len(posted.location) < 200
    arrived = party.browser.get(posted.location)
    assert party.browser.get(posted.location).status_code == 303
    party.sign_in(arrived)
    assert sent(party.complete(arrived))["state"] == state
    party.hub.later(minutes=5)
    purge(party.toolbox)
    assert party.browser.get(posted.location).status_code == 400
    assert party.rows("oidc_requests") == 0


class SmallParty(Party):
    plugin = {"pushed_requests": 3}


def test_one_client_s_flood_is_its_own_affair(keys: Path) -> None:
    party = SmallParty(keys)
    first = name_of(push(party))
    assert [push(party).status_code for _ in range(3)] == [201, 201, 429]
    told = push(party)
    assert (
        error_of(told) == (429, "temporarily_unavailable") and told.headers["Retry-After"] == "90"
    )
    assert push(party, "file").status_code == 201
    arrived = bring(party, first)
    party.sign_in(arrived)
    party.complete(arrived)
    assert push(party).status_code == 201
    assert push(party).status_code == 429
    party.hub.later(minutes=5)
    assert push(party).status_code == 201
    party.close()


def test_who_floods_as_a_public_client_stops_nobody_elsewhere(keys: Path) -> None:
    party = SmallParty(keys, token_endpoint_auth_method="none", client_secret_sha256=None)

    def from_(source: str) -> int:
        answer = party.machine.post(
            "/oidc/par",
            data={**ASKED, "client_id": "mail"},
            environ_overrides={"REMOTE_ADDR": source},
        )
        return answer.status_code

    assert [from_("192.0.2.1") for _ in range(4)] == [201, 201, 201, 429]
    assert from_("198.51.100.1") == 201
    party.close()


def test_a_flood_of_long_requests_is_told_on_a_page(keys: Path) -> None:
    party = SmallParty(keys)
    form = {**ASKED, "client_id": "mail", "state": "s" * 6000}
    answers = [party.machine.post("/oidc/authorize", data=form).status_code for _ in range(4)]
    assert answers == [303, 303, 303, 429]
    assert party.machine.get(f"/oidc/authorize?{query()}").status_code == 303
    party.close()


def test_of_many_who_take_one_request_a_single_one_does(party: Party) -> None:
    name = name_of(push(party)).removeprefix(URN)
    book = RequestBook(party.toolbox, most=9)
    used = [book.use(name) for _ in range(10)]
    assert sorted(used) == [False] * 9 + [True]


def test_the_key_shown_with_a_pushed_request_is_the_code_s(party: Party) -> None:
    signer, stranger = Signer(party, KEY), Signer(party, OTHER)

    def code() -> str:
        headers = {**basic("mail", SECRET), "DPoP": signer.proof("/oidc/par")}
        answer = party.machine.post("/oidc/par", data=ASKED, headers=headers)
        arrived = bring(party, name_of(answer))
        if arrived.location.startswith("/login/"):
            party.sign_in(arrived)
            arrived = party.complete(arrived)
        return sent(arrived)["code"]

    def redeemed(proof: str | None) -> TestResponse:
        headers = {**basic("mail", SECRET), **({"DPoP": proof} if proof else {})}
        form = {"grant_type": "authorization_code", "code": code(), "redirect_uri": BACK}
        return party.machine.post(
            "/oidc/token", data={**form, "code_verifier": "v" * 43}, headers=headers
        )

    assert error_of(redeemed(stranger.proof())) == (400, "invalid_grant")
    assert error_of(redeemed(None)) == (400, "invalid_grant")
    assert redeemed(signer.proof()).get_json()["token_type"] == "DPoP"


def test_a_key_named_and_another_shown_are_refused(party: Party) -> None:
    signer = Signer(party, KEY)

    def pushed(thumbprint: str) -> TestResponse:
        headers = {**basic("mail", SECRET), "DPoP": signer.proof("/oidc/par")}
        form = {**ASKED, "dpop_jkt": thumbprint}
        return party.machine.post("/oidc/par", data=form, headers=headers)

    assert error_of(pushed(OTHER.thumbprint())) == (400, "invalid_dpop_proof")
    assert pushed(KEY.thumbprint()).status_code == 201


def test_discovery_names_the_endpoint(party: Party) -> None:
    said = party.machine.get("/.well-known/openid-configuration").get_json()
    assert said["pushed_authorization_request_endpoint"] == "https://hub.test/oidc/par"
    assert said["require_pushed_authorization_requests"] is False
    assert said["request_uri_parameter_supported"] is False
