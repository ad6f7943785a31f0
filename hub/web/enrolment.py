"""One person setting up a means: counted like a sign-in, its state kept between two requests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, Literal

from hub.contract.audit import AuditEntry
from hub.contract.errors import StoreUnavailable
from hub.contract.identifiers import MethodName
from hub.contract.steps import Answer, Ask, Done, Redirect, Refusal, Refused
from hub.contract.tasks import Enrollable, Task
from hub.contract.values import Json, value
from hub.broker.outcomes import Browser, Vouched
from hub.broker.refusals import too_many_tries
from hub.broker.throttle import Try
from hub.web.desk import Desk
from hub.web.parts import support

SECONDS: Final = 900
"""How long an unfinished enrolment waits."""

Outcome = Ask | Redirect | Done | Refused


@value
class Enrolment:
    """Bound to one session: the state of another browser is another state."""

    method: MethodName
    work: Enrollable
    visited: Vouched
    task: Task
    browser: Browser
    desk: Desk

    def asked(self) -> Ask | None:
        """What waits for an answer, for drawing."""
        kept = self._waiting()
        return _ask(kept) if kept and kept["template"] else None

    def away(self) -> bool:
        """Whether the browser was sent somewhere and is awaited back."""
        kept = self._waiting()
        return kept is not None and not kept["template"]

    def begin(self) -> Outcome:
        self.desk.one_time.take(self._key)
        tried = self._try("begin")
        if wait := self.desk.throttle.spend(tried):
            return Refused(why=too_many_tries(wait))
        with self._told():
            outcome = self.work.begin_enrolment(self.task)
        return self._kept(outcome)

    def advance(self, answer: Answer) -> Outcome:
        """Whoever takes the state first goes on: two answers at once are not two tries."""
        kept = self.desk.one_time.take(self._key)
        if kept is None:
            return self.begin()
        asked, tried = _ask(kept), self._try("answer")
        # A session left open on a shared workstation must not become a way to guess the password.
        if wait := self.desk.throttle.spend(tried):
            return self._kept(replace(asked, refused=too_many_tries(wait)))
        with self._told():
            outcome = self.work.advance_enrolment(replace(self.task, memory=asked.memory), answer)
        if not _wrong(outcome):
            self.desk.throttle.give_back(tried)
        return self._kept(outcome)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What breaks leaves its line, under the code that the page of the incident shows."""
        try:
            yield
        except StoreUnavailable:
            raise
        except Exception as error:
            entry = AuditEntry(
                at=self.task.now,
                action="method.failed",
                account=self.visited.account.id,
                details={"place": f"means/{self.method}", "kind": type(error).__qualname__},
                support=support(),
            )
            self.desk.trail.note(entry)
            raise

    def _waiting(self) -> Mapping[str, Any] | None:
        """Taken, and laid back."""
        kept = self.desk.one_time.take(self._key)
        if kept is not None:
            self.desk.one_time.put(self._key, kept, seconds=SECONDS)
        return kept

    @property
    def _key(self) -> str:
        return f"{self.visited.session.id}/{self.method}"

    def _try(self, step: Literal["begin", "answer"]) -> Try:
        return Try(
            method=self.method,
            step=step,
            who=self.visited.account.id,
            source=self.browser.source,
            browser=self.browser.key,
        )

    def _kept(self, outcome: Outcome) -> Outcome:
        match outcome:
            case Ask() | Redirect():
                self.desk.one_time.put(self._key, _state(outcome), seconds=SECONDS)
            case Done() | Refused():
                pass
        return outcome


def _wrong(outcome: Outcome) -> bool:
    match outcome:
        case Refused(why=why):
            return why.counts
        case Ask(refused=refused):
            return refused is not None and refused.counts
        case Redirect() | Done():
            return False


def _state(step: Ask | Redirect) -> dict[str, Json]:
    if isinstance(step, Redirect):
        return {"template": "", "values": {}, "memory": dict(step.memory)}
    why, again = step.refused, step.again_in
    return {
        "template": step.template,
        "values": dict(step.values),
        "memory": dict(step.memory),
        "refused": {"code": why.code, "counts": why.counts, "detail": dict(why.detail)}
        if why
        else None,
        "again": again.total_seconds() if again else None,
        "workstation": step.workstation,
    }


def _ask(kept: Mapping[str, Any]) -> Ask:
    why, again = kept.get("refused"), kept.get("again")
    return Ask(
        template=kept["template"],
        values=kept["values"],
        memory=kept["memory"],
        refused=Refusal(**why) if why else None,
        again_in=timedelta(seconds=again) if again else None,
        workstation=kept.get("workstation", ""),
    )
