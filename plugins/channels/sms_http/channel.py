"""Hands a short message to the gateway, as its template says."""

import re
from collections.abc import Mapping

import httpx

from hub import ChannelKind, DeliveryFailed, Letter, Receipt

from .settings import SmsHttpSettings

_HOLE = re.compile(r"\{(to|text|secret)\}")
_LONGEST_ANSWER = 20_000
_OF_LETTER = frozenset({400, 422})
"""What gateways answer for a number that is none. 404 is a wrong address of the gateway itself."""


class SmsHttpChannel:
    name = "sms_http"
    kind = ChannelKind("sms")

    def __init__(self, settings: SmsHttpSettings, secret: str, gateway: httpx.Client) -> None:
        self._settings = settings
        self._secret = secret
        self._gateway = gateway

    def send(self, letter: Letter) -> Receipt:
        answer = self._asked(letter)
        # A gateway that lies: it answers 200 and says in the body that it refused.
        if self._settings.success and not re.search(self._settings.success, answer):
            raise DeliveryFailed("the gateway's answer does not say that it took the message")
        found = re.search(self._settings.reference, answer) if self._settings.reference else None
        return Receipt(channel=self.name, reference=found.group(1) if found else None)

    def _asked(self, letter: Letter) -> str:
        settings = self._settings
        words = {
            "to": letter.to if settings.plus else letter.to.lstrip("+"),
            "text": letter.text.rstrip(),
            "secret": self._secret,
        }
        headers = {name: _filled(text, words) for name, text in settings.headers.items()}
        body = {name: _inside(part, words) for name, part in settings.body.items()}
        try:
            answer = self._gateway.request(
                settings.method,
                settings.address,
                headers=headers,
                json=body if settings.send_as == "json" else None,
                data=body if settings.send_as == "form" else None,
            )
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            # Its own words may hold the address with its secret.
            raise DeliveryFailed(f"no answer: {type(error).__name__}") from None
        if not answer.is_success:
            said = f"the gateway answered {answer.status_code}"
            raise DeliveryFailed(said, of_letter=answer.status_code in _OF_LETTER)
        return answer.text[:_LONGEST_ANSWER]


def _inside(part: object, words: Mapping[str, str]) -> object:
    """Fill every text of a nested body."""
    match part:
        case str():
            return _filled(part, words)
        case list():
            return [_inside(each, words) for each in part]
        case dict():
            return {name: _inside(each, words) for name, each in part.items()}
        case _:
            return part


def _filled(text: str, words: Mapping[str, str]) -> str:
    # In one pass: a message that says "{secret}" must not get it.
    return _HOLE.sub(lambda hole: words[hole.group(1)], text)
