import pytest

from hub_frontends.oidc.keys_schedule import Dated, coming, next_change, retired, signing


def dated(name: str, signs_from: int | None, alg: str = "ES256") -> Dated:
    return Dated(name=name, alg=alg, made=0, signs_from=signs_from)


LINE = [
    dated("first", 0),
    dated("second", 100),
    dated("third", 200),
    dated("hung up", None),
    dated("other", 150, "RS256"),
]


@pytest.mark.parametrize(
    ("now", "signs", "next_one"),
    [
        (1, "first", "second"),
        (99, "first", "second"),
        (100, "second", "third"),
        (199, "second", "third"),
        (200, "third", None),
    ],
)
def test_the_key_whose_moment_came_last_signs(now: int, signs: str, next_one: str | None) -> None:
    current, following = signing(LINE, "ES256", now), coming(LINE, "ES256", now)
    assert current and current.name == signs
    assert (following and following.name) == next_one


@pytest.mark.parametrize(
    ("now", "gone"),
    [(139, set()), (140, {"first"}), (239, {"first"}), (240, {"first", "second"})],
)
def test_a_former_key_is_retired_when_its_last_token_is_forgotten(now: int, gone: set[str]) -> None:
    assert retired(LINE, now, after=40) == gone


@pytest.mark.parametrize(
    ("now", "moment"), [(1, 100), (100, 140), (140, 150), (150, 200), (200, 240), (240, None)]
)
def test_nothing_changes_before_the_next_change(now: int, moment: int | None) -> None:
    assert next_change(LINE, now, after=40) == moment


def test_nobody_signs_before_the_first_moment() -> None:
    assert signing([dated("later", 10), dated("never", None)], "ES256", 9) is None
