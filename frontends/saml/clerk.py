"""Writes the answer to one request: what the broker vouched for, or why it did not."""

from functools import lru_cache

from hub import Authentication, Participation, RequestRefused, Toolbox

from .answering import Sealer, encoded
from .book import Sp
from .declared import SamlSettings
from .keys import SamlKeys
from .names import INVALID_NAME_ID_POLICY, PROXY_COUNT_EXCEEDED, REQUESTER, RESPONDER
from .responses import Letter, assertion, refusal, success
from .said import Said
from .statements import NameId, Statement, attributes, authorities, name_id
from .told import Told, ToldSession

Outcome = str
"""A Response, in base64."""


class Clerk:
    def __init__(
        self, entity_id: str, keys: SamlKeys, settings: SamlSettings, told: Told, toolbox: Toolbox
    ) -> None:
        self._entity_id = entity_id
        self._sealer = Sealer(keys)
        self._classes = settings.classes
        self._told = told
        # The longest life of a session is settled when it begins.
        self._ends_at = lru_cache(maxsize=4096)(toolbox.sessions.ends_at)
        self._clock = toolbox.clock

    def vouch(self, said: Said, sp: Sp, told: Authentication, joins: Participation) -> Outcome:
        name = said.kind and name_id(said.kind, told.subject, told.sid, told.claims)
        if name is None:
            return self.refuse(said, sp, REQUESTER, INVALID_NAME_ID_POLICY)
        if said.itself and authorities(told):
            return self.refuse(said, sp, RESPONDER, PROXY_COUNT_EXCEEDED)
        session = ToldSession(session=joins.session, name=name)
        if not self._told.answer(sp.service, said.request, told.sid, session):
            # Two assertions for one request: the second may be somebody else's to use.
            raise RequestRefused("saml.already_used")
        letter = self._letter(said, sp)
        response = success(letter)
        statement = self._statement(said, sp, told, joins, name)
        self._sealer.seal(response, assertion(letter, statement), sp)
        return encoded(response)

    def refuse(self, said: Said, sp: Sp, *codes: str) -> Outcome:
        """Signed whatever the service wants: it must not be made by others to give up."""
        response = refusal(self._letter(said, sp), *codes)
        self._sealer.sign(response, sp)
        return encoded(response)

    def _statement(
        self, said: Said, sp: Sp, told: Authentication, joins: Participation, name: NameId
    ) -> Statement:
        context = told.acr if said.classes else self._classes.get(told.acr, told.acr)
        return Statement(
            name=name,
            sid=told.sid,
            at=told.at,
            until=self._ends_at(joins.session),
            context=context,
            authorities=authorities(told),
            attributes=attributes(told, sp.declared),
        )

    def _letter(self, said: Said, sp: Sp) -> Letter:
        return Letter(
            issuer=self._entity_id,
            audience=sp.entity.id,
            address=said.address,
            in_response_to=said.request,
            now=self._clock(),
        )
