"""What every throttle, credential drawer and one-time box must do, whatever it is made of.

Each tuple holds small checks; every check is given `make`, which takes a clock and returns a
fresh, empty one that blocks after three wrong answers for five minutes.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from hub.contract.errors import StaleCredential
from hub.contract.identifiers import AccountId, MethodName
from hub.contract.toolbox import Credential, CredentialDrawer, OneTimeBox
from hub.contract.values import Clock
from hub.broker.throttle import Throttle, Try
from hub.testing.toolbox import MemoryClock

TRY = Try(method=MethodName("code"), step="answer", who="a-1", source="192.0.2.0/24", browser="b")
SECRET = Credential(
    id="phone",
    account=AccountId("a-1"),
    label="Téléphone",
    public={"digits": 6, "names": ["é"]},
    secret=b"\x00secret",
)
MakeThrottle = Callable[[Clock], Throttle]
MakeDrawer = Callable[[], CredentialDrawer]
MakeBox = Callable[[Clock], OneTimeBox]


def three_wrong_answers_block_for_five_minutes(make: MakeThrottle) -> None:
    clock = MemoryClock()
    throttle = make(clock)
    for _ in range(3):
        assert throttle.spend(TRY) is None
        clock.later(seconds=10)
    assert throttle.spend(TRY) == timedelta(minutes=5, seconds=-10)
    clock.later(minutes=5)
    assert throttle.spend(TRY) is None


def each_person_method_and_network_counts_alone(make: MakeThrottle) -> None:
    throttle = make(MemoryClock())
    for _ in range(3):
        throttle.spend(TRY)
    assert throttle.spend(TRY) is not None
    assert throttle.spend(replace(TRY, who="b-2")) is None
    assert throttle.spend(replace(TRY, method=MethodName("card"))) is None
    assert throttle.spend(replace(TRY, source="198.51.100.0/24")) is None


def what_was_not_wrong_is_given_back(make: MakeThrottle) -> None:
    throttle = make(MemoryClock())
    for _ in range(20):
        assert throttle.spend(TRY) is None
        throttle.give_back(TRY)


def a_right_answer_forgets_the_wrong_ones(make: MakeThrottle) -> None:
    throttle = make(MemoryClock())
    for _ in range(5):
        assert throttle.spend(TRY) is None
        assert throttle.spend(TRY) is None
        assert throttle.spend(TRY) is None
        throttle.clear(TRY)


THROTTLE: Sequence[Callable[[MakeThrottle], None]] = (
    three_wrong_answers_block_for_five_minutes,
    each_person_method_and_network_counts_alone,
    what_was_not_wrong_is_given_back,
    a_right_answer_forgets_the_wrong_ones,
)


def a_credential_comes_back_with_its_next_version(make: MakeDrawer) -> None:
    drawer = make()
    drawer.put(SECRET)
    assert list(drawer.of(SECRET.account)) == [replace(SECRET, version=1)]
    assert list(drawer.of(AccountId("b-2"))) == []


def a_credential_is_never_spent_twice(make: MakeDrawer) -> None:
    drawer = make()
    drawer.put(SECRET)
    (read,) = drawer.of(SECRET.account)
    drawer.put(replace(read, secret=b"spent"))
    for stale in (read, SECRET, replace(SECRET, id="unknown", version=1)):
        _stale(drawer, stale)
    assert [each.secret for each in drawer.of(SECRET.account)] == [b"spent"]


def a_removed_credential_is_gone(make: MakeDrawer) -> None:
    drawer = make()
    drawer.put(SECRET)
    drawer.put(replace(SECRET, id="key"))
    assert drawer.remove(SECRET.account, "phone")
    assert not drawer.remove(SECRET.account, "phone")
    assert not drawer.remove(AccountId("b-2"), "key")
    assert [each.id for each in drawer.of(SECRET.account)] == ["key"]
    _stale(drawer, replace(SECRET, version=1))


def a_credential_is_found_by_its_own_name_while_one_person_has_it(make: MakeDrawer) -> None:
    drawer = make()
    drawer.put(SECRET)
    assert drawer.find("phone") == replace(SECRET, version=1)
    assert drawer.find("key") is None
    drawer.put(replace(SECRET, account=AccountId("b-2")))
    assert drawer.find("phone") is None, "of two people with one name, neither is meant"


def _stale(drawer: CredentialDrawer, credential: Credential) -> None:
    try:
        drawer.put(credential)
    except StaleCredential:
        return
    raise AssertionError("a stale credential was stored")


DRAWER: Sequence[Callable[[MakeDrawer], None]] = (
    a_credential_comes_back_with_its_next_version,
    a_credential_is_never_spent_twice,
    a_removed_credential_is_gone,
    a_credential_is_found_by_its_own_name_while_one_person_has_it,
)


def a_thing_is_found_once(make: MakeBox) -> None:
    box = make(MemoryClock())
    box.put("k", {"n": 1, "é": [None, "x"]}, seconds=60)
    assert box.take("other") is None
    assert box.take("k") == {"n": 1, "é": [None, "x"]}
    assert box.take("k") is None


def a_thing_is_not_found_too_late(make: MakeBox) -> None:
    clock = MemoryClock()
    box = make(clock)
    box.put("k", {}, seconds=60)
    clock.later(seconds=60)
    assert box.take("k") is None


def the_last_thing_put_under_a_key_is_found(make: MakeBox) -> None:
    box = make(MemoryClock())
    box.put("k", {"n": 1}, seconds=60)
    box.put("k", {"n": 2}, seconds=60)
    assert box.take("k") == {"n": 2}


ONE_TIME: Sequence[Callable[[MakeBox], None]] = (
    a_thing_is_found_once,
    a_thing_is_not_found_too_late,
    the_last_thing_put_under_a_key_is_found,
)
