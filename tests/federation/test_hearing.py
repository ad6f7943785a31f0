"""What counts as silence of a provider, and who is told first."""

from collections.abc import Iterator

import httpx
import pytest
import requests
from satosa.exception import SATOSAAuthenticationError
from satosa.state import State

from hub.contract.providers import ProviderRefused
from hub.federation.hearing import Hearing, is_silence
from hub.testing.faring import MemoryProvidersFaring
from hub.testing.toolbox import MemoryToolbox


class Asked:
    """A backend whose provider can be asked."""

    def __init__(self, *answers: bool | None) -> None:
        self._answers: Iterator[bool | None] = iter(answers)

    def answers(self) -> bool | None:
        return next(self._answers)


class Broken:
    def answers(self) -> bool | None:
        raise RuntimeError("in the test")


@pytest.fixture
def faring() -> MemoryProvidersFaring:
    return MemoryProvidersFaring(MemoryToolbox("words").clock)


def _wrapped(cause: Exception) -> SATOSAAuthenticationError:
    error = SATOSAAuthenticationError(State(), "in the test")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "silence"),
    [
        (ProviderRefused("psc.unavailable", silent=True), True),
        (ProviderRefused("psc.wrong_signature"), False),
        (httpx.ConnectTimeout("slow"), True),
        (httpx.PoolTimeout("all of our own places are taken"), False),
        (requests.ConnectionError("nobody"), True),
        (requests.Timeout("slow"), True),
        (requests.TooManyRedirects("round and round"), False),
        (TimeoutError(), True),
        (_wrapped(requests.ConnectionError("nobody")), True),
        (_wrapped(ValueError("wrong")), False),
        (ValueError("wrong"), False),
    ],
)
def test_only_who_gave_no_answer_is_silent(
    faring: MemoryProvidersFaring, error: Exception, silence: bool
) -> None:
    assert is_silence(error) is silence
    Hearing("word", object(), faring).failed(error)
    assert ("word" in faring.silent()) is silence


def test_the_first_to_find_out_is_refused_and_the_next_is_sent(
    faring: MemoryProvidersFaring,
) -> None:
    heard = Hearing("word", Asked(False, False), faring)
    with pytest.raises(ProviderRefused) as refused:
        heard.before()
    assert refused.value.code == "provider.unreachable"
    heard.before()
    assert "word" in faring.silent()


def test_documents_that_came_do_not_hide_answers_that_did_not(
    faring: MemoryProvidersFaring,
) -> None:
    heard = Hearing("word", Asked(True, True), faring)
    heard.failed(httpx.ReadTimeout("slow"))
    heard.before()
    heard.left()
    assert "word" in faring.silent()
    heard.came_back()
    assert faring.silent() == {}


@pytest.mark.parametrize("backend", [object(), Broken(), Asked(None, None)])
def test_a_provider_that_cannot_be_asked_is_gone_to_as_before(
    faring: MemoryProvidersFaring, backend: object
) -> None:
    heard = Hearing("word", backend, faring)
    heard.before()
    heard.left()
    assert faring.silent() == {}
