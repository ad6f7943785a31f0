"""An announcement says what it says in its time and its language, and nothing but text."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hub.people.announcing import TEXT, TITLE, Announcement, Tone, Typed, Unfit, announcement
from hub.testing.toolbox import NOON

PARIS = ZoneInfo("Europe/Paris")
TYPED = Typed(
    starts="2026-01-02T08:00",
    ends="2026-01-02T18:00",
    titles={"fr": "Maintenance", "en": "Maintenance work"},
    texts={"fr": "Le portail sera lent.", "en": "The portal will be slow."},
)


def made(**changes: Any) -> Announcement | Unfit:
    return announcement("a", replace(TYPED, **changes), PARIS, NOON)


def fit(**changes: Any) -> Announcement:
    found = made(**changes)
    assert isinstance(found, Announcement), found
    return found


def test_moments_are_those_of_the_clock_on_the_wall() -> None:
    assert fit().starts.isoformat() == "2026-01-02T08:00:00+01:00"
    assert fit(starts="", ends="2026-07-02T18:00").ends.isoformat() == "2026-07-02T18:00:00+02:00"


def test_one_without_a_beginning_begins_at_once() -> None:
    assert fit(starts="").starts == NOON
    assert fit(starts="2025-12-31T08:00").starts == NOON


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"titles": {"fr": "  ", "en": "News"}}, Unfit.NO_TITLE),
        ({"titles": {"fr": "Nouvelles"}}, Unfit.HALF_TRANSLATED),
        ({"texts": {"fr": "Oui."}}, Unfit.HALF_TRANSLATED),
        ({"titles": {"fr": "t" * (TITLE + 1), "en": "t"}}, Unfit.TOO_LONG),
        ({"texts": {"fr": "t" * (TEXT + 1), "en": "t"}}, Unfit.TOO_LONG),
        ({"ends": ""}, Unfit.BAD_MOMENT),
        ({"ends": "demain"}, Unfit.BAD_MOMENT),
        ({"starts": "0001-01-01T00:00"}, Unfit.BAD_MOMENT),
        ({"ends": "2026-01-02T18:00+02:00"}, Unfit.BAD_MOMENT),
        ({"ends": "2026-01-02T08:00"}, Unfit.ENDS_BEFORE),
        ({"starts": "", "ends": "2026-01-01T12:59"}, Unfit.ENDS_BEFORE),
        ({"ends": "2028-01-01T12:00"}, Unfit.TOO_FAR),
    ],
)
def test_what_is_no_announcement_says_why(changes: Mapping[str, Any], why: Unfit) -> None:
    assert made(**changes) is why


def test_whoever_reads_english_reads_it_whole_or_in_french_whole() -> None:
    assert fit().title("en") == "Maintenance work"
    french = fit(titles={"fr": "Maintenance"}, texts={"fr": "Lent."})
    assert (french.title("en"), french.text("en")) == ("Maintenance", "Lent.")
    short = fit(texts={})
    assert short.text("en") == ""


def test_hidden_signs_do_not_stay() -> None:
    told = fit(titles={"fr": "Pay\u202epas\0 \n ici", "en": "x"}, texts={})
    assert told.title("fr") == "Paypas ici"


def test_a_tone_nobody_knows_is_plain_information() -> None:
    assert fit(tone="siren").tone is Tone.INFO
    assert fit(tone="warning").tone is Tone.WARNING


def test_it_shows_from_its_first_moment_until_its_last() -> None:
    told = fit()
    assert not told.shows(told.starts - timedelta(seconds=1)) and told.shows(told.starts)
    assert not told.shows(told.ends) and told.over(told.ends)
