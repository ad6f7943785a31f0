"""What every authentication method must do, whatever it asks of people."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from babel.messages.pofile import read_po

from hub.contract.accounts import Account
from hub.contract.methods import Attempt, AuthenticationMethod
from hub.contract.steps import Answer, Ask, Proved, Redirect, Refusal, Refused, Step
from hub.contract.values import value
from hub.testing.memory import MemoryAccounts
from hub.testing.people import ANN, BOB
from hub.testing.toolbox import MemoryToolbox

RUBBISH = ("", " ", "x" * 10_000, "\0", "\ud800", "' OR 1=1 --", "{{ 7*7 }}", "٣٣٣٣٣٣", "-1")


@value
class MethodCase:
    """One method, and what proves somebody to it."""

    make: Callable[[MemoryToolbox], AuthenticationMethod]
    """A new method on this toolbox; called again to stand for another process."""
    right: Callable[[MemoryToolbox, Ask | Redirect, Account], Answer]
    """The answer that proves this account, after what the method asked."""
    prepare: Callable[[MemoryToolbox, AuthenticationMethod, Account], None]
    """Give the account what it proves itself with."""
    fields: tuple[str, ...]
    """The fields of its forms, to be filled with rubbish."""
    folder: Path
    """The plugin's package: templates and words."""
    between: Callable[[Ask], Answer] | None = None
    """The answer that leads from the first page to the one that proves; `None`: they are one."""


def check_method(case: MethodCase) -> None:
    for check in (
        _it_says_what_it_may_prove,
        _beginning_proves_nothing,
        _a_right_answer_proves_the_account_and_no_more_than_hoped,
        _another_process_goes_on_where_the_first_was,
        _rubbish_is_refused_in_words,
        _a_stranger_to_a_method_that_must_be_told_proves_nothing,
    ):
        check(case)


def _prepared(case: MethodCase) -> tuple[MemoryToolbox, AuthenticationMethod]:
    toolbox = MemoryToolbox(case.folder.name, people=MemoryAccounts((ANN, BOB)))
    method = case.make(toolbox)
    case.prepare(toolbox, method, ANN)
    return toolbox, method


def _attempt(toolbox: MemoryToolbox, method: AuthenticationMethod) -> Attempt:
    known = None if method.card.identifies else ANN
    return Attempt(now=toolbox.time.now, account=known, return_url=f"/login/1/{method.card.name}")


def _begun(case: MethodCase, method: AuthenticationMethod, attempt: Attempt) -> Ask | Redirect:
    step = method.begin(attempt)
    if case.between and isinstance(step, Ask):
        step = method.advance(_onward(attempt, step), case.between(step))
    assert isinstance(step, Ask | Redirect), step
    return step


def _it_says_what_it_may_prove(case: MethodCase) -> None:
    _, method = _prepared(case)
    assert method.card.name and method.card.title
    assert all(evidence.factors for evidence in method.possible(ANN))
    assert method.possible(ANN), "it may prove nothing for whom it was prepared"
    assert bool(method.possible(None)) or not method.card.identifies


def _beginning_proves_nothing(case: MethodCase) -> None:
    toolbox, method = _prepared(case)
    before = len(toolbox.outbox.posted)
    step = method.begin(_attempt(toolbox, method))
    assert isinstance(step, Ask | Redirect), step
    _drawable(case, step)
    if method.card.immediate:
        assert isinstance(step, Ask) and len(toolbox.outbox.posted) == before


def _a_right_answer_proves_the_account_and_no_more_than_hoped(case: MethodCase) -> None:
    toolbox, method = _prepared(case)
    attempt = _attempt(toolbox, method)
    step = _begun(case, method, attempt)
    proved = method.advance(_onward(attempt, step), case.right(toolbox, step, ANN))
    assert isinstance(proved, Proved), proved
    assert proved.account == ANN.id
    hoped = [(each.authenticator, each.factors) for each in method.possible(ANN)]
    assert (proved.evidence.authenticator, proved.evidence.factors) in hoped


def _another_process_goes_on_where_the_first_was(case: MethodCase) -> None:
    toolbox, method = _prepared(case)
    attempt = _attempt(toolbox, method)
    step = _begun(case, method, attempt)
    again = case.make(toolbox)
    outcome = again.advance(_onward(attempt, step), case.right(toolbox, step, ANN))
    assert isinstance(outcome, Proved), "it kept something between two calls"


def _rubbish_is_refused_in_words(case: MethodCase) -> None:
    toolbox, method = _prepared(case)
    attempt = _attempt(toolbox, method)
    step = _begun(case, method, attempt)
    for text in RUBBISH:
        answer = Answer(fields=dict.fromkeys(case.fields, text))
        outcome = method.advance(_onward(attempt, step), answer)
        assert not isinstance(outcome, Proved), text
        _drawable(case, outcome)
    assert not isinstance(method.advance(_onward(attempt, step), Answer()), Proved)


def _a_stranger_to_a_method_that_must_be_told_proves_nothing(case: MethodCase) -> None:
    toolbox, method = _prepared(case)
    if method.card.identifies:
        return
    attempt = _attempt(toolbox, method)
    step = _begun(case, method, attempt)
    right = case.right(toolbox, step, ANN)
    outcome = method.advance(replace(_onward(attempt, step), account=None), right)
    assert not isinstance(outcome, Proved)


def _onward(attempt: Attempt, step: Ask | Redirect) -> Attempt:
    """As the hub does: what the method remembers has been through a database."""
    return replace(attempt, memory=json.loads(json.dumps(dict(step.memory))))


def _drawable(case: MethodCase, step: Step) -> None:
    """The page exists, its values survive a database, its refusal has words in each language."""
    if isinstance(step, Ask):
        json.dumps(dict(step.values))
        assert _template(case, step.template).is_file(), step.template
    for refusal in _refusals(step):
        for language in ("fr", "en"):
            texts = _catalogue(case.folder / "locale" / f"{language}.po")
            for key in (f"refusal.{refusal.code}", f"refusal.{refusal.code}.next"):
                assert texts.get(key), f"{language}: {key}"


def _template(case: MethodCase, name: str) -> Path:
    if name.startswith("hub/"):
        return Path(__file__).parents[1] / "web" / "templates" / name
    return case.folder / "templates" / name


def _refusals(step: Step) -> Iterator[Refusal]:
    match step:
        case Refused(why=why):
            yield why
        case Ask(refused=refused) if refused:
            yield refused
        case Ask() | Redirect() | Proved():
            return


def _catalogue(file: Path) -> dict[object, object]:
    with file.open("rb") as text:
        catalogue = read_po(text)
    # With a plural the id is a pair; both halves are the same key.
    return {
        message.id if isinstance(message.id, str) else message.id[0]: message.string
        for message in catalogue
        if message.id
    }
