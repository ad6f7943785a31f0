"""What the simulator can be told to do wrong, one name for each."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    WRONG_KEY = "wrong_key"
    ALG_NONE = "alg_none"
    HS256 = "hs256"
    WRONG_AUD = "wrong_aud"
    WRONG_AZP = "wrong_azp"
    WRONG_ISS = "wrong_iss"
    WRONG_NONCE = "wrong_nonce"
    MISSING_NONCE = "missing_nonce"
    OLD_EXP = "old_exp"
    MISSING_ACR = "missing_acr"
    ACR_EIDAS3 = "acr_eidas3"
    SUB_MISMATCH = "sub_mismatch"
    USERINFO_JWT = "userinfo_jwt"
    SLOW = "slow"
    SERVER_ERROR = "server_error"
    ISS_MISSING = "iss_missing"
    ISS_OF_ANOTHER = "iss_of_another"


SAID: Final = {
    Fault.WRONG_KEY: "Le jeton d’identité est signé par une autre clé, sous le même nom de clé.",
    Fault.ALG_NONE: "Le jeton d’identité n’est pas signé (alg none).",
    Fault.HS256: "Le jeton d’identité est signé en HS256 avec la clé publique pour secret.",
    Fault.WRONG_AUD: "Le jeton d’identité est destiné à une autre application (aud).",
    Fault.WRONG_AZP: "Le jeton d’identité a été remis à une autre application (azp).",
    Fault.WRONG_ISS: "Le jeton d’identité vient d’un autre émetteur (iss).",
    Fault.WRONG_NONCE: "Le jeton d’identité répond à une autre demande (nonce).",
    Fault.MISSING_NONCE: "Le jeton d’identité ne porte pas de nonce.",
    Fault.OLD_EXP: "Le jeton d’identité est expiré depuis une heure.",
    Fault.MISSING_ACR: "Le jeton d’identité ne dit pas son niveau (acr), comme parfois en vrai.",
    Fault.ACR_EIDAS3: "Le jeton d’identité annonce acr eidas3, plus que demandé.",
    Fault.SUB_MISMATCH: "UserInfo parle d’une autre personne (sub) que le jeton d’identité.",
    Fault.USERINFO_JWT: "UserInfo répond par un jeton signé au lieu de JSON.",
    Fault.SLOW: "Les réponses de serveur à serveur se font attendre.",
    Fault.SERVER_ERROR: "Les réponses de serveur à serveur sont des erreurs 500.",
    Fault.ISS_MISSING: "Le retour du navigateur ne nomme pas l’émetteur (iss).",
    Fault.ISS_OF_ANOTHER: "Le retour du navigateur nomme un autre émetteur (iss).",
}


class Faults:
    """Those switched on now, for everybody who comes to this process."""

    def __init__(self) -> None:
        self._on: frozenset[Fault] = frozenset()
        self.seconds = 5
        """How long a slow answer takes."""
        self.phone_delay = 0
        """Seconds before a request reaches the simulated telephone."""

    def switch(self, on: Iterable[Fault]) -> None:
        self._on = frozenset(on)

    def __contains__(self, fault: Fault) -> bool:
        return fault in self._on

    def on(self) -> list[Fault]:
        return [each for each in Fault if each in self._on]
