"""What of a message a developer may see: names always, values only where they are no secret."""

import json
from collections.abc import Mapping
from typing import Any, Final

MASK: Final = "•••"
_LONGEST: Final = 300
_MOST: Final = 40
# What is not named here is shown by its name alone: codes, tokens, secrets, whoever is meant.
_OPEN: Final = frozenset(
    {"client_id", "redirect_uri", "response_type", "response_mode", "scope", "prompt", "max_age"}
    | {"acr_values", "ui_locales", "claims_locales", "display", "code_challenge_method", "resource"}
    | {"grant_type", "token_type", "expires_in", "error", "error_description"}
    | {"token_endpoint_auth_method", "client_assertion_type"}
)


def masked(message: Mapping[str, Any]) -> dict[str, str]:
    """*message*, a request or an answer, as it may be kept and shown."""
    return {name[:64]: _shown(name, said) for name, said in list(message.items())[:_MOST]}


def _shown(name: str, said: Any) -> str:
    if name == "claims":
        return _claims(str(said))
    return str(said)[:_LONGEST] if name in _OPEN else MASK


def _claims(text: str) -> str:
    """Which claims are asked for, of whom is not said: a value may name a person."""
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError):
        return MASK
    if not isinstance(asked, dict):
        return MASK
    parts = [
        f"{target}: {', '.join(map(str, names))}"
        for target, names in asked.items()
        if target in ("id_token", "userinfo") and isinstance(names, dict)
    ]
    return "; ".join(parts)[:_LONGEST]
