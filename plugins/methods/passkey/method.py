"""The one step of a passkey: the authenticator signs what the hub asked."""

from collections.abc import Sequence
from typing import Final

from hub import (
    Account,
    AccountId,
    Answer,
    Ask,
    Attempt,
    Evidence,
    Factor,
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
)

from .causes import Wrong
from .ceremonies import Assertion, proof, read_assertion
from .challenges import LIFETIME, age_of, new_challenge
from .enrolment import Enrolment
from .options import to_prove
from .passkeys import Passkey, Passkeys, Use, was_spent
from .refusals import given_up, refused
from .settings import Party

# User verification is a finger or the code of the device, which the authenticator does not tell:
# what is claimed is the one that every passkey falls back to.
FACTORS: Final = frozenset({Factor.POSSESSION, Factor.KNOWLEDGE})


def evidence(*, attested: bool) -> Evidence:
    """RFC 8176: `hwk` only where its maker vouches that the key lives in hardware."""
    return Evidence(
        factors=FACTORS,
        authenticator="passkey",
        amr=("hwk" if attested else "swk", "user"),
        phishing_resistant=True,
    )


class PasskeyMethod:
    """Also `WaitsBeside`, `Enrollable`, and `Resets` for a lost device."""

    card = MethodCard(
        name=MethodName("passkey"),
        title="Clé d’accès",
        identifies=True,
        immediate=True,
        icon="fingerprint",
    )

    def __init__(self, party: Party, toolbox: Toolbox) -> None:
        self._party = party
        self._toolbox = toolbox
        self._passkeys = Passkeys(toolbox.drawer("passkeys"))
        self._enrolment = Enrolment(party, toolbox, self._passkeys)

    def possible(self, account: Account | None) -> tuple[Evidence, ...]:
        if account is None:
            return (evidence(attested=self._party.attested),)
        kinds = {each.attested for each in self._passkeys.of(account.id)}
        return tuple(evidence(attested=each) for each in sorted(kinds))

    def begin(self, attempt: Attempt) -> Step:
        return self._ask(attempt)

    def beside(self, attempt: Attempt) -> Ask:
        """The same question, for the list of names that the browser fills in."""
        asked = self._ask(attempt)
        return Ask(template="beside.html", values=asked.values)

    def advance(self, attempt: Attempt, answer: Answer) -> Step:
        if stopped := given_up(answer.fields):
            return self._ask(attempt, stopped)
        answered = read_assertion(answer.fields.get("response", ""))
        if isinstance(answered, Wrong):
            return self._ask(attempt, refused(answered))
        passkey = self._passkeys.find(answered.credential.raw_id)
        wrong = self._not_theirs(attempt, answered, passkey)
        if passkey is None or wrong:
            return self._ask(attempt, refused(wrong or Wrong.UNKNOWN_KEY))
        use = proof(self._party, answered, passkey)
        if isinstance(use, Wrong):
            return self._distrusted(attempt, passkey, use)
        return self._proved(attempt, passkey, use)

    def means(self, account: AccountId) -> Sequence[Means]:
        return self._passkeys.means(account)

    def begin_enrolment(self, task: Task) -> TaskStep | Refused:
        return self._enrolment.begin(task)

    def advance_enrolment(self, task: Task, answer: Answer) -> TaskStep | Refused:
        return self._enrolment.advance(task, answer)

    def remove(self, account: AccountId, means_id: str) -> None:
        self._enrolment.remove(account, means_id)

    def reset(self, account: AccountId) -> None:
        """All of them: whoever found the device may know its code."""
        with self._toolbox.together():
            for each in self._passkeys.of(account):
                self._passkeys.remove(account, each.id)
            self._toolbox.note("passkey.reset", account)

    def _ask(self, attempt: Attempt, refused: Refusal | None = None) -> Ask:
        challenge = new_challenge(self._toolbox.seal, attempt.return_url, attempt.now)
        known = self._passkeys.of(attempt.account.id) if attempt.account else ()
        options = to_prove(self._party, challenge, known)
        return Ask(template="prove.html", values={"options": options}, refused=refused)

    def _not_theirs(
        self, attempt: Attempt, answered: Assertion, passkey: Passkey | None
    ) -> Wrong | None:
        """What is wrong before any signature is looked at."""
        age = age_of(answered.challenge, self._toolbox.seal, attempt.return_url, attempt.now)
        if age is None:
            return Wrong.CHALLENGE
        if age >= LIFETIME:
            return Wrong.EXPIRED
        if passkey is None:
            return Wrong.UNKNOWN_KEY
        if attempt.account and passkey.account != attempt.account.id:
            return Wrong.ANOTHER_PERSON
        # WebAuthn 7.2 step 6: a passkey that names the person must name its own.
        nameless = answered.handle is None and attempt.account is not None
        if answered.handle != passkey.handle and not nameless:
            return Wrong.USER_HANDLE
        # Signed once, a challenge could be shown again by whoever read the answer on its way.
        return Wrong.REPLAYED if was_spent(passkey, answered.challenge) else None

    def _distrusted(self, attempt: Attempt, passkey: Passkey, why: Wrong) -> Ask:
        if why is Wrong.COUNTER:
            self._toolbox.note("passkey.copied", passkey.account)
        return self._ask(attempt, refused(why))

    def _proved(self, attempt: Attempt, passkey: Passkey, use: Use) -> Proved:
        self._passkeys.spend(passkey, use, attempt.now)
        return Proved(account=passkey.account, evidence=evidence(attested=passkey.attested))
