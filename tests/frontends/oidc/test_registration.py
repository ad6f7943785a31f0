"""Services register themselves: RFC 7591, RFC 7592, OpenID Connect Registration 1.0."""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey
from werkzeug.test import TestResponse

from hub.contract.errors import ConfigError, ConfigErrors
from hub.contract.identifiers import ServiceId
from hub.contract.services import ServiceState
from hub.testing.settings import TableSettings
from hub_frontends.oidc.settings import oidc_settings
from tests.frontends.oidc.operated import Operated
from tests.frontends.oidc.party import BACK, VERIFIER, query

pytestmark = pytest.mark.slow

WIKI = {"client_name": "Wiki", "redirect_uris": [BACK]}
OPEN = {
    "registration": '"open"',
    "registration_approval": "false",
    "registration_minimum": '"simple"',
    "registration_claims": '["given_name"]',
}
Make = Callable[..., Operated]


@pytest.fixture
def hub(tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Make]:
    made: list[Operated] = []

    def make(**more: str) -> Operated:
        made.append(Operated(tmp_path, keys, capsys, **{**OPEN, **more}))
        return made[-1]

    yield make
    for each in made:
        each.close()


def register(hub: Operated, token: str = "", **said: Any) -> TestResponse:
    bearer = {"Authorization": f"Bearer {token}"} if token else {}
    return hub.machine.post("/oidc/register", json={**WIKI, **said}, headers=bearer)


def registered(hub: Operated, **said: Any) -> dict[str, Any]:
    answer = register(hub, **said)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def manage(hub: Operated, method: str, client: str, token: str, **said: object) -> TestResponse:
    return hub.machine.open(
        f"/oidc/register/{client}",
        method=method,
        headers={"Authorization": f"Bearer {token}"},
        json={**WIKI, **said} if method == "PUT" else None,
    )


def error(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]


def test_nobody_registers_unless_the_operator_says_so(hub: Make) -> None:
    closed = hub(registration='"closed"')
    assert error(register(closed)) == (403, "access_denied")
    described = closed.machine.get("/.well-known/openid-configuration").get_json()
    assert "registration_endpoint" not in described
    assert closed.running.app.registered.all() == []


def test_a_service_registers_and_signs_people_in(hub: Make) -> None:
    there = hub()
    described = there.machine.get("/.well-known/openid-configuration").get_json()
    assert described["registration_endpoint"] == "https://hub.test/oidc/register"
    told = registered(there)
    assert told["redirect_uris"] == [BACK] and told["client_name"] == "Wiki"
    assert told["client_secret_expires_at"] == 0
    assert told["token_endpoint_auth_method"] == "client_secret_basic"
    assert told["grant_types"] == ["authorization_code"]
    assert told["registration_client_uri"] == f"https://hub.test/oidc/register/{told['client_id']}"
    tokens = there.tokens(told["client_id"], told["client_secret"])
    assert there.userinfo(tokens["access_token"]).get_json()["given_name"] == "Ann"
    assert "refresh_token" not in tokens


def test_the_page_names_who_asks_and_the_portal_shows_no_stranger(hub: Make) -> None:
    there = hub()
    told = registered(
        there, client_name="Carnet & co", policy_uri="https://mail.test/policy?a=1&b=<script>"
    )
    page = there.browser.open(
        f"https://hub.test/oidc/authorize?{query(client_id=told['client_id'])}"
    )
    assert "Carnet & co" in page.words and "Vos données" in page.words
    assert "<script>" not in page.text
    there.tokens(told["client_id"], told["client_secret"])
    assert "Carnet" not in there.browser.open("https://hub.test/services").words


def test_a_service_that_can_be_begun_has_a_tile_that_begins_it(hub: Make) -> None:
    there = hub()
    told = registered(there, initiate_login_uri="https://mail.test/begin?x=1")
    there.tokens(told["client_id"], told["client_secret"])
    assert "Wiki" in there.browser.open("https://hub.test/services").words
    begun = there.browser.open(f"https://hub.test/open/{told['client_id']}")
    assert begun.address == "https://mail.test/begin?x=1&iss=https%3A%2F%2Fhub.test"


def test_only_hashes_are_kept(hub: Make) -> None:
    there = hub()
    told = registered(there)
    with there.running.app.database.transaction() as transaction:
        kept = str(transaction.exec_driver_sql("SELECT * FROM service").all())
    assert told["client_secret"] not in kept and told["registration_access_token"] not in kept


def test_the_request_chooses_neither_level_nor_claims_nor_name(hub: Make) -> None:
    there = hub(registration_minimum='"strong"')
    told = registered(there, client_id="mail", minimum="simple", claims=["rpps"], profile="high")
    assert told["client_id"].startswith("c-")
    found = there.running.app.registered.find(ServiceId(told["client_id"]))
    assert found is not None
    assert found.service.access.minimum == "strong"
    assert found.service.claims == {"given_name"}


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": None}, "invalid_redirect_uri"),
        ({"redirect_uris": "https://mail.test/back"}, "invalid_redirect_uri"),
        ({"redirect_uris": [BACK + "#part"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["data:text/html,x"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://mail.test/back"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://*.mail.test/back"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://ann@mail.test/back"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://mail.test/" + "x" * 2000]}, "invalid_redirect_uri"),
        ({"response_types": ["code", "token"]}, "invalid_client_metadata"),
        ({"response_types": []}, "invalid_client_metadata"),
        ({"grant_types": ["refresh_token"]}, "invalid_client_metadata"),
        ({"grant_types": ["implicit"]}, "invalid_client_metadata"),
        ({"grant_types": ["client_credentials"]}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
        ({"id_token_signed_response_alg": "none"}, "invalid_client_metadata"),
        ({"id_token_signed_response_alg": "HS256"}, "invalid_client_metadata"),
        ({"userinfo_signed_response_alg": "none"}, "invalid_client_metadata"),
        ({"id_token_encrypted_response_alg": "RSA-OAEP"}, "invalid_client_metadata"),
        ({"request_object_encryption_alg": "RSA-OAEP"}, "invalid_client_metadata"),
        ({"subject_type": "secret"}, "invalid_client_metadata"),
        ({"application_type": "tablet"}, "invalid_client_metadata"),
        ({"application_type": "native"}, "invalid_client_metadata"),
        ({"initiate_login_uri": "http://mail.test/begin"}, "invalid_client_metadata"),
        ({"logo_uri": "http://mail.test/logo.png"}, "invalid_client_metadata"),
        ({"policy_uri": "javascript:alert(1)"}, "invalid_client_metadata"),
        ({"tos_uri": "http://mail.test/tos"}, "invalid_client_metadata"),
        ({"client_name": "right-to-left \u202e"}, "invalid_client_metadata"),
        ({"client_name": ["Wiki"]}, "invalid_client_metadata"),
        ({"default_max_age": -1}, "invalid_client_metadata"),
        ({"default_max_age": "60"}, "invalid_client_metadata"),
        ({"require_auth_time": "yes"}, "invalid_client_metadata"),
        ({"scope": "profile"}, "invalid_client_metadata"),
        ({"jwks": {"keys": []}}, "invalid_client_metadata"),
        ({"jwks_uri": "http://mail.test/jwks"}, "invalid_client_metadata"),
        ({"backchannel_logout_uri": "http://mail.test/bye"}, "invalid_client_metadata"),
        ({"post_logout_redirect_uris": ["http://mail.test/"]}, "invalid_client_metadata"),
        ({"software_statement": "eyJ.eyJ.x"}, "invalid_software_statement"),
        (
            {"redirect_uris": [BACK, "https://other.test/back"], "subject_type": "pairwise"},
            "invalid_client_metadata",
        ),
    ],
)
def test_what_is_wrong_has_the_standard_s_name_and_is_not_said_again(
    hub: Make, said: Mapping[str, Any], wanted: str
) -> None:
    there = hub()
    answer = register(there, **said)
    assert error(answer) == (400, wanted)
    assert there.running.app.registered.all() == []
    for told in said.values():
        quoted = told[0] if isinstance(told, list) and told else told
        assert str(quoted) not in answer.text or len(str(quoted)) < 8


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 60_000, b'"x"'])
def test_what_is_no_object_is_refused(hub: Make, body: bytes) -> None:
    answer = hub().machine.post("/oidc/register", data=body, content_type="application/json")
    assert error(answer) == (400, "invalid_client_metadata")


def test_a_form_is_no_metadata(hub: Make) -> None:
    answer = hub().machine.post("/oidc/register", data={"redirect_uris": BACK})
    assert error(answer) == (400, "invalid_client_metadata")


def test_keys_are_given_once_and_are_public(hub: Make) -> None:
    there = hub()
    key = ECKey.generate_key("P-256")
    public = {"keys": [key.as_dict(private=False)]}
    private = {"keys": [key.as_dict(private=True)]}
    by_key = {"token_endpoint_auth_method": "private_key_jwt"}
    told = registered(there, **by_key, jwks=public)
    assert "client_secret" not in told and "client_secret_expires_at" not in told
    assert told["jwks"]["keys"][0]["x"] == public["keys"][0]["x"]
    both = register(there, **by_key, jwks=public, jwks_uri="https://mail.test/jwks")
    assert error(both) == (400, "invalid_client_metadata")
    assert error(register(there, **by_key, jwks=private)) == (400, "invalid_client_metadata")


def test_everything_understood_comes_back_and_the_rest_does_not(hub: Make) -> None:
    said: dict[str, Any] = {
        "grant_types": ["authorization_code", "refresh_token"],
        "contacts": ["team@mail.test"],
        "policy_uri": "https://mail.test/policy",
        "tos_uri": "https://mail.test/tos",
        "client_uri": "https://mail.test/",
        "default_max_age": 0,
        "require_auth_time": True,
        "post_logout_redirect_uris": ["https://mail.test/bye"],
        "backchannel_logout_uri": "https://mail.test/backchannel",
        "backchannel_logout_session_required": True,
        "userinfo_signed_response_alg": "RS256",
        "id_token_signed_response_alg": "ES256",
        "token_endpoint_auth_method": "client_secret_post",
        "scope": "openid profile",
        "subject_type": "public",
        "software_id": "4f2a",
    }
    told = registered(hub(), **said, favourite_colour="green")
    assert {name: told[name] for name in said} == said
    assert "favourite_colour" not in told


def test_a_public_client_always_proves_that_the_code_is_its_own(hub: Make) -> None:
    there = hub(registration_pkce='"optional"')
    public = registered(there, token_endpoint_auth_method="none")["client_id"]
    confidential = registered(there)["client_id"]
    clients = {
        each.service.id: each.service.peer.table["pkce"]  # type: ignore[union-attr]
        for each in there.running.app.registered.all()
    }
    assert clients == {public: "required", confidential: "optional"}


def test_the_client_reads_what_it_registered(hub: Make) -> None:
    there = hub()
    told = registered(there)
    read = manage(there, "GET", told["client_id"], told["registration_access_token"])
    assert read.status_code == 200
    kept = {name: each for name, each in told.items() if name != "client_secret"}
    assert read.get_json() == kept


def test_a_changed_client_keeps_its_secret_and_changes_its_token(hub: Make) -> None:
    there = hub()
    told = registered(there)
    client, token = told["client_id"], told["registration_access_token"]
    changed = manage(there, "PUT", client, token, client_name="Carnet", client_id=client)
    assert changed.status_code == 200 and changed.get_json()["client_name"] == "Carnet"
    assert "client_secret" not in changed.get_json()
    assert error(manage(there, "GET", client, token)) == (401, "invalid_token")
    renewed = changed.get_json()["registration_access_token"]
    assert manage(there, "GET", client, renewed).get_json()["client_name"] == "Carnet"
    there.running.clock.later(seconds=1)
    assert there.tokens(client, told["client_secret"])


@pytest.mark.parametrize("said", [{"client_id": "mail"}, {"client_secret": "another"}])
def test_a_client_does_not_become_another(hub: Make, said: Mapping[str, str]) -> None:
    there = hub()
    told = registered(there)
    client, token = told["client_id"], told["registration_access_token"]
    refused = manage(there, "PUT", client, token, **said)
    assert error(refused) == (400, "invalid_client_metadata")
    assert manage(there, "GET", client, token).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_the_token_of_one_client_opens_no_other(hub: Make, method: str) -> None:
    there = hub()
    mine, other = registered(there), registered(there)
    for name in (other["client_id"], "mail", "c-unknown"):
        refused = manage(there, method, name, mine["registration_access_token"])
        assert error(refused) == (401, "invalid_token")
    bare = there.machine.open(f"/oidc/register/{mine['client_id']}", method=method)
    assert error(bare) == (401, "invalid_token")
    assert len(there.running.app.registered.all()) == 2


def test_a_service_of_the_operator_has_no_such_token(hub: Make) -> None:
    there = hub()
    there.says(
        *("service", "add", "own", "--title", "Own", "--minimum", "simple"),
        *("--set", f"redirect_uris={BACK}"),
    )
    assert error(manage(there, "GET", "own", "anything")) == (401, "invalid_token")


def test_a_removed_client_takes_its_tokens_along(hub: Make) -> None:
    there = hub()
    told = registered(there, grant_types=["authorization_code", "refresh_token"])
    client, secret = told["client_id"], told["client_secret"]
    tokens = there.tokens(client, secret)
    gone = manage(there, "DELETE", client, told["registration_access_token"])
    assert gone.status_code == 204 and gone.data == b""
    assert there.userinfo(tokens["access_token"]).status_code == 401
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert there.token(client, secret, **refresh).status_code == 401
    again = manage(there, "GET", client, told["registration_access_token"])
    assert error(again) == (401, "invalid_token")


def test_a_suspended_client_changes_nothing(hub: Make) -> None:
    there = hub()
    told = registered(there)
    there.says("service", "disable", told["client_id"])
    refused = manage(there, "PUT", told["client_id"], told["registration_access_token"])
    assert error(refused) == (403, "access_denied")


def test_who_registers_waits_for_the_operator(hub: Make) -> None:
    there = hub(registration_approval="true")
    told = registered(there)
    client = told["client_id"]
    assert there.authorize(client).status == 400
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": BACK}
    asked = there.token(client, told["client_secret"], code_verifier=VERIFIER, **form)
    assert error(asked) == (401, "invalid_client")
    shown = there.says("service", "show", client)
    assert "pending" in shown and "Wiki" in shown
    there.says("service", "approve", client)
    assert there.tokens(client, told["client_secret"])


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"redirect_uris": ["https://evil.test/back"]}, ServiceState.PENDING),
        ({"client_name": "Impots.gouv"}, ServiceState.PENDING),
        ({"contacts": ["team@mail.test"]}, ServiceState.ACTIVE),
    ],
)
def test_approved_was_what_the_operator_saw(
    hub: Make, said: Mapping[str, Any], state: ServiceState
) -> None:
    there = hub(registration_approval="true")
    told = registered(there)
    there.says("service", "approve", told["client_id"])
    changed = manage(there, "PUT", told["client_id"], told["registration_access_token"], **said)
    assert changed.status_code == 200
    found = there.running.app.registered.find(ServiceId(told["client_id"]))
    assert found is not None and found.state is state


def test_an_initial_token_lets_in_so_many(hub: Make) -> None:
    there = hub(registration='"token"', registration_approval="true")
    assert error(register(there)) == (401, "invalid_token")
    token = there.says("registration-token", "--uses", "2")
    wrong = register(there, token, redirect_uris=["http://mail.test/"])
    assert error(wrong) == (400, "invalid_redirect_uri")
    told = register(there, token).get_json()
    assert there.tokens(told["client_id"], told["client_secret"])
    assert register(there, token).status_code == 201
    assert error(register(there, token)) == (401, "invalid_token")


def test_of_two_changes_with_one_token_one_is_kept(hub: Make) -> None:
    there = hub()
    told = registered(there)
    client, token = told["client_id"], told["registration_access_token"]
    with ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(manage, there, "PUT", client, token, client_name=f"Wiki {number}")
            for number in range(8)
        ]
    answers = [each.result() for each in asked]
    assert sorted(each.status_code for each in answers) == [200, *[401] * 7]
    [kept] = [each.get_json() for each in answers if each.status_code == 200]
    read = manage(there, "GET", client, kept["registration_access_token"])
    assert read.get_json()["client_name"] == kept["client_name"]


def test_an_initial_token_for_one_lets_one_of_many_in(hub: Make) -> None:
    there = hub(registration='"token"')
    token = there.says("registration-token")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: register(there, token).status_code, range(8)))
    assert answers.count(201) == 1 and set(answers) <= {201, 401}
    assert len(there.running.app.registered.all()) == 1


def test_an_initial_token_has_its_time(hub: Make) -> None:
    there = hub(registration='"token"')
    token = there.says("registration-token", "--lifetime", "P1D")
    # The terminal's clock is the machine's own.
    there.running.clock.now += timedelta(days=3650)
    assert error(register(there, token)) == (401, "invalid_token")


def test_open_registration_has_its_measure(hub: Make) -> None:
    there = hub(registrations_per_hour="2")
    assert [register(there).status_code for _ in range(3)] == [201, 201, 429]
    there.running.clock.later(hours=1, seconds=1)
    assert register(there).status_code == 201


def test_services_of_one_sector_know_a_person_by_one_name(hub: Make) -> None:
    there = hub()

    def subject(**said: Any) -> str:
        there.running.clock.later(seconds=1)
        told = registered(there, **said)
        token = there.tokens(told["client_id"], told["client_secret"])["access_token"]
        name: str = there.userinfo(token).get_json()["sub"]
        return name

    of_mail = there.userinfo(there.tokens()["access_token"]).get_json()["sub"]
    one, two = subject(), subject()
    public, known = subject(subject_type="public"), subject(subject_type="public")
    assert one == two and public == known
    assert len({of_mail, one, public}) == 3


def test_each_registration_stands_in_the_trail(hub: Make) -> None:
    there = hub()
    told = registered(there)
    token = told["registration_access_token"]
    token = manage(there, "PUT", told["client_id"], token).get_json()["registration_access_token"]
    manage(there, "DELETE", told["client_id"], token)
    with there.running.app.database.transaction() as transaction:
        rows = transaction.exec_driver_sql(
            "SELECT action, details FROM trail WHERE action LIKE 'service.%' ORDER BY id"
        ).all()
    assert [row.action.removeprefix("service.") for row in rows] == [
        "registered",
        "changed",
        "removed",
    ]
    assert all(json.loads(row.details)["service"] == told["client_id"] for row in rows)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"registration": "open"}, "registration_minimum"),
        ({"registration_approval": False}, "registration_approval"),
        ({"registration_pkce": "optional"}, "registration_pkce"),
        ({"registrations_per_hour": 0}, "registrations_per_hour"),
    ],
)
def test_production_lets_no_stranger_in_unseen(said: dict[str, Any], key: str) -> None:
    settings = TableSettings(oidc=said)
    settings.environment = "production"
    with pytest.raises(ConfigErrors) as raised:
        oidc_settings(settings)
    assert [each.path for each in raised.value.errors] == [f"plugin.oidc.{key}"]


def test_a_level_the_policy_does_not_have_stops_the_start(hub: Make) -> None:
    with pytest.raises(ConfigError, match="registration_minimum: no level 'divine'"):
        hub(registration_minimum='"divine"')


def test_half_a_character_is_nobody_s_secret(hub: Make) -> None:
    there = hub()
    told = registered(there)
    client, token = told["client_id"], told["registration_access_token"]
    answer = manage(there, "PUT", client, token, client_secret="\ud800")
    assert error(answer) == (400, "invalid_client_metadata")
