"""Calls to the provider: what may go wrong with any of them is one of two faults."""

import json
from typing import Any

import httpx

from .faults import Fault


def called(client: httpx.Client, method: str, url: str, **sent: Any) -> httpx.Response:
    """The answer, whatever its status below 500; raise `Fault` when there is none to use."""
    try:
        answer = client.request(method, url, **sent)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        # Its own words may hold the address with what was sent.
        asked = not isinstance(error, httpx.PoolTimeout)
        silent = asked and isinstance(error, httpx.TransportError)
        raise Fault("unavailable", f"no answer: {type(error).__name__}", silent=silent) from None
    if answer.status_code >= 500 or answer.status_code == 429:
        # A 429 is an answer, and whoever invents codes can bring it about.
        silent = answer.status_code != 429
        raise Fault("unavailable", f"answered {answer.status_code}", silent=silent)
    return answer


def document(client: httpx.Client, url: str) -> dict[str, Any]:
    """A JSON object that stands at *url*."""
    answer = called(client, "GET", url, headers={"Accept": "application/json"})
    if answer.status_code != 200:
        raise Fault("unavailable", f"a document answered {answer.status_code}")
    return json_object(answer.content)


def json_object(text: bytes | str) -> dict[str, Any]:
    """Raise `Fault` unless it is one."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise Fault("bad_answer", "not JSON") from None
    if not isinstance(read, dict):
        raise Fault("bad_answer", "not a JSON object")
    return read


def media_type(answer: httpx.Response) -> str:
    """Without parameters, in lower case."""
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
