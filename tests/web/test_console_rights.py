"""Rights given and ended by a référent: on services, for their places, on a fresh proof."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from werkzeug.test import TestResponse

from hub.contract.services import Access
from hub.people.rights import Grant
from hub.testing.hub import NOON
from hub.testing.people import ANN, BOB, CLINIC, SURGERY
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import said
from tests.web.test_console import CAROL

ANNS = f"/console/people/{ANN.id}"
MINE = "console.referent"


@pytest.fixture
def desk(tmp_path: Path) -> Furnished:
    """Carol looks after the clinic, where Ann works; Ann works at the surgery too."""
    scan = tiled("scan", Access(minimum="low", rights=frozenset({"scan.reader"})))
    way_up = tiled("audit", Access(minimum="low", rights=frozenset({"console.operator"})))
    made = furnish(tmp_path, scan, way_up)
    made.hub.accounts.create(CAROL)
    made.hub.accounts.change(replace(BOB, situations=(SURGERY,)))
    made.grant(CAROL.id, MINE, CLINIC.structure)
    made.enter("carol", strong=True)
    return made


def gives(desk: Furnished, whose: str = ANNS, **changes: str) -> TestResponse:
    fields = {"right": "scan.reader", "place": CLINIC.id, "lasts": "31", **changes}
    return desk.post(f"{whose}/rights", **fields)


def held(desk: Furnished) -> list[Grant]:
    return [each for each in desk.rights.grants if each.account == ANN.id]


def kept(desk: Furnished, name: str, situation: str | None) -> Grant:
    grant = Grant(id=name, account=ANN.id, name="scan.reader", situation=situation, since=NOON)
    desk.rights.give(grant)
    return grant


def test_a_right_is_given_for_one_place_until_a_day_and_both_are_told(desk: Furnished) -> None:
    assert gives(desk).location == f"{ANNS}?done=given"
    (grant,) = held(desk)
    assert (grant.name, grant.situation, grant.given_by) == ("scan.reader", CLINIC.id, CAROL.id)
    assert grant.until == desk.hub.now + timedelta(days=31) and grant.structure is None
    line = desk.hub.records.trail[-1]
    assert (line.action, line.account) == ("right.given", ANN.id)
    assert line.details == {
        "by": CAROL.id,
        "right": "scan.reader",
        "situation": CLINIC.id,
        "until": (desk.hub.now + timedelta(days=31)).isoformat(),
    }
    assert {each.to for each in desk.outbox.messages} == {"ann@hub.test", "carol@hub.test"}
    words = said(desk.get(ANNS))
    assert "Le scan" in words and "Clinique du Parc" in words and "par Carol Référente" in words
    assert "Jusqu’au 1 février 2026" in words


def test_a_precise_day_counts_whole(desk: Furnished) -> None:
    gives(desk, lasts="date", until="2026-03-10")
    (grant,) = held(desk)
    assert grant.until == datetime(2026, 3, 11, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize("day", ["2025-12-31", "", "10/03/2026", "9999-12-31"])
def test_a_day_that_is_over_or_none_gives_nothing(desk: Furnished, day: str) -> None:
    answer = gives(desk, lasts="date", until=day)
    assert answer.status_code == 422 and "n’est pas à venir" in said(answer)
    assert not held(desk)


def test_a_right_may_last_until_somebody_ends_it(desk: Furnished) -> None:
    gives(desk, lasts="0")
    assert held(desk)[0].until is None
    assert "Jusqu’à ce qu’un référent le retire" in said(desk.get(ANNS))


@pytest.mark.parametrize(
    "forged",
    [
        {"right": "console.operator"},
        {"right": MINE},
        {"right": "nothing"},
        {"place": SURGERY.id},
        {"place": ""},
        {"lasts": "99999"},
    ],
)
def test_no_form_gives_what_is_not_offered(desk: Furnished, forged: dict[str, str]) -> None:
    assert gives(desk, **forged).status_code == 400
    assert not held(desk)


def test_a_right_of_the_consoles_is_never_offered_nor_shown(desk: Furnished) -> None:
    desk.grant(ANN.id, MINE, CLINIC.structure)
    page = desk.get(ANNS)
    assert page.status_code == 200
    assert MINE not in page.text and "console.operator" not in page.text


def test_nobody_gives_a_right_to_themselves_or_to_others(desk: Furnished) -> None:
    desk.hub.accounts.change(replace(CAROL, situations=(CLINIC,)))
    for whose in (CAROL.id, BOB.id, "nobody"):
        assert gives(desk, f"/console/people/{whose}").status_code == 404
    assert len(desk.rights.grants) == 1


def test_giving_takes_a_fresh_strong_proof_and_keeps_what_was_chosen(desk: Furnished) -> None:
    desk.hub.later(minutes=11)
    answer = gives(desk, lasts="365")
    assert answer.location.startswith("/login/") and not held(desk)
    path = answer.location
    desk.site.sign_in(path, "carol")
    desk.post(f"{path}/code", begin="1")
    back = desk.post(f"{path}/code", secret="1234")
    target = desk.get(back.location).location
    assert target.startswith(f"{ANNS}?typed=")
    assert '<option value="365" selected>' in desk.get(target).text


def test_the_same_right_is_not_given_twice(desk: Furnished) -> None:
    gives(desk)
    assert gives(desk).location == f"{ANNS}?done=held"
    assert len(held(desk)) == 1


def test_a_right_ended_closes_the_sessions_that_knew_it(desk: Furnished) -> None:
    gives(desk)
    (grant,) = held(desk)
    here, desk.site.client = desk.site.client, desk.site.another()
    desk.enter("ann")
    desk.site.client = here
    assert desk.post(f"{ANNS}/rights/{grant.id}/end").location == f"{ANNS}?done=ended"
    assert not desk.rights.granted(ANN.id, desk.hub.now)
    assert [each.account for each in desk.hub.records.sessions.values()] == [CAROL.id]
    line = desk.hub.records.trail[-1]
    assert (line.action, line.details["right"]) == ("right.ended", "scan.reader")
    assert line.details["situation"] == CLINIC.id
    assert desk.post(f"{ANNS}/rights/{grant.id}/end").status_code == 404


def test_a_right_given_twice_ends_whole_and_nothing_else_does(desk: Furnished) -> None:
    first, second = (kept(desk, name, CLINIC.id) for name in ("r-1", "r-2"))
    others = [kept(desk, "r-3", SURGERY.id), replace(first, id="r-4", name="mail.reader")]
    desk.rights.give(others[1])
    desk.rights.give(replace(first, id="r-5", account=BOB.id))
    assert desk.post(f"{ANNS}/rights/{second.id}/end").location == f"{ANNS}?done=ended"
    assert held(desk) == others
    assert [each.id for each in desk.rights.grants if each.account == BOB.id] == ["r-5"]


def test_ending_takes_a_fresh_strong_proof_too(desk: Furnished) -> None:
    grant = kept(desk, "r-1", CLINIC.id)
    desk.hub.later(minutes=11)
    assert desk.post(f"{ANNS}/rights/{grant.id}/end").location.startswith("/login/")
    assert held(desk) == [grant]


def test_a_right_held_everywhere_is_shown_and_not_theirs_to_end(desk: Furnished) -> None:
    grant = kept(desk, "r-1", None)
    page = desk.get(ANNS)
    assert "Partout où la personne travaille" in said(page) and "/end" not in page.text
    assert desk.post(f"{ANNS}/rights/{grant.id}/end").status_code == 404
    assert held(desk) == [grant]


def test_a_right_for_another_structure_is_neither_seen_nor_ended(desk: Furnished) -> None:
    grant = kept(desk, "r-1", SURGERY.id)
    page = desk.get(ANNS)
    assert SURGERY.structure not in page.text and "r-1" not in page.text
    for path in (f"{ANNS}/rights/{grant.id}/end", f"{ANNS}/rights/unknown/end"):
        assert desk.post(path).status_code == 404
    assert held(desk) == [grant]


def test_the_grant_of_one_person_is_not_ended_through_another(desk: Furnished) -> None:
    desk.grant(BOB.id, "scan.reader")
    theirs = desk.rights.grants[-1]
    assert desk.post(f"{ANNS}/rights/{theirs.id}/end").status_code == 404
    assert theirs in desk.rights.grants
