"""`POST /apps/notices/` and the bell: who may post what for whom, and who reads it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from werkzeug.test import TestResponse

from hub.contract.federation import ServiceCaller
from hub.contract.identifiers import ServiceId
from hub.contract.services import Access, Launch
from hub.people.posted import PER_DAY
from hub.testing.people import ANN, BOB
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import ADDRESS, said

POST = "/apps/notices/"
NOTICE = {"sub": "ann-at-mail", "text": "Un message attend votre réponse", "link": {"message": "4"}}
LAUNCH = Launch(
    address="https://mail.test/start",
    deep_link="https://mail.test/message/{message}",
    parameters={"message": "[0-9]{1,12}"},
)


@dataclass
class FakeFrontend:
    """Knows one service by its token, and another without the scope."""

    def caller(self, token: str) -> ServiceCaller | None:
        scopes = {"good": {"notices", "more"}, "scan": {"notices"}, "bare": {"more"}}.get(token)
        service = ServiceId("scan" if token == "scan" else "mail")
        return ServiceCaller(service=service, scopes=frozenset(scopes)) if scopes else None


@pytest.fixture
def portal(tmp_path: Path) -> Furnished:
    made = furnish(
        tmp_path,
        tiled("mail", Access(minimum="low"), launch=LAUNCH),
        tiled("scan", Access(minimum="low")),
    )
    cast(dict[str, Any], made.site.parts.endings)["fake"] = FakeFrontend()
    names = cast(Any, made.desk.own.known).names
    names["mail", "ann-at-mail"] = ANN.id
    names["mail", "bob-at-mail"] = BOB.id
    return made


def post(portal: Furnished, token: str = "good", **more: Any) -> TestResponse:
    return portal.site.another().post(
        POST,
        json={**NOTICE, **more},
        headers={"Authorization": f"Bearer {token}"} if token else {},
        base_url=ADDRESS,
    )


def test_a_notice_reaches_its_person_and_leads_to_the_record(portal: Furnished) -> None:
    portal.enter()
    assert '<span class="count"' not in portal.get("/services").text
    assert post(portal).status_code == 201
    assert "1 avis non lu" in said(portal.get("/services"))
    page = portal.get("/notices")
    assert "Un message attend votre réponse" in said(page) and "Le mail" in said(page)
    (path,) = set(re.findall(r'href="(/notices/[^"]+)"', page.text))
    onward = portal.get(path).location
    assert portal.get(onward).location == "https://mail.test/message/4"
    assert '<span class="count"' not in portal.get("/services").text


def test_a_notice_is_marked_unread_again_and_all_read_at_once(portal: Furnished) -> None:
    portal.enter()
    ids = [post(portal).get_json()["id"] for _ in range(3)]
    portal.post("/notices/read")
    assert "Non lu" not in said(portal.get("/notices"))
    portal.post(f"/notices/{ids[1]}/unread")
    assert said(portal.get("/notices")).count("Non lu") == 1
    assert "1 avis non lu" in said(portal.get("/account"))


def test_nobody_reads_follows_or_marks_another_s_notice(portal: Furnished) -> None:
    name = post(portal).get_json()["id"]
    portal.enter("bob")
    assert "Aucun avis" in said(portal.get("/notices"))
    assert portal.get(f"/notices/{name}").status_code == 404
    portal.post("/notices/read")
    assert portal.desk.own.posted.unread(ANN.id, portal.hub.now) == 1
    portal.desk.own.posted.read_all(ANN.id, portal.hub.now)
    portal.post(f"/notices/{name}/unread")
    assert portal.desk.own.posted.unread(ANN.id, portal.hub.now) == 0


@pytest.mark.parametrize(
    ("token", "status", "challenge"),
    [
        ("", 401, "Bearer"),
        ("wrong", 401, 'Bearer error="invalid_token"'),
        ("bare", 403, 'Bearer error="insufficient_scope", scope="notices"'),
    ],
)
def test_only_a_service_with_its_own_token_and_the_scope_posts(
    portal: Furnished, token: str, status: int, challenge: str
) -> None:
    answer = post(portal, token)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (status, challenge)
    assert not portal.desk.own.posted.of(ANN.id, portal.hub.now)


def test_a_service_reaches_only_those_it_was_told_of(portal: Furnished) -> None:
    assert post(portal, "scan", link={}).status_code == 404
    assert post(portal, sub="nobody").status_code == 404
    portal.hub.accounts.suspend(ANN.id)
    assert post(portal).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "x" * 81},
        {"text": "deux\nlignes"},
        {"text": 4},
        {"sub": ""},
        {"sub": "x" * 201},
        {"sub": "ann\0"},
        {"sub": None},
        {"mail": "yes"},
        {"link": {"message": "4x"}},
        {"link": {"message": "4", "next": "https://evil.test"}},
        {"link": {"message": 4}},
        {"link": "https://evil.test"},
        {"url": "https://evil.test"},
    ],
)
def test_what_is_not_exactly_a_notice_is_refused(portal: Furnished, wrong: dict[str, Any]) -> None:
    answer = post(portal, **wrong)
    assert (answer.status_code, answer.get_json()) == (400, {"error": "invalid_request"})
    assert not portal.desk.own.posted.of(ANN.id, portal.hub.now)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"null"])
def test_a_broken_body_is_refused(portal: Furnished, body: bytes) -> None:
    headers = {"Authorization": "Bearer good", "Content-Type": "application/json"}
    answer = portal.site.another().post(POST, data=body, headers=headers, base_url=ADDRESS)
    assert answer.status_code == 400


def test_a_browser_cannot_be_made_to_post(portal: Furnished) -> None:
    portal.enter()
    headers = {"Authorization": "Bearer good"}
    answer = portal.site.client.post(POST, json=NOTICE, headers=headers, base_url=ADDRESS)
    assert answer.status_code == 403
    assert not portal.desk.own.posted.of(ANN.id, portal.hub.now)


def test_one_service_does_not_flood_one_person(portal: Furnished) -> None:
    for _ in range(PER_DAY):
        assert post(portal).status_code == 201
    assert post(portal).status_code == 429
    assert post(portal, sub="bob-at-mail").status_code == 201


def test_the_mail_tells_that_there_is_a_notice_and_not_what_it_says(portal: Furnished) -> None:
    post(portal)
    assert not portal.outbox.messages
    name = post(portal, mail=True).get_json()["id"]
    (letter,) = portal.outbox.messages
    assert letter.values == {"service": "Le mail", "link": f"{ADDRESS}/notices/{name}"}


def test_markup_in_a_notice_is_shown_as_it_is(portal: Furnished) -> None:
    portal.enter()
    post(portal, text="<b onclick=x>Bonjour</b>")
    assert "<b onclick" not in portal.get("/notices").text


def test_a_notice_of_a_service_that_went_leads_back_to_the_list(portal: Furnished) -> None:
    portal.enter()
    name = post(portal).get_json()["id"]
    cast(dict[ServiceId, Any], portal.hub.rules.services).pop(ServiceId("mail"))
    assert portal.get(f"/notices/{name}").location == "/notices"
    assert "mail" in said(portal.get("/notices"))
