"""What a provider let us hear: an answer, or nothing at all; told to whoever remembers it."""

import logging
from typing import Final

import httpx
import requests
from satosa.exception import SATOSAAuthenticationError

from hub.contract.providers import ProviderRefused, SaysIfItAnswers
from hub.people.degraded import ProvidersFaring

_log: Final = logging.getLogger(__name__)


class Hearing:
    """One provider's. What it says of itself and what it says of people fail apart."""

    def __init__(self, name: str, backend: object, faring: ProvidersFaring) -> None:
        self._name = name
        self._documents = f"{name}/metadata"
        self._backend = backend
        self._faring = faring

    def before(self) -> None:
        """Raise `ProviderRefused` for whoever finds out first that nobody answers there.

        Whoever was told so by the page and tries all the same is sent: a try may work.
        """
        if self._answers() is False:
            known = self._name in self._faring.silent()
            self._faring.told(self._documents, False)
            # Told, unless others reached it meanwhile: then the next page warns nobody, and whoever
            # tries again would be refused again.
            if not known and self._name in self._faring.silent():
                cause = "its own documents could not be had"
                raise ProviderRefused("provider.unreachable", cause, silent=True)

    def left(self) -> None:
        """Somebody could be sent there."""
        if self._answers() is not False:
            self._faring.told(self._documents, True)

    def not_left(self, error: Exception) -> None:
        if is_silence(error):
            self._faring.told(self._documents, False)

    def came_back(self) -> None:
        self._faring.told(self._name, True)

    def failed(self, error: Exception) -> None:
        """What was believed of the answer is another matter: a wrong one is an answer."""
        if is_silence(error):
            self._faring.told(self._name, False)

    def _answers(self) -> bool | None:
        if not isinstance(self._backend, SaysIfItAnswers):
            return None
        try:
            return self._backend.answers()
        except Exception as error:  # whatever a stranger's module raises, people are sent
            kind = type(error).__name__
            _log.warning("provider.not_asked provider=%s kind=%s", self._name, kind)
            return None


def is_silence(error: BaseException | None) -> bool:
    """Whether nobody answered; what was answered, however wrong, is no silence."""
    match error:
        case ProviderRefused():
            return error.silent
        case SATOSAAuthenticationError():
            return is_silence(error.__cause__)
        case httpx.PoolTimeout():
            # All of our own places are taken: it was not even asked.
            return False
        case httpx.TransportError() | requests.ConnectionError() | requests.Timeout():
            return True
        case _:
            return isinstance(error, ConnectionError | TimeoutError)
