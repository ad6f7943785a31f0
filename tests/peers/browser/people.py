"""Who signs in: each state of a page gets a person of its own, so that none waits for another."""

import time
from enum import Enum

import pyotp

from hub.contract.values import value

PASSWORD = "quatre chats sur le toit"


class Kind(Enum):
    """What somebody holds, in the words of `hub account import`."""

    DOCTOR = 'places = [{ structure = "Cabinet des Tilleuls", role = "Médecin généraliste" }]\n'
    TWO_PLACES = (
        'places = [{ structure = "Cabinet des Tilleuls", role = "Médecin généraliste" },'
        ' { structure = "Clinique du Parc", role = "Médecin coordonnateur", town = "Grandval" }]\n'
    )
    NO_RIGHT_YET = (
        'places = [{ structure = "Clinique du Parc", role = "Médecin coordonnateur" },'
        ' { structure = "Cabinet des Tilleuls", role = "Médecin généraliste" }]\n'
    )
    SECRETARY = 'places = [{ structure = "Cabinet des Tilleuls", role = "Secrétaire médicale" }]\n'
    REFERENT = 'places = [{ structure = "Clinique du Parc", role = "Référente annuaire" }]\n'
    SUPPORT = 'places = [{ structure = "Assistance régionale", role = "Agent" }]\n'
    DEVELOPER = 'places = [{ structure = "Éditeur de logiciels", role = "Développeuse" }]\n'
    OPERATOR = 'places = [{ structure = "Région", role = "Exploitante" }]\n'


RIGHTS = {
    Kind.DOCTOR: '[{ name = "emage.reader" }]',
    Kind.TWO_PLACES: '[{ name = "emage.reader" }]',
    Kind.NO_RIGHT_YET: "[]",
    Kind.SECRETARY: "[]",
    Kind.REFERENT: '[{ name = "console.referent", structure = "Clinique du Parc" }]',
    Kind.SUPPORT: '[{ name = "console.support" }]',
    Kind.DEVELOPER: (
        '[{ name = "workshop.developer" }, { name = "asking.developer" },'
        ' { name = "pocket.developer" }]'
    ),
    Kind.OPERATOR: '[{ name = "console.operator" }]',
}


@value
class Person:
    """Her login is the name of the state she is in; all are called Marie Durand."""

    login: str
    number: int
    kind: Kind = Kind.DOCTOR
    seed: str = ""
    """Of an authenticator application, when she has one."""
    reachable: bool = True
    """By SMS, by mail, and by the number on a card."""
    expired: bool = False
    family: str = "Durand"

    @property
    def mail(self) -> str:
        return f"{self.login}@cabinet.test"

    @property
    def mobile(self) -> str:
        # The range the regulator keeps for fiction.
        return f"+3363998{self.number:04}"

    def code(self, steps_later: int = 0) -> str:
        """What the application shows now, or that many half minutes later."""
        return pyotp.TOTP(self.seed).generate_otp(int(time.time()) // 30 + steps_later)

    def described(self) -> str:
        end = ", expires = 2025-01-31T12:00:00Z" if self.expired else ""
        totp = f', totp = "{self.seed}"' if self.seed else ""
        number = f'numbers = {{ rpps = "{99700000000 + self.number}" }}\n'
        written = f'mail = "{self.mail}"\nmobile = "{self.mobile}"\n{number}'
        contacts = written if self.reachable else ""
        return (
            f'[[person]]\nlogin = "{self.login}"\n'
            f'given_name = "Marie"\nfamily_name = "{self.family}"\n'
            f"{contacts}{self.kind.value}"
            f"rights = {RIGHTS[self.kind]}\n"
            f'secrets = {{ password = {{ secret = "{PASSWORD}"{end} }}{totp} }}\n'
        )


ASKER = Person(login="marie.durand.3", number=9003, kind=Kind.REFERENT)
"""Asks her référent for a service."""
SORTER = Person(login="marie.durand.4", number=9004)
"""Arranges her services by hand."""
PLAIN = Person(login="marie.durand.5", number=9005)
"""Does so in a browser without scripts."""
