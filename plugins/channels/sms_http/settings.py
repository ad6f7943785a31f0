"""What the operator says about an SMS gateway: `[plugin.sms_http]`."""

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Literal
from urllib.parse import urlsplit

from hub import ConfigError, ConfigErrors, Settings, value

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@value
class SmsHttpSettings:
    """In `headers` and `body`, `{to}`, `{text}` and `{secret}` stand for what is sent."""

    address: str
    method: Literal["POST", "PUT"] = "POST"
    """GET is not offered: a code in an address stays in every log on the way."""
    send_as: Literal["json", "form"] = "json"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] = field(default_factory=lambda: {"to": "{to}", "text": "{text}"})
    secret_file: str = ""
    success: str = ""
    """What the answer's body must hold besides a 2xx status; empty: anything."""
    reference: str = ""
    """Finds the gateway's own number of the message: the first group of the expression."""
    plus: bool = True
    """Whether numbers keep their leading `+`."""


def secret(own: SmsHttpSettings, settings: Settings) -> str:
    """The secret from its file, once the rest was found to make sense."""
    wrong = [*_address_errors(own), *_pattern_errors(own)]
    kept = ""
    if own.secret_file:
        try:
            kept = settings.secret(own.secret_file, "plugin.sms_http.secret_file")
        except ConfigError as error:
            wrong.append(error)
    if wrong:
        raise ConfigErrors(wrong)
    return kept


def _address_errors(own: SmsHttpSettings) -> list[ConfigError]:
    parts = urlsplit(own.address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return []
    return [ConfigError("plugin.sms_http.address", "must be https, or on this machine")]


def _pattern_errors(own: SmsHttpSettings) -> list[ConfigError]:
    wrong = []
    for key, pattern, groups in (("success", own.success, 0), ("reference", own.reference, 1)):
        try:
            if pattern and re.compile(pattern).groups < groups:
                wrong.append(ConfigError(f"plugin.sms_http.{key}", "needs a group"))
        except re.error as error:
            wrong.append(ConfigError(f"plugin.sms_http.{key}", f"not an expression: {error}"))
    return wrong
