"""What a service asked and was answered is kept for its developers: in order, masked, bounded."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection

from hub import StoreUnavailable
from hub.testing.settings import TableSettings
from hub.testing.toolbox import MemoryToolbox
from hub_frontends.oidc.clients import CLIENTS, frontend_config
from hub_frontends.oidc.journal import MOST_FLOWS, MOST_STEPS, Flow, Journal
from hub_frontends.oidc.masking import MASK, masked
from tests.frontends.oidc.party import BACK, Party, sent
from tests.frontends.oidc.test_clients import speaking


@pytest.fixture
def kept(keys: Path) -> Iterator[Party]:
    party = Party(keys, journal=True)
    yield party
    party.close()


def flows(party: Party, service: str = "mail") -> list[Flow]:
    return list(Journal(party.toolbox, {}).of(service))


def steps(party: Party) -> list[str]:
    [flow] = flows(party)
    return [each.step for each in flow.steps]


def test_one_flow_is_told_from_the_request_to_the_claims(kept: Party) -> None:
    tokens = kept.token(kept.code()).get_json()
    kept.userinfo(tokens["access_token"])
    kept.refresh(tokens["refresh_token"])
    assert steps(kept) == ["asked", "vouched", "token", "tokens", "claims", "token", "tokens"]


def test_what_was_asked_and_decided_can_be_read(kept: Party) -> None:
    kept.code(prompt="login", max_age="60")
    [flow] = flows(kept)
    asked, vouched = (each.told for each in flow.steps)
    assert asked["redirect_uri"] == BACK and asked["prompt"] == "login"
    assert asked["scope"].startswith("openid profile") and asked["max_age"] == "60"
    assert vouched["acr"] and vouched["age"] == "0" and "given_name" in vouched["claims"]


def test_no_code_token_secret_or_person_stands_in_the_table(kept: Party) -> None:
    code = kept.code(state="the-state", nonce="the-nonce")
    tokens = kept.token(code).get_json()
    facts = kept.userinfo(tokens["access_token"]).get_json()
    with kept.toolbox.unit_of_work() as database:
        rows = database.execute(text("SELECT * FROM oidc_flows")).all()
    written = " ".join(str(row) for row in rows)
    assert len(rows) == 5
    secret = {code, *(tokens[name] for name in tokens if name.endswith("_token"))}
    secret |= {"the-state", "the-nonce", "v" * 43, facts["sub"], facts["given_name"]}
    assert [each for each in secret if each in written] == []


def test_an_error_told_to_the_service_is_told_to_its_developer(kept: Party) -> None:
    assert sent(kept.authorize(prompt="none"))["error"] == "login_required"
    assert steps(kept) == ["asked", "refused"]
    assert flows(kept)[0].steps[1].told["error"] == "login_required"


def test_a_refused_exchange_belongs_to_the_flow_of_its_code(kept: Party) -> None:
    kept.token(kept.code(), code_verifier="w" * 43)
    assert steps(kept) == ["asked", "vouched", "token", "refused"]
    assert flows(kept)[0].steps[3].told["error"] == "invalid_grant"


def test_an_address_that_is_not_registered_is_shown_to_the_developer(kept: Party) -> None:
    assert kept.authorize(redirect_uri=f"{BACK}/").status_code == 400
    assert steps(kept) == ["asked", "turned_away"]
    assert flows(kept)[0].steps[0].told["redirect_uri"] == f"{BACK}/"


def test_nothing_is_kept_of_a_service_that_did_not_ask_for_it(party: Party) -> None:
    tokens = party.token(party.code()).get_json()
    party.userinfo(tokens["access_token"])
    party.authorize(redirect_uri=f"{BACK}/")
    assert party.rows("oidc_flows") == 0


def test_a_service_without_a_journal_pays_nothing_for_it(party: Party, kept: Party) -> None:
    def counted(hub: Party) -> list[str]:
        hub.statements.clear()
        tokens = hub.token(hub.code()).get_json()
        hub.userinfo(tokens["access_token"])
        return [each for each in hub.statements.sql if "oidc_flows" in each]

    assert counted(party) == [] and counted(kept) != []


def test_a_journal_that_cannot_be_written_stops_nobody(kept: Party) -> None:
    @contextmanager
    def away() -> Iterator[Connection]:
        raise StoreUnavailable("the database is away")
        yield  # unreachable: a generator all the same

    toolbox = MemoryToolbox("oidc", time=kept.toolbox.time, unit_of_work=away)
    config = frontend_config(TableSettings(), [speaking("mail", journal=True)])
    [client] = CLIENTS.validate_python(config["clients"])
    assert Journal(toolbox, {client.id: client}).asked(client, {"scope": "openid"})


def test_steps_beyond_the_most_make_room_for_new_ones(kept: Party) -> None:
    for _ in range(MOST_STEPS // 2 + 5):
        kept.hub.later(seconds=1)
        kept.authorize(redirect_uri=f"{BACK}/")
    assert kept.rows("oidc_flows") == MOST_STEPS
    found = flows(kept)
    assert len(found) == MOST_FLOWS
    assert found == sorted(found, key=lambda flow: flow.steps[0].at, reverse=True)


def test_a_week_later_nothing_is_left(kept: Party) -> None:
    kept.authorize(prompt="none")
    kept.hub.later(days=8)
    assert flows(kept) == []
    Journal(kept.toolbox, {}).purge()
    assert kept.rows("oidc_flows") == 0


def test_of_another_service_nothing_is_told(kept: Party) -> None:
    kept.authorize(prompt="none")
    assert flows(kept, "file") == []


@pytest.mark.parametrize(
    ("name", "said", "shown"),
    [
        ("code", "abc", MASK),
        ("never-heard-of", "abc", MASK),
        ("id_token_hint", "abc", MASK),
        ("sub", "abc", MASK),
        ("login_hint", "99700366240", MASK),
        ("client_assertion", "a.b.c", MASK),
        ("scope", "openid", "openid"),
        ("claims", '{"userinfo": {"email": {"value": "ann@mail.test"}}}', "userinfo: email"),
        ("claims", '{"id_token": {"sub": {"value": "x"}, "acr": null}}', "id_token: sub, acr"),
        ("claims", "not json", MASK),
        ("claims", "[1]", MASK),
        ("error_description", "x" * 999, "x" * 300),
    ],
)
def test_a_value_is_shown_only_where_it_is_no_secret(name: str, said: str, shown: str) -> None:
    assert masked({name: said}) == {name: shown}
