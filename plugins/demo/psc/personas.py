"""Who may sign in at the simulator: the people of the demo, and the odd cases of the real one."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from hub import value

_HERE: Final = Path(__file__).parent
_FEDERATION: Final = "997c1dc8-d97b-4b1e-ac8c-8eb4471cf9dd"
"""The constant part of the `sub` as it was before 2026."""


@value
class Activity:
    structure: str = ""
    mode: str = ""
    secteur: str = ""


@value
class Practice:
    profession: str = ""
    savoir: str = ""
    activities: tuple[Activity, ...] = ()


@value
class Structure:
    technique: str = ""
    finess: str = ""
    juridique: str = ""
    siret: str = ""
    postcode: str = ""


@value
class Persona:
    key: str
    story: str
    national_id: str
    """`8` and the RPPS, `ANS…`, or `3` and the structure's number, a slash, a number there."""
    given_name: str
    family_name: str
    civility: str = ""
    sub: str
    number: str = ""
    """The RPPS; empty for whoever has none."""
    adeli: str = ""
    psi: str = ""
    mode: str | None = None
    """How this person always comes, whatever they clicked; `None`: as they clicked."""
    practices: tuple[Practice, ...] = ()
    structure: str = ""
    """Of whoever has no practice: the employer."""
    referential: bool = True
    """False: the real one knows nothing of this person's work."""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


@value
class Town:
    """Everybody, and the structures they work in."""

    personas: tuple[Persona, ...]
    structures: Mapping[str, Structure]

    def keyed(self, key: str) -> Persona | None:
        return next((each for each in self.personas if each.key == key), None)

    def called(self, national_id: str) -> Persona | None:
        """By what they type for the e-CPS; spaces do not count."""
        wanted = "".join(national_id.split())
        return next((each for each in self.personas if each.national_id == wanted), None)


def town() -> Town:
    said = tomllib.loads((_HERE / "personas.toml").read_text(encoding="utf-8"))
    people = tomllib.loads((_HERE.parent / "people.toml").read_text(encoding="utf-8"))["person"]
    own = [_persona(each) for each in said["persona"]]
    keys = {each.key for each in own}
    demo = [each for each in _demo(people, said["profession"]) if each.key not in keys]
    structures = {name: Structure(**told) for name, told in said["structure"].items()}
    return Town(personas=(*demo, *own), structures=structures)


def _demo(people: Sequence[Mapping[str, Any]], codes: Mapping[str, str]) -> Iterator[Persona]:
    for person in people:
        number = person.get("numbers", {}).get("rpps", "")
        if number:
            yield Persona(
                key=person["login"],
                story=person["story"],
                given_name=person["given_name"],
                family_name=person["family_name"],
                practices=tuple(_practices(person["places"], codes)),
                number=number,
                national_id=f"8{number}",
                sub=_sub(f"8{number}"),
            )


def _practices(places: Sequence[Mapping[str, str]], codes: Mapping[str, str]) -> Iterator[Practice]:
    for place in places:
        yield Practice(
            profession=codes.get(place.get("profession", ""), ""),
            activities=(Activity(structure=place["structure"], mode="L", secteur="SA07"),),
        )


def _persona(said: Mapping[str, Any]) -> Persona:
    plain = Persona.__dataclass_fields__.keys() - {"practices", "national_id", "sub"}
    called = said.get("national_id", f"8{said.get('number', '')}")
    return Persona(
        **{name: said[name] for name in plain if name in said},
        national_id=called,
        sub=said.get("sub", _sub(called)),
        practices=tuple(
            Practice(
                profession=each["profession"],
                savoir=each.get("savoir", ""),
                activities=tuple(Activity(**told) for told in each["activities"]),
            )
            for each in said.get("exercice", ())
        ),
    )


def _sub(national_id: str) -> str:
    return f"f:{_FEDERATION}:{national_id}"
