"""Judges the lines of a file a few at a time, then does what was shown; goes on after a restart."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from typing import Final

from hub.contract.accounts import Account, KeepsAccounts
from hub.contract.errors import HubError, StoreUnavailable
from hub.contract.identifiers import AccountId
from hub.contract.many import by_ids
from hub.contract.messages import Message
from hub.contract.tasks import Invites
from hub.contract.toolbox import Toolbox
from hub.contract.values import value
from hub.people.creating import MAIL, account_of, situation_of
from hub.people.import_judging import Judging, Reach
from hub.people.import_reading import Line
from hub.people.importing import (
    BROKEN_OFF,
    MOST_ELSEWHERE,
    MOST_LIVE,
    Counts,
    Fate,
    ImportLine,
    ImportRun,
    ImportsBook,
    RunState,
    changed,
    refused,
    same,
    taken_up,
)
from hub.people.rights import Holders, RightsBook

AT_ONCE: Final = 200
"""Lines judged or done in one step: as many as a page may wait for."""
IN_HAND: Final = 50
"""Lines taken to be done at once: nobody else takes them before some minutes have passed."""
LIVE: Final = frozenset(RunState) - {RunState.DONE, RunState.STOPPED}


@value
class Under:
    """One file as it is gone on with."""

    run: ImportRun
    reach: Reach
    inviting: Invites | None


class Importing:
    """*toolbox*: the hub's own. *together*: around what stands whole or not at all."""

    def __init__(
        self,
        book: ImportsBook,
        toolbox: Toolbox,
        rights: RightsBook,
        holders: Holders,
        together: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.book = book
        self._toolbox = toolbox
        self._judging = Judging(book, toolbox, rights, holders)
        self._together = together
        self._last = ""

    def take_up(self, run: ImportRun, lines: Iterable[Line]) -> None:
        """Keep every line, a few at a time: the file never stands in memory."""
        self.book.begin(run)
        batch: list[ImportLine] = []
        for line in lines:
            batch.append(taken_up(line))
            if len(batch) == AT_ONCE:
                self.book.add(run.id, batch)
                batch = []
        self.book.add(run.id, batch)
        self.book.move(run.id, RunState.READING, RunState.JUDGING)

    def stop(self, run: ImportRun, why: str) -> bool:
        """Nothing more happens to it, and its lines are gone; whether it was still going on."""
        counts = self.book.counts(run.id)
        with self._together():
            stopped = self.book.move(run.id, run.state, RunState.STOPPED, why)
            if stopped:
                self._note_judged(run, counts, RunState.STOPPED)
        return stopped

    def room(self, account: AccountId) -> bool:
        """Whether the référent may bring one more file.

        Of too many, the oldest gives way that waits for their word, or was broken off.
        """
        now = self._toolbox.clock()
        live = [each for each in self.book.of(account, now) if each.state in LIVE]
        if len(live) < MOST_LIVE:
            return True
        waiting = [each for each in live if each.state is RunState.SHOWN or _broken(each, now)]
        return bool(waiting) and self.stop(waiting[-1], "replaced")

    def turn(self, methods: Iterable[object], going: Callable[[], bool] = lambda: False) -> None:
        """A little for one file under way after the other, while *going* says so.

        The next turn goes on behind the last one served: nobody's file waits for another's. Doing
        it twice does no harm.
        """
        given, done = list(methods), True
        while done:
            done = False
            last, runs = self._last, self.book.under_way(self._toolbox.clock())
            for run in sorted(runs, key=lambda each: (each.id <= last, each.id)):
                self._last = run.id
                done = self.go_on(run, given, going) or done
                # Asked after each: thirty files must not keep every other job of the hub waiting.
                if not going():
                    return

    def go_on(
        self, run: ImportRun, methods: Iterable[object], going: Callable[[], bool] = lambda: True
    ) -> bool:
        """One step of one file, shorter where *going* ends it; whether there was anything to do.

        *methods*: whoever among them invites newcomers.
        """
        actor = self._toolbox.accounts.by_id(run.account)
        if actor is None or actor.locked:
            self.stop(run, "account")
            return False
        inviting = next((each for each in methods if isinstance(each, Invites)), None)
        under = Under(run=run, reach=self._judging.reach(actor), inviting=inviting)
        if run.state is RunState.APPLYING:
            return self._apply(under, going)
        return run.state is RunState.JUDGING and self._judge(under)

    def _judge(self, under: Under) -> bool:
        run = under.run
        lines = self.book.unjudged(run.id, AT_ONCE)
        fates = self._judging.fates(run, lines, under.reach)
        self.book.judged(run.id, fates)
        # A file of a thousand numbers would tell which of them are registered somewhere.
        fishing = any(each.why == "elsewhere" for each in fates)
        if fishing and self.book.counts(run.id).elsewhere > MOST_ELSEWHERE:
            self.stop(run, "elsewhere")
        elif len(lines) < AT_ONCE:
            with self._together():
                if self.book.move(run.id, RunState.JUDGING, RunState.SHOWN):
                    self._note_judged(run, self.book.counts(run.id), RunState.SHOWN)
        return bool(lines)

    def _apply(self, under: Under, going: Callable[[], bool]) -> bool:
        run, done, taken = under.run, 0, IN_HAND
        while taken == IN_HAND and done < AT_ONCE and (going() or not done):
            lines = self.book.claim(run.id, IN_HAND, self._toolbox.clock())
            self._do(under, lines)
            taken = len(lines)
            done += taken
        if taken < IN_HAND and not self.book.counts(run.id).due:
            with self._together():
                if self.book.move(run.id, RunState.APPLYING, RunState.DONE):
                    self._note_end(run)
        return bool(done)

    def _do(self, under: Under, lines: Sequence[ImportLine]) -> None:
        # Who came meanwhile is looked at again.
        fates = self._judging.fates(under.run, lines, under.reach)
        known = by_ids(self._toolbox.accounts, (each.account for each in lines if each.account))
        for line, fate in zip(lines, fates, strict=True):
            own = known.get(line.account) if line.account else None
            # The account, its entry, its letter and the line: whoever goes on finds all or none.
            with self._together():
                done = self._settled(under, line, fate, own)
                self.book.settle(under.run.id, replace(done, settled=True))

    def _settled(
        self, under: Under, line: ImportLine, fate: ImportLine, own: Account | None
    ) -> ImportLine:
        """*fate*: what it would be judged now. *own*: the account it names, if there is one."""
        if line.fate is Fate.CREATED and own:
            # Opened before the hub was stopped: whether the letter left nobody knows.
            self._invite(under, own)
            return line
        # What is done is what was shown, or nothing.
        if not same(line, fate):
            return refused(line, "changed")
        try:
            if line.fate is Fate.CREATED:
                self._open(under, line)
            elif own:
                self._change(under, line, own)
        except StoreUnavailable:
            raise
        except HubError:
            return refused(line, "changed")
        return line

    def _open(self, under: Under, line: ImportLine) -> None:
        store = next((s for s in self._judging.stores() if isinstance(s, KeepsAccounts)), None)
        if store is None or line.account is None:
            raise HubError("no store keeps new accounts")
        place = situation_of(line.typed, under.reach.actor.situations)
        account = account_of(line.typed, line.account, place, invited=True)
        store.create(account)
        self._note("account.opened", under.run, account, line.typed.structure)
        self._invite(under, account)

    def _change(self, under: Under, line: ImportLine, known: Account) -> None:
        actor = under.reach.actor
        store = self._judging.store_of(known.id)
        mine = store.by_id(known.id) if store else None
        if mine is None or not isinstance(store, KeepsAccounts):
            raise HubError("the store of this person is only read")
        place = situation_of(line.typed, actor.situations)
        store.change(changed(mine, line.typed, place))
        self._note("account.changed", under.run, known, line.typed.structure)
        self._write(
            under.run,
            known,
            "account_moved",
            referent=actor.display_name,
            role=line.typed.role,
            structure=place.where,
        )

    def _invite(self, under: Under, account: Account) -> None:
        path = under.inviting.invitation(account.id) if under.inviting else "/services"
        where = ", ".join(each.where for each in account.situations)
        link = f"{self._toolbox.public_address}{path}"
        self._write(
            under.run,
            account,
            "account_invited",
            referent=under.reach.actor.display_name,
            structure=where,
            link=link,
        )

    def _write(self, run: ImportRun, account: Account, template: str, **said: str) -> None:
        mails = [each for each in account.contacts if each.kind == MAIL and each.validated]
        for each in mails[:1]:
            self._toolbox.messenger.post(
                Message(
                    kind=MAIL,
                    to=each.address,
                    template=template,
                    values={"person": account.display_name, **said},
                    language=run.language,
                    account=account.id,
                    notice=True,
                )
            )

    def _note(self, action: str, run: ImportRun, account: Account, structure: str) -> None:
        details = {"by": run.account, "structure": structure, "import": run.id}
        self._toolbox.note(action, account.id, **details)

    def _note_judged(self, run: ImportRun, counts: Counts, state: RunState) -> None:
        """Who fishes for people never applies a file: what was asked must be seen all the same."""
        figures = {"total": str(counts.total), "elsewhere": str(counts.elsewhere)}
        told = {"import": run.id, "state": state.value, **figures}
        self._toolbox.note("import.judged", AccountId(run.account), **told)

    def _note_end(self, run: ImportRun) -> None:
        counts = self.book.counts(run.id)
        figures = {"created": counts.created, "updated": counts.updated, "refused": counts.refused}
        told = {name: str(number) for name, number in figures.items()}
        self._toolbox.note("import.applied", AccountId(run.account), **told, **{"import": run.id})


def _broken(run: ImportRun, now: datetime) -> bool:
    return run.state is RunState.READING and run.made_at + BROKEN_OFF <= now
