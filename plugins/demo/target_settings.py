"""hub.toml of the conformance target: the suite's clients, and a person who has every claim."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from .target_keys import public
from .target_plans import SCOPE, Examined, Known

TEMPLATE: Final = Path(__file__).with_name("target.toml")
CLAIMS: Final = (
    *("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username"),
    *("profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"),
    *("email", "email_verified", "phone_number", "phone_number_verified", "address"),
)


def configuration(hub: Examined, listen: str, authorities: str) -> str:
    """The whole of hub.toml; *authorities* is a PEM file that vouches for the suite, or empty."""
    suite = urlsplit(hub.suite)
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, said in {
        "ADDRESS": hub.issuer,
        "LISTEN": listen,
        "SUITE_HOST": suite.hostname or "",
        "SUITE_PORT": str(suite.port or 443),
        "AUTHORITIES": str(Path(authorities).resolve()) if authorities else "",
        "CLAIMS": json.dumps(CLAIMS),
    }.items():
        text = text.replace(f"@{name}@", said)
    parts = [_service(hub, each, method="basic") for each in (*hub.basic, hub.told)]
    parts.append(_service(hub, hub.post, method="post"))
    parts += [_high(hub, each, number) for number, each in enumerate(hub.high)]
    return "\n".join([text, *parts])


def _service(hub: Examined, client: Known, method: str) -> str:
    at = f"{hub.suite}/test/a/{hub.alias}"
    table = {
        "client_id": client.client_id,
        "client_secret_file": f"services/{client.client_id}.secret",
        "token_endpoint_auth_method": method,
        "redirect_uris": [f"{at}/callback"],
        "post_logout_redirect_uris": [f"{at}/post_logout_redirect"],
        "scopes": [*SCOPE.split(), "offline_access"],
        "refresh_tokens": True,
        # The modules of these plans send no challenge.
        "pkce": "optional",
    }
    notices = {"backchannel_logout_uri": f"{at}/backchannel_logout"} if client == hub.told else {}
    return _tables(client, {**table, **notices})


def _high(hub: Examined, client: Known, number: int) -> str:
    # The suite's second client comes back to an address with a query of its own.
    query = "?dummy1=lorem&dummy2=ipsum" if number else ""
    table = {
        "client_id": client.client_id,
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": public(dict(client.jwks or {})),
        "profile": "high",
        "id_token_signed_response_alg": "PS256",
        "redirect_uris": [f"{hub.suite}/test/a/{hub.alias}/callback{query}"],
        "scopes": [*SCOPE.split(), "offline_access"],
        "refresh_tokens": True,
    }
    return _tables(client, table)


def _tables(client: Known, table: Mapping[str, Any]) -> str:
    lines = [f"{key} = {_toml(said)}" for key, said in table.items()]
    head = f"""
[service.{client.client_id}]
title = "Suite ({client.client_id})"
minimum = "simple"
claims = {json.dumps(CLAIMS)}
frontend = "oidc"

[service.{client.client_id}.oidc]
"""
    return head + "\n".join([*lines, ""])


def _toml(said: Any) -> str:
    """JSON is TOML but for tables."""
    match said:
        case dict():
            return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in said.items()) + " }"
        case list():
            return "[" + ", ".join(map(_toml, said)) + "]"
        case _:
            return json.dumps(said)
