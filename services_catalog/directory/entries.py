"""What the directory says of one professional, whatever source it came from."""

from collections.abc import Sequence
from dataclasses import field
from hashlib import blake2b

from hub import value


@value
class Place:
    """One activity at one place."""

    structure: str
    """The name people know it by."""
    profession: str = ""
    skill: str = ""
    """« Savoir-faire »: the speciality."""
    mode: str = ""
    role: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    department: str = ""
    region: str = ""
    telephone: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)

    @property
    def mark(self) -> str:
        """The same for the same content: a line read twice is one place."""
        texts = (
            *(self.structure, self.profession, self.skill, self.mode, self.role, self.street),
            *(self.postcode, self.town, self.department, self.telephone, self.mail),
        )
        return blake2b("\0".join(texts).encode(), digest_size=12).hexdigest()


@value
class Person:
    """`key` names the professional in every source: `rpps:99700000001`."""

    key: str
    system: str
    number: str
    family: str
    given: str = ""
    civility: str = ""
    profession: str = ""

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.given, self.family)))


@value
class Entry:
    person: Person
    places: Sequence[Place] = ()
    favourite: bool = False


def key_of(system: str, number: str) -> str:
    return f"{system}:{number.strip().casefold()}"
