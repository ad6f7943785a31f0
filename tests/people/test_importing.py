"""What becomes of each line of a file, as a table: decided by what is known, changing little."""

from dataclasses import replace

import pytest

from hub.contract.accounts import Account, Right, Situation
from hub.contract.identifiers import AccountId
from hub.people.creating import Described
from hub.people.importing import Fate, ImportLine, changed, judged, same
from hub.people.rights import Grant
from hub.testing.hub import NOON

CLINIC = Situation(id="c", structure="Clinique", role="Aide", source="own", profession="Soins")
ELSEWHERE = replace(CLINIC, id="e", structure="Cabinet")
CAROL = Account(id=AccountId("carol"), display_name="Carol", situations=(CLINIC,))
ANN = Account(id=AccountId("ann"), display_name="Ann Le Gall", situations=(CLINIC,))
BOB = replace(ANN, id=AccountId("bob"), situations=(ELSEWHERE,))
GRANTS = (
    Grant(id="g", account=CAROL.id, name="console.referent", structure="Clinique", since=NOON),
)
LINE = ImportLine(
    number=2,
    typed=Described(
        family_name="LE GALL",
        given_name="Ann",
        mail="ann@x.test",
        role="Aide",
        structure="Clinique",
    ),
)


def fate(*known: Account, **typed: str) -> tuple[Fate | None, str]:
    line = replace(LINE, typed=replace(LINE.typed, **typed))
    done = judged(line, CAROL, GRANTS, known, beyond=(), twice=False)
    return done.fate, done.why


OPERATOR = replace(ANN, rights=frozenset({Right(name="console.operator")}))
TWO_ROLES = replace(ANN, situations=(CLINIC, replace(CLINIC, id="c-2", role="Cadre")))


@pytest.mark.parametrize(
    ("known", "typed", "expected"),
    [
        ((), {}, (Fate.CREATED, "")),
        ((), {"mail": ""}, (Fate.REFUSED, "no_mail")),
        ((ANN,), {}, (Fate.UNCHANGED, "")),
        ((ANN,), {"family_name": "Le-Gall", "mail": ""}, (Fate.UNCHANGED, "")),
        ((ANN,), {"role": "Cadre"}, (Fate.UPDATED, "")),
        ((ANN,), {"profession": "Médecin"}, (Fate.UPDATED, "")),
        ((ANN,), {"family_name": "Durand"}, (Fate.REFUSED, "other_name")),
        ((TWO_ROLES,), {}, (Fate.REFUSED, "several")),
        ((BOB,), {}, (Fate.REFUSED, "elsewhere")),
        ((OPERATOR,), {}, (Fate.REFUSED, "elsewhere")),
        ((CAROL,), {}, (Fate.REFUSED, "elsewhere")),
        ((ANN, BOB), {}, (Fate.REFUSED, "elsewhere")),
        ((BOB,), {"structure": "Cabinet"}, (Fate.REFUSED, "structure")),
        ((), {"structure": ""}, (Fate.REFUSED, "structure")),
        ((), {"role": "=cmd"}, (Fate.REFUSED, "role")),
        ((), {"number": "1"}, (Fate.REFUSED, "number")),
        ((), {"mobile": "0102030405"}, (Fate.REFUSED, "mobile")),
    ],
)
def test_a_line_has_one_fate(
    known: tuple[Account, ...], typed: dict[str, str], expected: tuple[Fate, str]
) -> None:
    assert fate(*known, **typed) == expected


def test_a_second_line_about_one_person_is_refused() -> None:
    done = judged(LINE, CAROL, GRANTS, (), beyond=(), twice=True)
    assert (done.fate, done.why) == (Fate.REFUSED, "twice")


def test_a_change_keeps_the_id_of_the_place_and_everything_else() -> None:
    person = replace(ANN, situations=(ELSEWHERE, CLINIC))
    typed = replace(LINE.typed, role="Cadre", mail="other@x.test", given_name="Anna")
    after = changed(person, typed, CLINIC)
    assert after == replace(person, situations=(ELSEWHERE, replace(CLINIC, role="Cadre")))


def test_whoever_works_in_another_of_their_structures_gets_one_place_more() -> None:
    place = replace(CLINIC, id="new")
    assert changed(BOB, LINE.typed, place).situations == (ELSEWHERE, place)


def test_what_is_done_is_compared_with_what_was_shown() -> None:
    shown = judged(LINE, CAROL, GRANTS, (ANN,), beyond=(), twice=False)
    assert same(shown, judged(shown, CAROL, GRANTS, (ANN,), beyond=(), twice=False))
    promoted = replace(ANN, situations=(replace(CLINIC, role="Cadre"),))
    assert not same(shown, judged(shown, CAROL, GRANTS, (promoted,), beyond=(), twice=False))
    assert not same(shown, judged(shown, CAROL, (), (ANN,), beyond=(), twice=False))
    new = judged(LINE, CAROL, GRANTS, (), beyond=(), twice=False)
    assert same(new, judged(new, CAROL, GRANTS, (), beyond=(), twice=False))
    assert not same(new, judged(new, CAROL, GRANTS, (ANN,), beyond=(), twice=False))
