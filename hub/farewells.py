"""Tells services that a session is over: what is owed is posted until taken, or for a day."""

from collections.abc import Callable, Mapping

import httpx
import structlog

from hub.contract.errors import StoreUnavailable
from hub.contract.identifiers import ServiceId
from hub.contract.logout import EndsParticipation, Hop, Notice
from hub.broker.farewells import Word
from hub.store.notices import Notices, Owed

OWNER = "hub.leaving"
"""Under which outbound clients are kept: each service has a breaker and places of its own."""

Client = Callable[[str, str], httpx.Client]
Post = Callable[[ServiceId, Notice], bool]
"""Whether the service took the notice. It may take long: nothing is open meanwhile."""

_log = structlog.get_logger("hub.leaving")
_TAKEN = frozenset({200, 204})


class Teller:
    def __init__(
        self, notices: Notices, endings: Mapping[str, EndsParticipation], post: Post
    ) -> None:
        self._notices = notices
        self._endings = endings
        self._post = post

    def deliver(self) -> int:
        """Tell what is due; how many services took it."""
        told = 0
        while owed := self._notices.claim():
            told += self._told(owed)
        return told

    def _told(self, owed: Owed) -> bool:
        word = self._attempt(owed)
        service = owed.participation.service
        _log.info("service.told", service=service, outcome=word, attempts=owed.attempts)
        if word is Word.WAITING:
            self._notices.postpone(owed)
        else:
            self._notices.settle(owed, word)
        return word is Word.TOLD

    def _attempt(self, owed: Owed) -> Word:
        there = owed.participation
        try:
            # Made for this attempt: an old one would be refused as stale or replayed.
            match self._endings[there.frontend].end(there, ""):
                case Notice() as notice:
                    return Word.TOLD if self._post(there.service, notice) else Word.WAITING
                case Hop() | None:
                    return Word.UNTELLABLE
        except StoreUnavailable:
            raise
        except Exception as error:  # whatever a frontend or a peer does, the others are told
            _log.warning("service.not_reached", service=there.service, error=type(error).__name__)
            return Word.WAITING


def poster(client: Client, guarded: Client) -> Post:
    """Posts as a form. The answer's body is not read: it could be endless, and says nothing."""

    def post(service: ServiceId, notice: Notice) -> bool:
        body = dict(notice.body)
        # Whoever registered itself may have named a machine of the operator's own network.
        chosen = guarded if notice.to_stranger else client
        with chosen(OWNER, service).stream("POST", notice.url, data=body) as answer:
            return answer.status_code in _TAKEN

    return post
