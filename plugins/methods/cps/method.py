"""Signing in by card: the page offers both routes, the certificate is judged, the account found."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from hub import (
    Account,
    AccountId,
    Answer,
    Ask,
    Attempt,
    Done,
    Doubt,
    Ended,
    Evidence,
    Factor,
    Json,
    Means,
    MethodCard,
    MethodName,
    Proved,
    Redirect,
    Refusal,
    Refused,
    Step,
    Task,
    TaskStep,
    Toolbox,
    WorkstationChecks,
    value,
)

from .agent_route import AgentRoute, Signed
from .card import Card
from .fitness import doubts
from .judging import Judge
from .national import SYSTEMS
from .refusals import NO_ACCOUNT, OTHER_CARD, ROUTE_CLOSED, TIMEOUT
from .settings import CpsSettings
from .workstation import checks_at

EVIDENCE: Final = Evidence(
    factors=frozenset({Factor.POSSESSION, Factor.KNOWLEDGE}),
    authenticator="card",
    amr=("sc", "pin", "mfa"),
    phishing_resistant=True,
)
"""The card signs nothing without its PIN, and signs for this hub alone: by TLS or by origin."""
UNCHECKED: Final = replace(EVIDENCE, authenticator="card_unchecked")
"""Nobody could say whether the card is revoked: two factors still, certified no longer."""


@value
class Shown:
    """The card that was shown just now, and what the agent that read it says of its workstation."""

    card: Card
    shared: bool


class CpsMethod:
    """Also `Enrollable`: the cards linked to an account."""

    card = MethodCard(
        name=MethodName("cps"), title="Carte CPS", identifies=True, icon="contact", outside=True
    )

    def __init__(
        self,
        settings: CpsSettings,
        toolbox: Toolbox,
        judge: Judge,
        agent: AgentRoute,
        ended: Callable[[datetime], Ended | None] = lambda now: None,
    ) -> None:
        """*ended*: which list of revoked cards nobody renewed in time, see `Checks.ended`."""
        self._ended = ended
        self._settings = settings
        self._toolbox = toolbox
        self._judge = judge
        self._agent = agent

    def possible(self, account: Account | None) -> tuple[Evidence, ...]:
        # No card names, nor was ever linked to, somebody without a national number.
        named = account is None or any(each.system in SYSTEMS for each in account.identifiers)
        return (EVIDENCE,) if named or self._linked(account) else ()

    def _linked(self, account: Account | None) -> bool:
        return account is not None and bool(self.means(account.id))

    def begin(self, attempt: Attempt) -> Step:
        return self._page(attempt)

    def advance(self, attempt: Attempt, answer: Answer) -> Step:
        shown = self._shown(attempt, answer)
        if not isinstance(shown, Shown):
            return shown
        card, title = self.card, self.card.title
        met = self._toolbox.recognising.met(shown.card.identity, attempt, card.name, title)
        match met:
            case Ask():
                return replace(met, refused=NO_ACCOUNT)
            case Refused():
                return met
            case Account():
                return self._proved(met, shown, attempt, answer)

    def lists_ended(self, now: datetime) -> Ended | None:
        return self._ended(now)

    def workstation_checks(self) -> WorkstationChecks | None:
        return checks_at(self._agent.address)

    def doubts(self, agent: str, *, mobile: bool, old: bool) -> Sequence[Doubt]:
        by_agent = bool(self._agent.address)
        if not by_agent and not self._toolbox.card_host.there:
            return ()
        return doubts(agent, mobile=mobile, old=old, by_agent=by_agent)

    def means(self, account: AccountId) -> Sequence[Means]:
        return self._toolbox.recognising.means(account, self.card.name)

    def begin_enrolment(self, task: Task) -> TaskStep | Refused:
        return self._page(_as_attempt(task))

    def advance_enrolment(self, task: Task, answer: Answer) -> TaskStep | Refused:
        shown = self._shown(_as_attempt(task), answer)
        if not isinstance(shown, Shown):
            return shown
        card, title = self.card, self.card.title
        why = self._toolbox.recognising.link(task, shown.card.identity, card.name, title)
        return Refused(why=why) if why else Done(shared=shown.shared)

    def remove(self, account: AccountId, means_id: str) -> None:
        self._toolbox.recognising.unlink(account, means_id, self.card.title)

    def _shown(self, attempt: Attempt, answer: Answer) -> Shown | Ask | Redirect:
        """The card that was shown just now, or what comes next."""
        if answer.refused:
            return self._page(attempt, answer.refused)
        if "tls" in answer.fields:
            return self._away(attempt)
        signed = self._signed(attempt, answer)
        if not isinstance(signed, Signed):
            return self._page(attempt, signed or self._late(attempt), answer)
        card = self._judge.judge(signed.certificate, attempt.now)
        if not isinstance(card, Card):
            return self._page(attempt, card, answer)
        return Shown(card=card, shared=signed.shared)

    def _signed(self, attempt: Attempt, answer: Answer) -> Signed | Refusal | None:
        """The certificate whose key was just used, by TLS or by the agent."""
        if answer.certificate is not None:
            return Signed(certificate=answer.certificate)
        return self._agent.answered(attempt, answer)

    def _proved(self, account: Account, shown: Shown, attempt: Attempt, answer: Answer) -> Step:
        card = shown.card
        by_browser, expected = answer.certificate is not None, attempt.account
        others = expected is not None and expected.id != account.id
        if others and by_browser and not attempt.memory.get("other"):
            # Browsers remember a certificate for as long as they are open: the card of whoever sat
            # here before is shown once more. Asked again under a new name, they read the card.
            return self._page(attempt, OTHER_CARD, other=True)
        evidence = EVIDENCE if card.checked else UNCHECKED
        if answer.fields.get("agent") == "look":
            # The agent spoke for itself: a number read on somebody else's page is typed all the
            # same.
            evidence = replace(evidence, phishing_resistant=False)
        self._note(account, shown)
        # Its place of work is three years old at worst: it tells strangers whom to ask, and is no
        # place to act for.
        upstream = replace(card.identity, situations=())
        return Proved(account=account.id, evidence=evidence, upstream=upstream, shared=shown.shared)

    def _note(self, account: Account, shown: Shown) -> None:
        """Which card it was, for whoever must know later: its number is no secret, and no key."""
        card = shown.card
        named = {"serial": card.serial, "issuer": card.issuer[:16], "card": card.card_number}
        status = "good" if card.checked else "unknown"
        if shown.shared:
            named["workstation"] = "shared"
        self._toolbox.note("card.shown", account.id, kind=card.kind, revocation=status, **named)

    def _away(self, attempt: Attempt) -> Ask | Redirect:
        address = self._toolbox.card_host.fresh(attempt.return_url)
        if address is None:
            return self._page(attempt, ROUTE_CLOSED)
        return Redirect(url=address, memory=attempt.memory)

    def _late(self, attempt: Attempt) -> Refusal | None:
        since = attempt.memory.get("since")
        begun = datetime.fromisoformat(since) if isinstance(since, str) else attempt.now
        return TIMEOUT if attempt.now - begun > self._settings.time_limit else None

    def _page(
        self,
        attempt: Attempt,
        refused: Refusal | None = None,
        answer: Answer | None = None,
        *,
        other: bool = False,
    ) -> Ask:
        offer = self._agent.offer(attempt, answer)
        values = self._values(attempt, refused)
        # A try that ended begins anew; one that waits goes on.
        since = None if refused else attempt.memory.get("since")
        memory: dict[str, Json] = {
            "agent": dict(offer.memory),
            "since": since or attempt.now.isoformat(),
            "other": other or bool(attempt.memory.get("other")),
        }
        return Ask(
            template="card.html",
            values={**values, "agent": dict(offer.values)},
            memory=memory,
            refused=refused,
            workstation=self._agent.address,
        )

    def _values(self, attempt: Attempt, refused: Refusal | None) -> dict[str, Json]:
        """What the page draws beside the agent."""
        return {
            "browser": self._toolbox.card_host.there,
            "again": refused is not None,
            "minutes": max(1, round(self._settings.time_limit / timedelta(minutes=1))),
            "diagnosis": self._settings.diagnosis,
            "who": refused.detail.get("name", "") if refused else "",
            "unchecked": self._judge.in_doubt(attempt.now),
        }


def _as_attempt(task: Task) -> Attempt:
    """The same page on the account page: whose card it will be is known."""
    return Attempt(
        now=task.now,
        account=task.account,
        return_url=task.return_url,
        memory=task.memory,
        languages=task.languages,
    )
