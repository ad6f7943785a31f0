"""Judges the lines of a file a few at a time, then does what was shown; goes on after a restart."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from hub.contract.accounts import Account, AccountStore, KeepsAccounts
from hub.contract.errors import HubError, StoreUnavailable
from hub.contract.identifiers import AccountId
from hub.contract.messages import Message
from hub.contract.tasks import Invites
from hub.contract.toolbox import Toolbox
from hub.contract.values import value
from hub.people.creating import MAIL, account_of, known_as, situation_of
from hub.people.delegation import structures_of
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
    judged,
    refused,
    same,
    taken_up,
)
from hub.people.rights import Grant, Holders, RightsBook

AT_ONCE: Final = 200
"""Lines judged or done in one turn: as many as a page may wait for."""
LIVE: Final = frozenset(RunState) - {RunState.DONE, RunState.STOPPED}


@value
class Reach:
    """What the référent holds now, and who holds a console that they have not."""

    grants: Sequence[Grant]
    beyond: frozenset[AccountId]


class Importing:
    """*toolbox*: the hub's own."""

    def __init__(
        self, book: ImportsBook, toolbox: Toolbox, rights: RightsBook, holders: Holders
    ) -> None:
        self.book = book
        self._toolbox = toolbox
        self._rights = rights
        self._holders = holders

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

    def turn(self, methods: Iterable[object]) -> None:
        """A little for every file under way. Doing it twice does no harm."""
        given = list(methods)
        for run in self.book.under_way(self._toolbox.clock()):
            self.go_on(run, given)

    def go_on(self, run: ImportRun, methods: Iterable[object]) -> None:
        """One turn's worth of one file. *methods*: whoever among them invites newcomers."""
        actor = self._toolbox.accounts.by_id(run.account)
        if actor is None or actor.locked:
            self.stop(run, "account")
        elif run.state is RunState.JUDGING:
            self._judge(run, actor)
        elif run.state is RunState.APPLYING:
            self._apply(run, actor, next((m for m in methods if isinstance(m, Invites)), None))

    def _judge(self, run: ImportRun, actor: Account) -> None:
        reach = self._reach(actor)
        lines = self.book.unjudged(run.id, AT_ONCE)
        self.book.judged(run.id, [self._fate(run, each, actor, reach) for each in lines])
        # A file of a thousand numbers would tell which of them are registered somewhere.
        if self.book.counts(run.id).elsewhere > MOST_ELSEWHERE:
            self.stop(run, "elsewhere")
        elif len(lines) < AT_ONCE and self.book.move(run.id, RunState.JUDGING, RunState.SHOWN):
            self._note_judged(run, self.book.counts(run.id), RunState.SHOWN)

    def _fate(self, run: ImportRun, line: ImportLine, actor: Account, reach: Reach) -> ImportLine:
        found = known_as(line.typed, list(self._toolbox.stores.values()))
        known = [each for one in found if (each := self._toolbox.accounts.by_id(one))]
        twice = self.book.earlier(run.id, line) is not None
        fate = judged(line, actor, reach.grants, known, beyond=reach.beyond, twice=twice)
        return fate if self._keeps(fate) else refused(line, "read_only")

    def _reach(self, actor: Account) -> Reach:
        now = self._toolbox.clock()
        grants = self._rights.granted(actor.id, now)
        beyond = self._holders.beyond(structures_of(grants), now)
        return Reach(grants=grants, beyond=frozenset(beyond))

    def _keeps(self, line: ImportLine) -> bool:
        """Whether what it says can be written down anywhere."""
        if line.fate is Fate.CREATED:
            return any(isinstance(each, KeepsAccounts) for each in self._stores())
        if line.fate is Fate.UPDATED and line.account:
            return isinstance(self._store_of(line.account), KeepsAccounts)
        return True

    def _store_of(self, account: AccountId) -> AccountStore | None:
        return next((each for each in self._stores() if each.by_id(account)), None)

    def _apply(self, run: ImportRun, actor: Account, inviting: Invites | None) -> None:
        reach = self._reach(actor)
        lines = self.book.claim(run.id, AT_ONCE, self._toolbox.clock())
        for each in lines:
            done = self._settled(run, each, actor, reach, inviting)
            self.book.settle(run.id, replace(done, settled=True))
        over = not self.book.counts(run.id).due
        if over and self.book.move(run.id, RunState.APPLYING, RunState.DONE):
            self._note_end(run, actor)

    def _settled(
        self,
        run: ImportRun,
        line: ImportLine,
        actor: Account,
        reach: Reach,
        inviting: Invites | None,
    ) -> ImportLine:
        own = self._toolbox.accounts.by_id(line.account) if line.account else None
        if line.fate is Fate.CREATED and own:
            # Opened before the hub was stopped: whether the letter left nobody knows.
            self._invite(run, own, actor, inviting)
            return line
        # What is done is what was shown, or nothing: who came meanwhile is looked at again.
        if not same(line, self._fate(run, line, actor, reach)):
            return refused(line, "changed")
        try:
            if line.fate is Fate.CREATED:
                self._open(run, line, actor, inviting)
            elif own:
                self._change(run, line, actor, own)
        except StoreUnavailable:
            raise
        except HubError:
            return refused(line, "changed")
        return line

    def _open(
        self, run: ImportRun, line: ImportLine, actor: Account, inviting: Invites | None
    ) -> None:
        store = next((s for s in self._stores() if isinstance(s, KeepsAccounts)), None)
        if store is None or line.account is None:
            raise HubError("no store keeps new accounts")
        place = situation_of(line.typed, actor.situations)
        account = account_of(line.typed, line.account, place, invited=True)
        store.create(account)
        self._note("account.opened", run, account, line.typed.structure)
        self._invite(run, account, actor, inviting)

    def _change(self, run: ImportRun, line: ImportLine, actor: Account, known: Account) -> None:
        store = self._store_of(known.id)
        mine = store.by_id(known.id) if store else None
        if mine is None or not isinstance(store, KeepsAccounts):
            raise HubError("the store of this person is only read")
        place = situation_of(line.typed, actor.situations)
        store.change(changed(mine, line.typed, place))
        self._note("account.changed", run, known, line.typed.structure)
        self._write(
            run,
            known,
            "account_moved",
            referent=actor.display_name,
            role=line.typed.role,
            structure=place.where,
        )

    def _invite(
        self, run: ImportRun, account: Account, actor: Account, inviting: Invites | None
    ) -> None:
        path = inviting.invitation(account.id) if inviting else "/services"
        where = ", ".join(each.where for each in account.situations)
        link = f"{self._toolbox.public_address}{path}"
        self._write(
            run,
            account,
            "account_invited",
            referent=actor.display_name,
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

    def _note_end(self, run: ImportRun, actor: Account) -> None:
        counts = self.book.counts(run.id)
        figures = {"created": counts.created, "updated": counts.updated, "refused": counts.refused}
        told = {name: str(number) for name, number in figures.items()}
        self._toolbox.note("import.applied", AccountId(actor.id), **told, **{"import": run.id})

    def _stores(self) -> Sequence[AccountStore]:
        return list(self._toolbox.stores.values())


def _broken(run: ImportRun, now: datetime) -> bool:
    return run.state is RunState.READING and run.made_at + BROKEN_OFF <= now
