"""What a service may ask, of whom, and where it may lead people."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from hub.broker.release import subject_of
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ServiceId
from hub.lending import PAIRWISE
from hub.store.sealing import read_secret
from hub.testing.people import ANN, BOB

from .region import EMAGE, HUB, OTHER, STUDY, Region

SHARES = "/apps/emage/shares/"


def test_only_a_service_with_its_own_token_and_the_scope_shares(region: Region) -> None:
    wanted = region.asked()
    refused = region.calls("POST", SHARES, token="", json=wanted)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    refused = region.calls("POST", SHARES, token="x" * 43, json=wanted)
    assert "invalid_token" in refused.headers["WWW-Authenticate"]
    other = region.token(scope="notices")
    for method, path in (("POST", SHARES), ("GET", f"{SHARES}x"), ("POST", "/apps/emage/tickets/")):
        refused = region.calls(method, path, token=other, json=wanted)
        assert refused.status_code == 403 and refused.json()["error"] == "insufficient_scope"


WRONG: Sequence[Mapping[str, Any]] = (
    {"study": ""},
    {"study": "1" * 201},
    {"study": "1\n2"},
    {"study": 12},
    {"sub": None},
    {"level": "certified"},
    {"sender": "a-1"},
    {"opens_at": "https://evil.test/shared"},
    {"opens_at": "https://emage.test.evil.test/"},
    {"opens_at": "https://emage.test@evil.test/"},
    {"opens_at": "https://evil.test\\@emage.test/"},
    {"opens_at": "http://emage.test/"},
    {"opens_at": "https://emage.test:444/"},
    {"opens_at": "https://emage.test:x/"},
    {"opens_at": "//emage.test/"},
    {"opens_at": "javascript:alert(1)"},
    {"opens_at": f"{EMAGE}/\r\nSet-Cookie: a=b"},
    {"opens_at": f"{EMAGE}/{'x' * 500}"},
    {"back_to": "https://evil.test/"},
)


def test_what_is_not_exactly_a_share_or_leads_elsewhere_is_refused(region: Region) -> None:
    token = region.token()
    taken = [
        changed
        for changed in WRONG
        if region.calls("POST", SHARES, token=token, json=region.asked(**changed)).status_code
        != 400
    ]
    assert taken == []


def test_a_body_that_is_no_object_is_refused(region: Region) -> None:
    for body in (b"", b"[]", b"null", b"{", b"\xff"):
        answer = region.calls("POST", SHARES, content=body)
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


def test_a_sender_is_somebody_that_service_was_told_of(region: Region) -> None:
    stranger = region.calls("POST", SHARES, json=region.asked(sub="0" * 64))
    assert (stranger.status_code, stranger.json()["error"]) == (404, "unknown_person")
    # Ann as e-mage knows her means nobody in another service's mouth.
    away = region.asked(opens_at="https://scan.test/x")
    assert region.calls("POST", SHARES, "scan", json=away).status_code == 404


def test_another_service_s_share_is_one_that_never_was(region: Region) -> None:
    share = region.drafted()
    link = region.sent(share)
    for method in ("GET", "DELETE"):
        theirs = region.calls(method, f"{SHARES}{share}", "scan")
        never = region.calls(method, f"{SHARES}nothing", "scan")
        assert (theirs.status_code, theirs.json()) == (404, {"error": "unknown_share"})
        assert (never.status_code, never.json()) == (404, {"error": "unknown_share"})
    assert region.browser().open(link).status == 200


def test_the_service_follows_its_share_and_withdraws_it(region: Region) -> None:
    share = region.drafted()
    path = f"{SHARES}{share}"
    assert region.calls("GET", path).json()["state"] == "draft"
    link = region.sent(share)
    told = region.calls("GET", path)
    assert told.json() == {
        "id": share,
        "state": "open",
        "ends_at": "2026-01-04T12:00:00+00:00",
        "openings": [],
    }
    assert region.calls("DELETE", path).json()["state"] == "revoked"
    assert region.calls("DELETE", path).json()["state"] == "revoked"
    assert region.browser().open(link).status == 404


def test_the_forms_that_wait_for_one_person_are_counted(region: Region) -> None:
    """By service: none of them uses up what another may ask for; those withdrawn wait no more."""
    for _ in range(20):
        withdrawn = region.drafted()
    assert region.calls("POST", SHARES, json=region.asked()).status_code == 429
    scan = region.hub.app.services[ServiceId("scan")]
    at = region.hub.clock()
    told = AuditEntry(at=at, action="login.vouched", account=ANN.id, service=scan.id)
    region.hub.app.note(told)
    region.hub.app.trail.link()
    sub = subject_of(ANN.id, scan, read_secret(region.folder / "secrets" / PAIRWISE))
    elsewhere = region.asked(sub=sub, opens_at=f"{OTHER}/shared")
    assert region.calls("POST", SHARES, "scan", json=elsewhere).status_code == 201
    region.calls("DELETE", f"{SHARES}{withdrawn}")
    region.drafted()
    assert region.calls("POST", SHARES, json=region.asked()).status_code == 429
    assert (
        region.calls("POST", SHARES, json=region.asked(sub=region.subject(BOB))).status_code == 201
    )
    region.later(hours=1)
    assert region.calls("POST", SHARES, json=region.asked()).status_code == 201


def test_a_browser_s_cookie_opens_nothing_here(region: Region) -> None:
    browser = region.signed_in()
    cookies = "; ".join(f"{name}={text}" for name, text in browser.cookies().items())
    answer = region.calls("POST", SHARES, token="", json=region.asked())
    assert answer.status_code == 401
    ridden = region.browser()
    ridden.remember(browser.cookies())
    assert cookies and ridden.open(f"{HUB}{SHARES}nothing").status == 401


def test_the_study_is_in_no_page_no_mail_and_no_line_of_the_log(
    region: Region, capsys: pytest.CaptureFixture[str]
) -> None:
    link = region.sent()
    browser, page = region.asking(link)
    everything = [page.text, browser.open(link).text, *region.letters()]
    mine = region.signed_in(path="/apps/emage/mine/").open(f"{HUB}/apps/emage/mine/")
    assert "1 janvier 2026" in mine.words
    written = capsys.readouterr()
    assert STUDY not in "".join([*everything, mine.text, written.out, written.err])
    secret = link.rpartition("/")[2]
    assert secret not in written.out + written.err and "request.served" in written.out + written.err
