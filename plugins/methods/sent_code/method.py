"""The steps of a sent code: choose where, type what came."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, assert_never

from hub import (
    Account,
    AccountId,
    Answer,
    Ask,
    Attempt,
    Evidence,
    Factor,
    Json,
    Means,
    MethodCard,
    MethodName,
    Proved,
    Refusal,
    Refused,
    Step,
    Task,
    TaskStep,
    Toolbox,
    value,
)

from .codes import LiveCode, Verdict, after_wrong, found, judge, kept, minutes_left
from .contacts import MAIL, SMS
from .enrolment import Enrolment
from .sending import Destination, Sender
from .settings import SentCodeSettings

POSSESSION: Final = frozenset({Factor.POSSESSION})
EVIDENCE: Final = {
    SMS: Evidence(factors=POSSESSION, authenticator="sms", amr=("sms",)),
    MAIL: Evidence(factors=POSSESSION, authenticator="mail", amr=("otp",)),
}
NO_MEANS = Refusal(code="sent_code.no_means", counts=False)
NO_CODE = Refusal(code="sent_code.no_code", counts=False)
EXPIRED = Refusal(code="sent_code.expired", counts=False)
UNREADABLE = Refusal(code="sent_code.unreadable", counts=False)
SPENT = Refusal(code="sent_code.spent")
LOOK_AGAIN = timedelta(seconds=3)


@value
class Moment:
    """One attempt of a known person, with what it remembers."""

    attempt: Attempt
    account: Account
    to: Sequence[Destination]
    live: LiveCode | None
    disputed: frozenset[str]

    def chosen(self, means: str | None) -> Destination | None:
        return next((each for each in self.to if each.id == means), None)


class SentCode:
    """Also `Enrollable`: people keep their numbers and addresses themselves."""

    def __init__(self, settings: SentCodeSettings, toolbox: Toolbox) -> None:
        self.card = MethodCard(
            name=MethodName("sent_code"),
            title="Code par SMS ou mail",
            identifies=False,
            immediate=True,
            icon="key-round",
            carried=tuple(SMS if kind == "sms" else MAIL for kind in settings.kinds),
        )
        self._settings = settings
        self._toolbox = toolbox
        self._sender = Sender(settings, toolbox)
        self._enrolment = Enrolment(settings, toolbox, self._sender)

    def possible(self, account: Account | None) -> tuple[Evidence, ...]:
        kinds = self._settings.kinds
        if account is not None:
            there = {each.kind for each in account.contacts if each.validated}
            kinds = tuple(kind for kind in kinds if kind in there)
        return tuple(EVIDENCE[SMS if kind == "sms" else MAIL] for kind in kinds)

    def begin(self, attempt: Attempt) -> Step:
        """Only asks where to: a page drawn again must not send anything."""
        moment = self._moment(attempt)
        return _choice(moment) if moment else Refused(why=NO_MEANS)

    def advance(self, attempt: Attempt, answer: Answer) -> Step:
        moment = self._moment(attempt)
        if moment is None:
            return Refused(why=NO_MEANS)
        fields, live = answer.fields, moment.live
        if "means" in fields:
            return self._send(moment, moment.chosen(fields["means"]))
        there = moment.chosen(live.means) if live else None
        if live is None or there is None:
            return _choice(moment, NO_CODE)
        if "not_mine" in fields:
            return self._dispute(moment, there, live)
        if "resend" in fields:
            return self._send(moment, there)
        if "look" in fields:
            return _page(moment, there, live)
        return self._judged(moment, there, live, fields.get("code", ""))

    def means(self, account: AccountId) -> Sequence[Means]:
        return self._enrolment.means(account)

    def begin_enrolment(self, task: Task) -> TaskStep | Refused:
        return self._enrolment.begin(task)

    def advance_enrolment(self, task: Task, answer: Answer) -> TaskStep | Refused:
        return self._enrolment.advance(task, answer)

    def remove(self, account: AccountId, means_id: str) -> None:
        self._enrolment.remove(account, means_id)

    def _moment(self, attempt: Attempt) -> Moment | None:
        """`None` when there is nobody, or nowhere to send to."""
        if attempt.account is None:
            return None
        disputed = _disputed(attempt.memory)
        contacts = [each for each in attempt.account.contacts if each.validated]
        ordered = [c for kind in self._settings.kinds for c in contacts if c.kind == kind]
        to = tuple(map(self._sender.destination, ordered))
        left = tuple(each for each in to if each.id not in disputed)
        live = found(attempt.memory)
        moment = Moment(
            attempt=attempt, account=attempt.account, to=left, live=live, disputed=disputed
        )
        return moment if to else None

    def _send(self, moment: Moment, to: Destination | None) -> Step:
        if to is None:
            return _choice(moment, NO_CODE)
        attempt, before = moment.attempt, moment.live
        sent = self._sender.send(moment.account.id, to, attempt.now, attempt.languages)
        if isinstance(sent, LiveCode):
            if before:
                self._toolbox.messenger.cancel(before.message)
            return _page(moment, to, sent)
        # The code sent before remains good: who asks too soon still has it to type.
        there = moment.chosen(before.means) if before else None
        return _page(moment, there, before, sent) if before and there else _choice(moment, sent)

    def _judged(self, moment: Moment, to: Destination, live: LiveCode, typed: str) -> Step:
        verdict = judge(live, typed, moment.account.id, self._toolbox.seal, moment.attempt.now)
        match verdict:
            case Verdict.RIGHT:
                return Proved(account=moment.account.id, evidence=EVIDENCE[to.kind])
            case Verdict.WRONG if left := after_wrong(live):
                detail: Mapping[str, Json] = {"tries_left": left.left, "n": left.left}
                return _page(moment, to, left, Refusal(code="sent_code.wrong", detail=detail))
            case Verdict.WRONG:
                return _choice(moment, SPENT, forget=True)
            case Verdict.EXPIRED:
                return _choice(moment, EXPIRED, forget=True)
            case Verdict.UNREADABLE:
                return _page(moment, to, live, UNREADABLE)
        assert_never(verdict)

    def _dispute(self, moment: Moment, to: Destination, live: LiveCode) -> Step:
        """Whoever signs in says this number is not theirs: nothing goes there any more."""
        self._toolbox.messenger.cancel(live.message)
        self._toolbox.note("contact.disputed", moment.account.id, kind=to.kind)
        self._sender.tell_referents(moment.account, to)
        disputed = moment.disputed | {to.id}
        left = tuple(each for each in moment.to if each.id not in disputed)
        after = Moment(
            attempt=moment.attempt, account=moment.account, to=left, live=None, disputed=disputed
        )
        # Still a question, with nothing to choose: a refusal would forget what was disputed.
        return _choice(after, None if left else NO_MEANS)


def _choice(moment: Moment, refused: Refusal | None = None, *, forget: bool = False) -> Ask:
    return Ask(
        template="choose.html",
        values={"destinations": _shown(moment.to), "disputed": bool(moment.disputed)},
        memory=_memory(moment, None if forget else moment.live),
        refused=refused,
    )


def _page(moment: Moment, to: Destination, live: LiveCode, refused: Refusal | None = None) -> Ask:
    return Ask(
        template="code.html",
        values={
            "kind": to.kind,
            "masked": to.masked,
            "message": live.message,
            "minutes": minutes_left(live, moment.attempt.now),
            "others": _shown([each for each in moment.to if each.id != to.id]),
        },
        memory=_memory(moment, live),
        refused=refused,
        again_in=LOOK_AGAIN,
        watched="state.html",
    )


def _shown(destinations: Sequence[Destination]) -> Json:
    return [{"id": to.id, "kind": to.kind, "masked": to.masked} for to in destinations]


def _memory(moment: Moment, live: LiveCode | None) -> Mapping[str, Json]:
    return {"live": kept(live), "disputed": list[Json](sorted(moment.disputed))}


def _disputed(memory: Mapping[str, Json]) -> frozenset[str]:
    listed = memory.get("disputed")
    return frozenset(str(each) for each in listed) if isinstance(listed, list) else frozenset()
