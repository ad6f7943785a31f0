"""What every implementation of a store's port must do, whatever it is made of.

Each tuple holds small checks; every check is given `make`, which returns a fresh, empty one.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from hub.contract.accounts import Situation, UpstreamIdentity
from hub.contract.audit import AuditEntry
from hub.contract.events import AuthenticationEvent, Evidence, Factor
from hub.contract.identifiers import AccountId, LoginId, MethodName, ServiceId, SessionId
from hub.contract.login import Asked, LoginRequest
from hub.contract.logout import Participation
from hub.contract.steps import Ask, Redirect, Refusal, Refused
from hub.broker.records import (
    BrowserSession,
    Gone,
    LoginGone,
    NewKey,
    OtherPerson,
    PendingLogin,
    Records,
    SessionKey,
    StaleLogin,
    Turn,
)
from hub.testing.toolbox import NOON

OLD, NEW, LAST = SessionKey("old"), SessionKey("new"), SessionKey("last")
EVENT = AuthenticationEvent(
    account=AccountId("a-1"),
    method=MethodName("card"),
    evidence=Evidence(
        factors=frozenset({Factor.KNOWLEDGE, Factor.POSSESSION}),
        authenticator="card",
        amr=("sc", "pin"),
        proved_at=NOON - timedelta(microseconds=1),
    ),
    at=NOON,
    upstream=UpstreamIdentity(
        issuer="https://psc.test",
        subject="s",
        attributes={"surname": ("Martin",)},
        situations=(Situation(id="c", structure="Clinique", role="doctor", source="psc"),),
        session={"id_token": "e.y.J", "sid": None},
    ),
)
LOGIN = PendingLogin(
    id=LoginId("l-1"),
    browser="this browser",
    request=LoginRequest(
        service=ServiceId("mail"),
        received_at=NOON,
        asked=Asked(acrs=("high",), max_age=timedelta(seconds=90)),
        target="/message/42",
        languages=("fr",),
    ),
    expires_at=NOON + timedelta(minutes=15),
    satosa_state={"tab": 1, "nested": {"list": [1, 2.5, None, "é"]}},
    support="K7QF-2M",
    used=frozenset({MethodName("card")}),
)
SESSION = BrowserSession(
    id=SessionId("s-1"), account=AccountId("a-1"), events=(EVENT,), began_at=NOON, situation="c"
)
ENTRY = AuditEntry(at=NOON, action="login.begun", login=LOGIN.id)
JOINS = Participation(session=SESSION.id, service=ServiceId("mail"), frontend="oidc")
STEPS = (
    Ask(
        template="code.html",
        values={"masked": "•• 12"},
        memory={"code": "1"},
        refused=Refusal(code="x.wrong", detail={"left": 2}),
        again_in=timedelta(seconds=2),
    ),
    Redirect(url="https://psc.test", memory={"state": "s"}),
    Refused(why=Refusal(code="x.gone", counts=False)),
    OtherPerson(expected="Ann", found="Bob", event=EVENT),
)


def raised(kind: type[Exception], act: Callable[[], object]) -> Exception:
    try:
        act()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__} was raised")


def gone(act: Callable[[], object]) -> tuple[Gone, ServiceId | None]:
    error = raised(LoginGone, act)
    assert isinstance(error, LoginGone)
    return error.reason, error.service


def a_login_comes_back_as_it_was_held(make: Callable[[], Records]) -> None:
    records = make()
    login = LOGIN
    for step in STEPS:
        login = replace(login, turn=Turn(at="card", step=step))
        records.hold(login, ENTRY)
        login = replace(login, version=login.version + 1)
        assert records.pending(login.id, login.browser) == login


def a_login_opens_only_where_it_began(make: Callable[[], Records]) -> None:
    records = make()
    records.hold(LOGIN)
    assert gone(lambda: records.pending(LOGIN.id, "other"))[0] is Gone.OTHER_BROWSER
    assert gone(lambda: records.pending(LoginId("none"), "this browser")) == (Gone.FINISHED, None)


def who_writes_second_is_told(make: Callable[[], Records]) -> None:
    records = make()
    records.hold(LOGIN)
    raised(StaleLogin, lambda: records.hold(LOGIN))
    read = records.pending(LOGIN.id, LOGIN.browser)
    records.hold(read)
    raised(StaleLogin, lambda: records.hold(read))
    raised(StaleLogin, lambda: records.admit(read, SESSION, NewKey(key=OLD, ends=None)))
    raised(StaleLogin, lambda: records.finish(read, JOINS))
    assert records.session(OLD) is None
    assert records.participations(SESSION.id) == []


def a_login_is_taken_once(make: Callable[[], Records]) -> None:
    records = make()
    records.hold(LOGIN)
    read = records.pending(LOGIN.id, LOGIN.browser)
    records.finish(read, JOINS, ENTRY)
    over = (Gone.FINISHED, ServiceId("mail"))
    assert gone(lambda: records.finish(read, JOINS)) == over
    assert gone(lambda: records.pending(LOGIN.id, LOGIN.browser)) == over
    assert gone(lambda: records.pending(LOGIN.id, "other"))[0] is Gone.OTHER_BROWSER
    raised(StaleLogin, lambda: records.hold(read))


def a_session_answers_to_its_newest_key_only(make: Callable[[], Records]) -> None:
    records, login = _admitted(make())
    assert records.session(OLD) == SESSION
    grown = replace(SESSION, events=(EVENT, replace(EVENT, method=MethodName("totp"))))
    records.admit(login, grown, NewKey(key=NEW, ends=OLD))
    assert records.session(OLD) is None
    assert records.session(NEW) == grown
    assert records.session(None) is None


def another_persons_session_ends_the_one_before(make: Callable[[], Records]) -> None:
    records, login = _admitted(make())
    other = replace(SESSION, id=SessionId("s-2"), account=AccountId("b-2"))
    records.admit(login, other, NewKey(key=NEW, ends=OLD))
    assert records.session(OLD) is None
    assert records.session(NEW) == other
    moved = replace(login, version=login.version + 1)
    raised(StaleLogin, lambda: records.admit(moved, SESSION, NewKey(key=LAST, ends=None)))


def an_ended_session_is_not_revived(make: Callable[[], Records]) -> None:
    records, login = _admitted(make())
    records.end(SESSION.id, ENTRY)
    records.end(SESSION.id)
    assert records.session(OLD) is None
    raised(StaleLogin, lambda: records.admit(login, SESSION, NewKey(key=NEW, ends=OLD)))
    assert records.session(NEW) is None
    assert records.pending(login.id, login.browser) == login


def a_key_changed_in_another_tab_is_not_changed_back(make: Callable[[], Records]) -> None:
    records, login = _admitted(make())
    records.admit(login, SESSION, NewKey(key=NEW, ends=OLD))
    moved = replace(login, version=login.version + 1)
    raised(StaleLogin, lambda: records.admit(moved, SESSION, NewKey(key=LAST, ends=OLD)))
    assert records.session(NEW) == SESSION


def a_service_joins_once_and_stays_known_after_the_end(make: Callable[[], Records]) -> None:
    records, _ = _admitted(make())
    named = replace(JOINS, service=ServiceId("wiki"), handle={"name_id": "n"})
    for joins in (JOINS, named, JOINS, None):
        records.join(joins, ENTRY)
    records.end(SESSION.id)
    assert list(records.participations(SESSION.id)) == [JOINS, named]
    assert list(records.participations(SessionId("s-2"))) == []


def _admitted(records: Records) -> tuple[Records, PendingLogin]:
    records.hold(LOGIN)
    read = records.pending(LOGIN.id, LOGIN.browser)
    records.admit(read, SESSION, NewKey(key=OLD, ends=None), ENTRY)
    return records, records.pending(LOGIN.id, LOGIN.browser)


RECORDS: Sequence[Callable[[Callable[[], Records]], None]] = (
    a_login_comes_back_as_it_was_held,
    a_login_opens_only_where_it_began,
    who_writes_second_is_told,
    a_login_is_taken_once,
    a_session_answers_to_its_newest_key_only,
    another_persons_session_ends_the_one_before,
    an_ended_session_is_not_revived,
    a_key_changed_in_another_tab_is_not_changed_back,
    a_service_joins_once_and_stays_known_after_the_end,
)
