"""Issues the cards of the demo's people, and some that show what a card may be refused for."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any, Final

from hub import value

from ..pki.authority import Authority, Issued, Wish, new_key
from ..pki.cases import range_of
from ..pki.folder import write_authorities, write_card
from ..pki.names import Holder
from ..pki.revoking import revocation_list

FOLDER: Final = "cards"
ISSUED: Final = "issued"
"""Under FOLDER: where the agent finds the cards it gives their PIN."""
_HOLDERS: Final = ("marie.durand", "paul.lambert", "nadia.benali", "lucas.moreau")
_PROFESSIONS: Final = {"Médecin": 10, "Pharmacien": 21, "Infirmier": 60}
_LIFE: Final = timedelta(days=3650)
"""Of lists and authorities: nobody renews them, and a region may be kept for long."""
_KEYS: Final = 4


@value
class Wanted:
    name: str
    """As the reader's page calls the card."""
    holder: Holder
    first: datetime
    revoked: bool = False


def issue_cards(folder: Path, people: str, now: datetime) -> None:
    """Authorities, lists and cards, under *folder*, for those of *people* who have one."""
    drawn = cycle([new_key() for _ in range(_KEYS)])
    authority = Authority(now, lambda: next(drawn))
    made = {each: _issued(authority, each) for each in _wanted(people, now)}
    revoked = [issued for wanted, issued in made.items() if wanted.revoked]
    at = folder / FOLDER
    at.mkdir()
    write_authorities(at, authority, now, revoked)
    signers = [*authority.roots.values(), *authority.persons.values()]
    for number, signer in enumerate(signers, 1):
        serials = [e.certificate.serial_number for e in revoked if e.issuer is signer]
        made_list = revocation_list(signer, serials, now, life=_LIFE)
        (at / f"list-{number}.crl").write_bytes(made_list)
    for wanted, issued in made.items():
        write_card(at / ISSUED, wanted.name, issued)


def _issued(authority: Authority, wanted: Wanted) -> Issued:
    last = wanted.first + timedelta(days=1096)
    wish = Wish(holder=wanted.holder, first=wanted.first, last=last)
    return authority.issue(authority.persons[range_of(wanted.holder)], wish)


def _wanted(people: str, now: datetime) -> Iterator[Wanted]:
    everybody = {each["login"]: each for each in tomllib.loads(people)["person"]}
    recent = now - timedelta(days=30)
    for number, login in enumerate(_HOLDERS, 1):
        holder = _holder(everybody[login], number)
        yield Wanted(name=_named(holder), holder=holder, first=recent)
    marie = _holder(everybody[_HOLDERS[0]], 91)
    yield Wanted(name=f"{_named(marie)}, carte volée", holder=marie, first=recent, revoked=True)
    past = now - timedelta(days=1100)
    old = replace(marie, card_number="8025000001/9900000092")
    yield Wanted(name=f"{_named(marie)}, carte périmée", holder=old, first=past)
    stranger = replace(
        marie,
        number="899700106620",
        given_name="Élodie",
        family_name="Renaud",
        card_number="8025000001/9900000093",
    )
    yield Wanted(name=f"{_named(stranger)}, sans compte", holder=stranger, first=recent)


def _holder(person: Mapping[str, Any], number: int) -> Holder:
    profession = str(person["places"][0].get("profession", ""))
    return Holder(
        number=f"8{person['numbers']['rpps']}",
        given_name=str(person["given_name"]),
        family_name=str(person["family_name"]),
        title=profession,
        card_number=f"8025000001/99000000{number:02}",
        profession=_PROFESSIONS.get(profession),
    )


def _named(holder: Holder) -> str:
    return f"{holder.given_name} {holder.family_name}"
