"""The tokens of the simulator, with the faults that were switched on."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from .faults import Fault, Faults
from .keys import Keys
from .memory import Memory, Session
from .settings import Simulated
from .userinfo import other_ids

LOGOUT: Final = "http://schemas.openid.net/event/backchannel-logout"
ACR: Final = "eidas1"


class Tokens:
    def __init__(self, simulated: Simulated, memory: Memory, keys: Keys, faults: Faults) -> None:
        self._simulated = simulated
        self._memory = memory
        self._keys = keys
        self._faults = faults

    def access(self, session: Session, client_id: str, scope: str) -> str:
        claims = {
            **self._common(session, self._simulated.lifetimes.access, "Bearer"),
            "azp": client_id,
            "scope": scope,
        }
        return self._keys.signed(claims)

    def id_token(self, session: Session, client_id: str, nonce: str | None) -> str:
        persona = session.persona
        claims = {
            **self._common(session, self._simulated.lifetimes.access, "ID"),
            "aud": client_id,
            "azp": client_id,
            "session_state": session.id,
            "acr": ACR,
            "preferred_username": persona.national_id,
            "SubjectNameID": persona.national_id,
            "authMode": session.mode,
            "otherIds": other_ids(persona),
        }
        if nonce:
            claims["nonce"] = nonce
        return self._signed(self._spoilt(claims))

    def userinfo(self, claims: Mapping[str, Any], client_id: str) -> str:
        """The same, signed: the real one answers so when a client was registered for it."""
        issued = {"iss": self._simulated.issuer, "aud": client_id, "iat": self._memory.now()}
        return self._keys.signed({**claims, **issued})

    def logout(self, session: Session, client_id: str) -> str:
        now = self._memory.now()
        claims = {
            "iss": self._simulated.issuer,
            "aud": client_id,
            "sub": session.persona.sub,
            "sid": session.id,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_urlsafe(16),
            "events": {LOGOUT: {}},
        }
        return self._keys.signed(claims, "logout+jwt")

    def _common(self, session: Session, seconds: int, kind: str) -> dict[str, Any]:
        now = self._memory.now()
        return {
            "exp": now + seconds,
            "iat": now,
            "auth_time": session.at,
            "jti": secrets.token_urlsafe(16),
            "iss": self._simulated.issuer,
            "sub": session.persona.sub,
            "typ": kind,
            "sid": session.id,
        }

    def _spoilt(self, claims: dict[str, Any]) -> dict[str, Any]:
        now = self._memory.now()
        changes: Mapping[Fault, Mapping[str, Any]] = {
            Fault.WRONG_AUD: {"aud": "another-application", "azp": "another-application"},
            Fault.WRONG_AZP: {"azp": "another-application"},
            Fault.WRONG_ISS: {"iss": f"{self._simulated.wallet}/auth/realms/another"},
            Fault.WRONG_NONCE: {"nonce": secrets.token_hex(32)},
            Fault.MISSING_NONCE: {"nonce": None},
            Fault.OLD_EXP: {"iat": now - 3720, "exp": now - 3600},
            Fault.MISSING_ACR: {"acr": None},
            Fault.ACR_EIDAS3: {"acr": "eidas3"},
        }
        for fault in self._faults.on():
            claims.update(changes.get(fault, {}))
        return {name: said for name, said in claims.items() if said is not None}

    def _signed(self, claims: Mapping[str, Any]) -> str:
        if Fault.WRONG_KEY in self._faults:
            return self._keys.by_another_key(claims)
        if Fault.ALG_NONE in self._faults:
            return self._keys.unsigned(claims)
        if Fault.HS256 in self._faults:
            return self._keys.confused(claims)
        return self._keys.signed(claims)
