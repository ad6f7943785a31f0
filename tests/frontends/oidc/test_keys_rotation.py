"""Keys change without a restart, wherever they stand, and nobody meets a key they cannot verify."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hub import ConfigErrors, StoreUnavailable
from hub.testing.settings import TableSettings
from hub.testing.tables import Statements, memory_database
from hub.testing.toolbox import MemoryToolbox
from hub_frontends.oidc.keys import Keys
from hub_frontends.oidc.keys_rotation import Rotation, open_keys, rotate_keys
from hub_frontends.oidc.settings import OidcSettings, oidc_settings
from hub_frontends.oidc.tables import metadata


class Place:
    """Keys of one kind, quick to make, and the processes that use them."""

    def __init__(self, settings: OidcSettings) -> None:
        unit_of_work, self.statements, self.engine = memory_database(metadata)
        self.toolbox = MemoryToolbox("oidc", unit_of_work=unit_of_work)
        self.settings = settings
        self.rotation = Rotation(settings, self.toolbox)

    def keys(self) -> Keys:
        return open_keys(self.settings, self.toolbox)

    def later(self, **passed: float) -> None:
        self.toolbox.time.later(**passed)

    @property
    def noted(self) -> list[str]:
        return [each.action for each in self.toolbox.noted]


@pytest.fixture(params=["files", "database"])
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    made = Place(OidcSettings(keys=str(tmp_path), keys_in=request.param, algorithms=("ES256",)))
    yield made
    made.engine.dispose()


def signs(keys: Keys) -> str:
    return str(keys.signing("ES256").kid)


def shown(keys: Keys) -> set[str]:
    return {key["kid"] for key in keys.public()["keys"]}


def test_the_next_key_is_published_a_day_before_it_signs(place: Place) -> None:
    keys = place.keys()
    first = signs(keys)
    place.rotation.prepare()
    place.later(seconds=1)
    assert signs(keys) == first and len(shown(keys)) == 2
    place.later(hours=23)
    assert signs(keys) == first
    place.later(hours=1)
    assert signs(keys) in shown(keys) - {first}


def test_a_former_key_stays_published_until_its_last_token_is_forgotten(place: Place) -> None:
    keys = place.keys()
    first = signs(keys)
    place.rotation.switch()
    place.later(seconds=2)
    assert signs(keys) != first and first in shown(keys)
    place.later(hours=47, minutes=59)
    assert first in shown(keys)
    place.later(minutes=1)
    assert first not in shown(keys) and len(shown(keys)) == 1
    place.rotation.turn()
    assert place.noted[-1] == "signing_key.destroyed"
    assert shown(place.keys()) == shown(keys)


def test_other_processes_notice_a_change_within_a_second(place: Place) -> None:
    here, elsewhere = place.keys(), place.keys()
    place.rotation.switch()
    place.later(seconds=1)
    assert signs(here) == signs(elsewhere) and len(shown(elsewhere)) == 2


def test_a_waiting_key_is_brought_forward_and_no_third_is_made(place: Place) -> None:
    keys = place.keys()
    place.rotation.prepare()
    place.later(seconds=1)
    [waiting] = shown(keys) - {signs(keys)}
    place.rotation.switch()
    place.later(seconds=1)
    assert signs(keys) == waiting and len(shown(keys)) == 2


def test_rotating_twice_within_a_second_ends_with_the_newest(place: Place) -> None:
    keys = place.keys()
    place.rotation.switch()
    place.rotation.switch()
    place.later(seconds=2)
    assert len(shown(keys)) == 3
    assert signs(keys) == signs(place.keys())


def test_a_stolen_key_is_published_no_more_nor_is_the_one_beside_it(place: Place) -> None:
    keys = place.keys()
    place.rotation.prepare()
    place.later(seconds=1)
    before = shown(keys)
    place.rotation.revoke()
    place.later(seconds=2)
    assert len(shown(keys)) == 1 and not shown(keys) & before
    assert signs(keys) in shown(keys)


def test_keys_change_by_themselves_and_one_waits_in_time(place: Place) -> None:
    keys = place.keys()
    first = signs(keys)
    place.later(days=88)
    place.rotation.turn()
    place.later(seconds=1)
    assert shown(keys) == {first}
    place.later(days=1)
    place.rotation.turn()
    place.rotation.turn()
    place.later(seconds=1)
    assert len(shown(keys)) == 2 and signs(keys) == first
    place.later(days=1)
    assert signs(keys) != first


def test_preparing_twice_makes_one_next_key(place: Place) -> None:
    place.keys()
    assert [d.name for d in place.rotation.prepare()] == [d.name for d in place.rotation.prepare()]
    assert place.noted == ["signing_key.made"]


@pytest.mark.parametrize(
    ("words", "keys", "said"),
    [([], 2, "ES256"), (["--now"], 2, "ES256"), (["--revoke"], 1, "ES256")],
)
def test_the_operator_is_told_which_key_signs_from_when(
    place: Place, words: list[str], keys: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place.keys()
    assert rotate_keys(place.rotation, words) == 0
    place.later(seconds=2)
    out = capsys.readouterr().out
    assert out.startswith(said) and "signs from 2026-01-0" in out
    assert len(shown(place.keys())) == keys


def test_an_algorithm_that_is_added_later_gets_its_key_at_the_next_start(place: Place) -> None:
    place.keys()
    place.settings = replace(place.settings, algorithms=("ES256", "EdDSA"))
    assert place.keys().signing("EdDSA").kid in shown(place.keys())


@pytest.fixture
def table() -> Iterator[Place]:
    made = Place(OidcSettings(keys_in="database", algorithms=("ES256",)))
    yield made
    made.engine.dispose()


def test_private_keys_lie_sealed_in_the_database(table: Place) -> None:
    table.keys()
    with table.toolbox.unit_of_work() as work:
        [row] = work.execute(metadata.tables["oidc_keys"].select()).all()
    assert b"PRIVATE" not in row.secret and '"d"' not in row.public


def test_serving_keys_asks_the_database_once_a_second_at_most(table: Place) -> None:
    keys, statements = table.keys(), Statements(table.engine)
    for _ in range(10):
        keys.public()
        signs(keys)
    assert statements.sql == []
    table.later(seconds=1)
    for _ in range(10):
        keys.public()
    assert len(statements.sql) == 1


def test_a_database_that_is_away_takes_no_key_with_it(table: Place) -> None:
    keys = table.keys()
    before = signs(keys)

    def away() -> Iterator[None]:
        raise StoreUnavailable("away")

    table.toolbox.unit_of_work = away  # type: ignore[assignment]
    table.later(seconds=5)
    assert signs(keys) == before


def test_a_database_that_is_away_at_the_start_is_asked_again(table: Place) -> None:
    there = table.toolbox.unit_of_work

    def away() -> Iterator[None]:
        raise StoreUnavailable("away")

    table.toolbox.unit_of_work = away  # type: ignore[assignment]
    keys = table.keys()
    with pytest.raises(StoreUnavailable):
        keys.public()
    table.toolbox.unit_of_work = there
    assert signs(keys) in shown(keys)


def test_of_two_processes_that_begin_at_once_one_makes_the_first_key(table: Place) -> None:
    one, two = table.rotation._book(), table.rotation._book()
    one.make("ES256", 0, 1)
    two.make("ES256", 0, 1)
    assert len(one.read()) == 1


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"keys_in": "hsm"}, "hsm"),
        ({"algorithms": ["ES256"]}, "algorithms"),
        ({"publish_after": timedelta(hours=1)}, "publish_after"),
        ({"publish_before": timedelta(days=90)}, "publish_before"),
        ({"hsm": {"module": "m", "token": "t", "pin_file": "p"}}, "hsm"),
    ],
)
def test_contradictions_of_the_settings_are_named(changed: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigErrors, match=f"plugin.oidc.{key}"):
        oidc_settings(TableSettings(oidc=changed))  # type: ignore[arg-type]


def test_tokens_given_while_keys_change_verify_with_what_was_published_before(place: Place) -> None:
    keys, published, signed = place.keys(), [shown(place.keys())], []
    hours = int(place.settings.rotate_every.total_seconds() // 3600) + 60
    for _ in range(hours):
        place.later(hours=1)
        place.rotation.turn()
        place.later(seconds=1)
        signed.append(signs(keys))
        published.append(shown(keys))
    assert len({*signed}) == 2
    # A service reads the set once a day: what it read yesterday knows whatever signs now.
    cached = int(place.settings.publish_before.total_seconds() // 3600)
    assert all(signed[at] in published[at + 1 - cached] for at in range(cached, hours))
