"""One flow of a service, run by its developer: the hub plays the service, and shows the tokens."""

import base64
import json
import secrets
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from joserfc.jwk import ECKey

from hub import Toolbox, value

from .digests import digest, hashed
from . import profile
from .access_tokens import AccessTokens
from .clients import Client
from .grants import GrantBook
from .id_tokens import IdTokens
from .journal import Journal
from .keys import Keys
from .keys_rotation import open_keys
from .lives import Living
from .request_book import Owner, RequestBook
from .resolving import URN
from .scopes import shown
from .settings import OidcSettings
from .token_server import TokenServer

BACK: Final = "/apps/oidc/developer/-/back"
"""Where the answer comes: a page of the hub's own, which only the developer who began may open."""
PATIENCE: Final = 900
_MOST_PUSHED: Final = 20
"""Requests of one developer that wait for their browser."""


@value
class Outcome:
    """What the service would have received. Its tokens are dead when this is shown."""

    service: str
    error: str = ""
    description: str = ""
    parts: tuple[tuple[str, Mapping[str, str]], ...] = ()
    """By name: the answer of the token endpoint, the id_token's head and claims, UserInfo."""


class Trial:
    def __init__(self, settings: OidcSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._toolbox = toolbox
        self._book = GrantBook(toolbox, settings.lifetimes)
        self._journal = Journal(toolbox, {})
        self._requests = RequestBook(toolbox, _MOST_PUSHED)

    def address(self, client: Client, account: str) -> str:
        """Where the developer's browser begins; the answer is good for them alone."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        kept = {"service": client.service, "account": account, "verifier": verifier}
        self._toolbox.one_time.put(_key(state), {**kept, "nonce": nonce}, seconds=PATIENCE)
        asked = {
            "client_id": client.id,
            "redirect_uri": self._back(),
            "response_type": "code",
            "scope": " ".join(each for each in client.declared.scopes if each != "offline_access"),
            "state": state,
            "nonce": nonce,
            "code_challenge": digest(verifier),
            "code_challenge_method": "S256",
        }
        if profile.must_push(client.declared):
            # Pushed by the hub in its place: its key proves nothing that the right has not.
            owner = Owner(client=client.id, counted=f"trial/{account}")
            name = self._requests.keep(owner, urlencode(asked))
            asked = {"client_id": client.id, "request_uri": f"{URN}{name}"}
        return f"/oidc/authorize?{urlencode(asked)}"

    def begun(self, state: str, account: str) -> Mapping[str, Any] | None:
        """What was kept for *state*, once; `None` for anybody but the developer who began."""
        kept = self._toolbox.one_time.take(_key(state))
        # Somebody led here by a link of another's trial is not that developer.
        return kept if kept and kept["account"] == account else None

    def outcome(
        self, client: Client, begun: Mapping[str, Any], answer: Mapping[str, str]
    ) -> Outcome:
        if "code" not in answer:
            return _refused(client, answer)
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": self._back(),
            "code_verifier": str(begun["verifier"]),
        }
        exchanged = self._server(client).respond(form, client, _proved(client))
        self._journal.exchanged(client, form, exchanged)
        given = json.loads(str(exchanged.message))
        if "error" in given:
            return _refused(client, given)
        parts = tuple((name, _written(said)) for name, said in self._parts(given))
        self._forget(given, client)
        return Outcome(service=client.service, parts=parts)

    def _parts(self, given: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
        hidden = {name for name in given if name.endswith("_token")}
        answer = {name: "•••" if name in hidden else said for name, said in given.items()}
        found: list[tuple[str, Mapping[str, Any]]] = [("answer", answer)]
        for name in ("id_token", "access_token"):
            if (text := given.get(name, "")).count(".") == 2:
                head, claims = (_decoded(part) for part in text.split(".")[:2])
                found += [(f"{name}.head", head), (f"{name}.claims", claims)]
        held = self._book.of_access(given["access_token"])
        if held and "openid" in held.scope.split():
            found.append(("userinfo", shown(held.grant.frozen, held.scope)))
        return found

    def _forget(self, given: Mapping[str, Any], client: Client) -> None:
        for name in ("access_token", "refresh_token"):
            if name in given:
                self._book.revoke(given[name], client.id)

    def _server(self, client: Client) -> TokenServer:
        toolbox, issuer = self._toolbox, self._toolbox.public_address
        return TokenServer(
            self._book,
            IdTokens(self._keys, issuer, toolbox.clock),
            Living(toolbox.sessions, toolbox.accounts, {client.id}),
            AccessTokens(self._keys, issuer, toolbox.clock),
        )

    @cached_property
    def _keys(self) -> Keys:
        return open_keys(self._settings, self._toolbox)

    def _back(self) -> str:
        return f"{self._toolbox.public_address}{BACK}"


def possible(client: Client) -> bool:
    """What happens in a flow is shown by what was kept of it."""
    return client.declared.journal


def _refused(client: Client, answer: Mapping[str, str]) -> Outcome:
    why, description = answer.get("error", ""), answer.get("error_description", "")
    return Outcome(service=client.service, error=why or "server_error", description=description)


def _proved(client: Client) -> str | None:
    if not profile.must_prove(client.declared):
        return None
    return ECKey.generate_key("P-256").thumbprint()


def _key(state: str) -> str:
    return f"trial/{hashed(state)}"


def _decoded(part: str) -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def _written(said: Mapping[str, Any]) -> Mapping[str, str]:
    """As the service reads it: a list or an object stays JSON."""
    return {
        name: each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)
        for name, each in said.items()
    }
