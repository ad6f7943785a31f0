"""`hubcard:https://…`: the page's link opens the agent, which then speaks to the hub by itself."""

from base64 import b64encode, urlsafe_b64decode
from binascii import Error
from typing import Final
from urllib.parse import urlsplit

import httpx

from .cards import Failed, Signature
from .desk import Desk, Question
from .signing import Asked, Signing

SCHEME: Final = "hubcard:"
_LONGEST: Final = 300


def hub_of(link: str, hubs: tuple[str, ...]) -> tuple[str, str] | None:
    """The hub and the address of the pairing; `None`: not a link of a hub that may ask."""
    address = link.removeprefix(SCHEME)
    if address == link or len(link) > _LONGEST or not address.isprintable():
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    origin = f"{parts.scheme}://{parts.netloc}"
    whole = address == f"{origin}{parts.path}" and "/agent/" in parts.path
    return (origin, address) if origin in hubs and whole else None


class Errand:
    """From the number typed to what the hub was told."""

    def __init__(self, desk: Desk, signing: Signing, client: httpx.Client) -> None:
        self._desk = desk
        self._signing = signing
        self._client = client

    def run(self, origin: str, address: str) -> str:
        """`taken`, or why not. Whatever the card said, the hub's page tells it too."""
        number = self._desk.number(Question(origin=origin))
        if isinstance(number, Failed):
            return number.why
        claimed = self._posted(address, {"number": number.strip()[:2]})
        try:
            text = urlsafe_b64decode(claimed["challenge"])
            ticket = claimed["ticket"]
        except (KeyError, Error, ValueError):
            return claimed.get("refused", "unreachable")
        outcome = self._signing.sign(Asked(text=text, origin=origin))
        answer = address.rpartition("/")[0]
        told = self._posted(answer, {"ticket": ticket, **_fields(outcome)})
        if isinstance(outcome, Failed):
            return outcome.why
        return "taken" if "taken" in told else told.get("refused", "unreachable")

    def _posted(self, address: str, form: dict[str, str]) -> dict[str, str]:
        try:
            # Redirects are not followed: another site would be given what the card signed.
            answer = self._client.post(address, data=form, follow_redirects=False)
            content = answer.json()
        except (httpx.HTTPError, ValueError):
            return {"refused": "unreachable"}
        return {str(k): str(v) for k, v in content.items()} if isinstance(content, dict) else {}


def _fields(outcome: Signature | Failed) -> dict[str, str]:
    if isinstance(outcome, Failed):
        left = outcome.tries_left
        return {"agent_refused": outcome.why, "agent_tries": "" if left is None else str(left)}
    return {
        "agent_certificate": b64encode(outcome.certificate).decode(),
        "agent_signature": b64encode(outcome.signature).decode(),
        "agent_algorithm": outcome.algorithm,
        "agent_shared": "yes" if outcome.shared else "",
    }
