import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from hub.contract.values import Json
from hub.testing.people import ANN
from hub_frontends.oidc.associations import AssociationBook
from hub_frontends.oidc.devices import DeviceBook
from hub_frontends.oidc.grant_types import DEVICE
from hub_frontends.oidc.guesses import INVITED, Guesses
from tests.frontends.oidc.party import SECRET, Party, basic
from tests.frontends.oidc.signing_client import error_of

GRANT: dict[str, Json] = {"device_grant": True, "refresh_tokens": False}


@pytest.fixture
def party(keys: Path) -> Iterator[Party]:
    party = Party(keys, **GRANT)
    party.toolbox.people.create(ANN)
    yield party
    party.close()


def invited(party: Party, **form: str) -> Any:
    form = {"scope": "openid profile", **form}
    answer = party.post("/oidc/device_authorization", **form)
    assert answer.status_code == 200, answer.data
    return answer.get_json()


def poll(party: Party, told: Any, client: str = "mail") -> TestResponse:
    form = {"grant_type": DEVICE, "device_code": told["device_code"]}
    return party.post("/oidc/token", client, **form)


def agree(party: Party, told: Any, by: str = "a-1", **who: str) -> TestResponse:
    """What the page does when the person said yes, and the sign-in that follows."""
    book = AssociationBook(party.toolbox)
    found = book.typed(told["user_code"])
    assert found is not None
    wish: dict[str, Json] = {"client": found.client, "account": by, "association": found.id}
    party.toolbox.one_time.put("wish", wish, seconds=60)
    arrived = party.browser.get("/oidc/associate?wish=wish")
    if arrived.location.startswith("/login/"):
        party.sign_in(arrived, **who)
        arrived = party.complete(arrived)
    return arrived


def test_a_device_is_told_what_to_show_and_where_people_go(party: Party) -> None:
    told = invited(party)
    assert re.fullmatch(r"[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", told["user_code"])
    assert told["verification_uri"] == "https://hub.test/oidc/device"
    assert told["verification_uri_complete"].endswith(f"/oidc/device?user_code={told['user_code']}")
    assert told["expires_in"] == 600 and told["interval"] == 5
    assert len(told["device_code"]) >= 43


def test_the_short_address_leads_to_the_page(party: Party) -> None:
    assert party.browser.get("/oidc/device").location == "/apps/oidc/device/"
    led = party.browser.get("/oidc/device?user_code=wdjb mjht").location
    assert led == "/apps/oidc/device/?user_code=wdjb+mjht"
    for odd in ("WDJB-MJHT%0d%0aX:y", "<b>", "a" * 21):
        assert party.browser.get(f"/oidc/device?user_code={odd}").location == "/apps/oidc/device/"


def test_a_device_that_was_approved_gets_tokens_once(party: Party) -> None:
    told = invited(party, scope="openid profile national_id unknown")
    done = agree(party, told)
    assert urlsplit(done.location).path == "/apps/oidc/device/done"
    given = poll(party, told).get_json()
    assert given["scope"] == "openid profile national_id" and given["refresh_token"]
    assert party.userinfo(given["access_token"]).get_json()["given_name"] == "Ann"
    claims = party.id_token(given["id_token"]).claims
    assert claims["acr"] == "urn:acr:low" and "nonce" not in claims
    assert error_of(poll(party, told)) == (400, "invalid_grant")
    noted = party.toolbox.noted[-1]
    assert (noted.action, noted.details["device"]) == ("device.associated", "mail")
    # Whoever took an account over would do this next: the person hears of it.
    [letter] = party.toolbox.outbox.messages
    assert (letter.to, letter.template) == ("ann@hub.test", "device_associated") and letter.notice


def test_a_waiting_device_waits_and_a_hasty_one_waits_longer(party: Party) -> None:
    told = invited(party)
    said = []
    for pause in (5, 5, 1, 5, 5, 10):
        party.hub.later(seconds=pause)
        said.append(error_of(poll(party, told))[1])
    pending, hasty = "authorization_pending", "slow_down"
    assert said == [pending, pending, hasty, hasty, hasty, hasty]
    party.hub.later(seconds=25)
    assert error_of(poll(party, told))[1] == pending


def test_of_two_polls_at_once_one_gets_tokens(party: Party) -> None:
    told = invited(party)
    agree(party, told)
    book = AssociationBook(party.toolbox)
    taken = [book.poll(told["device_code"], "mail") for _ in range(2)]
    assert [type(each).__name__ for each in taken] == ["Association", "Poll"]


def test_who_was_refused_or_came_too_late_is_told_so(party: Party) -> None:
    refused, late = invited(party), invited(party)
    book = AssociationBook(party.toolbox)
    found = book.typed(refused["user_code"])
    assert found is not None and book.refuse(found.id, ANN.id)
    assert error_of(poll(party, refused)) == (400, "access_denied")
    party.hub.later(minutes=10)
    assert error_of(poll(party, late)) == (400, "expired_token")
    assert book.typed(late["user_code"]) is None
    book.purge()
    assert party.rows("oidc_associations") == 0


def test_an_answer_is_not_taken_back(party: Party) -> None:
    told = invited(party)
    book = AssociationBook(party.toolbox)
    found = book.typed(told["user_code"])
    assert found is not None and book.refuse(found.id, ANN.id)
    assert agree_again(party, found.id).location.startswith("/apps/oidc/device/done")
    assert error_of(poll(party, told)) == (400, "access_denied")


def agree_again(party: Party, association: str) -> TestResponse:
    wish: dict[str, Json] = {"client": "mail", "account": "a-1", "association": association}
    party.toolbox.one_time.put("again", wish, seconds=60)
    arrived = party.browser.get("/oidc/associate?wish=again")
    party.sign_in(arrived)
    return party.complete(arrived)


def test_somebody_else_who_signs_in_instead_approves_nothing(party: Party) -> None:
    told = invited(party)
    agree(party, told, by="a-1", identifier="bob")
    assert error_of(poll(party, told)) == (400, "authorization_pending")


def test_a_wish_is_good_once_and_an_invented_one_never(party: Party) -> None:
    told = invited(party)
    agree(party, told)
    for wish in ("wish", "invented", ""):
        assert party.browser.get(f"/oidc/associate?wish={wish}").status_code == 400


def test_another_client_gets_nothing_for_the_code(party: Party) -> None:
    told = invited(party)
    agree(party, told)
    assert error_of(poll(party, told, "file"))[1] == "unauthorized_client"
    assert AssociationBook(party.toolbox).poll(told["device_code"], "file") == "invalid_grant"
    assert poll(party, told).status_code == 200


def test_who_may_not_use_it_is_told_so(party: Party) -> None:
    other = party.post("/oidc/device_authorization", "file", scope="openid")
    assert error_of(other) == (400, "unauthorized_client")
    nobody = party.machine.post("/oidc/device_authorization", data={"client_id": "nobody"})
    assert error_of(nobody) == (401, "invalid_client")
    assert error_of(party.post("/oidc/device_authorization", scope="nothing"))[1] == "invalid_scope"
    assert error_of(party.post("/oidc/token", grant_type=DEVICE))[1] == "invalid_request"


def associated(party: Party) -> Any:
    told = invited(party)
    agree(party, told)
    return poll(party, told).get_json()


def test_it_outlives_the_browser_session_and_its_idle_time(party: Party) -> None:
    given = associated(party)
    party.sessions.ended.update(each.id for each in party.hub.records.sessions.values())
    party.hub.later(days=20)
    again = party.refresh(given["refresh_token"]).get_json()
    assert party.userinfo(again["access_token"]).status_code == 200
    party.hub.later(days=31)
    assert error_of(party.refresh(again["refresh_token"])) == (400, "invalid_grant")


def test_used_every_day_it_ends_after_its_longest_life(party: Party) -> None:
    token = associated(party)["refresh_token"]
    for _ in range(4):
        party.hub.later(days=22)
        token = party.refresh(token).get_json()["refresh_token"]
    party.hub.later(days=2)
    assert error_of(party.refresh(token)) == (400, "invalid_grant")


def test_leaving_in_the_browser_leaves_the_device_alone(party: Party) -> None:
    given = associated(party)
    claims = party.id_token(given["id_token"]).claims
    assert party.book.session_of("mail", claims["sid"]) is None
    for session in party.hub.records.sessions.values():
        party.book.end_all("mail", session.id, claims["sid"])
    assert party.refresh(given["refresh_token"]).status_code == 200


def test_removed_it_is_out_at_once(party: Party) -> None:
    given = associated(party)
    book = DeviceBook(party.toolbox)
    [device] = book.of(ANN.id)
    assert book.remove(ANN.id, "another") is None and len(book.of(ANN.id)) == 1
    assert book.remove(ANN.id, device.id) == "mail" and not book.of(ANN.id)
    assert party.userinfo(given["access_token"]).status_code == 401
    assert error_of(party.refresh(given["refresh_token"])) == (400, "invalid_grant")


def test_nobody_removes_or_names_the_device_of_another(party: Party) -> None:
    associated(party)
    book = DeviceBook(party.toolbox)
    [device] = book.of(ANN.id)
    stranger: Any = "b-2"
    assert book.remove(stranger, device.id) is None and book.of(stranger) == []
    book.rename(stranger, device.id, "theirs")
    assert [each.name for each in book.of(ANN.id)] == [""]
    book.rename(ANN.id, device.id, "  Tablette\n du \u202e bureau " + "x" * 90)
    assert [each.name for each in book.of(ANN.id)] == [("Tablette du bureau " + "x" * 90)[:60]]


def test_a_suspended_account_is_out_on_its_devices_too(party: Party) -> None:
    given = associated(party)
    party.toolbox.people.suspend(ANN.id)
    assert party.userinfo(given["access_token"]).status_code == 401
    assert error_of(party.refresh(given["refresh_token"])) == (400, "invalid_grant")


def test_ending_all_sessions_ends_the_devices(party: Party) -> None:
    given = associated(party)
    frontend: Any = party.endings["oidc"]
    frontend.end_grants(ANN.id)
    assert error_of(party.refresh(given["refresh_token"])) == (400, "invalid_grant")


def test_neither_codes_nor_names_stand_in_the_clear(party: Party) -> None:
    told = invited(party)
    with party.toolbox.unit_of_work() as work:
        [row] = work.exec_driver_sql("select * from oidc_associations")
    kept = repr(tuple(row))
    letters = told["user_code"].replace("-", "")
    assert told["device_code"] not in kept and letters not in kept and told["user_code"] not in kept


def test_one_network_does_not_fill_the_table(party: Party) -> None:
    book = Guesses(party.toolbox)
    assert all(book.invited("192.0.2.0/24") for _ in range(INVITED - 1))
    assert begun_from(party, "192.0.2.7").status_code == 200
    more = begun_from(party, "192.0.2.8")
    assert error_of(more) == (429, "slow_down") and more.headers["Retry-After"] == "3600"
    assert party.rows("oidc_associations") == 1
    assert begun_from(party, "198.51.100.7").status_code == 200
    party.hub.later(hours=1)
    assert begun_from(party, "192.0.2.7").status_code == 200
    book.purge()
    assert party.rows("oidc_guesses") == 1


def begun_from(party: Party, address: str) -> TestResponse:
    return party.machine.post(
        "/oidc/device_authorization",
        data={"scope": "openid"},
        headers=basic("mail", SECRET),
        environ_overrides={"REMOTE_ADDR": address},
    )
