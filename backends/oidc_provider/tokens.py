"""The code exchanged for tokens, and what UserInfo says with one of them."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import httpx
from oic.exception import PyoidcError
from oic.oauth2.message import AccessTokenResponse

from .answers import said_no
from .calls import called, json_object, media_type
from .claims import check_audience
from .client_authentication import ClientAuthentication
from .faults import Fault
from .keys import ProviderKeys
from .settings import Provider

_JSON: Final = {"Accept": "application/json"}
_READ: Final = ("access_token", "token_type", "id_token")


def exchanged(
    client: httpx.Client, endpoint: str, proof: ClientAuthentication, code: Mapping[str, str]
) -> dict[str, str]:
    """`access_token` and `id_token`, neither verified yet; *code*: with verifier and redirect."""
    shown = proof.proof(endpoint)
    form = {"grant_type": "authorization_code", **code, **shown.form}
    answer = called(client, "POST", endpoint, data=form, headers={**_JSON, **shown.headers})
    said = json_object(answer.content)
    if answer.status_code != 200 or "error" in said:
        raise said_no(said.get("error"))
    try:
        read = AccessTokenResponse().from_dict({name: said[name] for name in _READ if name in said})
    except PyoidcError:
        raise Fault("bad_answer", "its members have wrong types") from None
    return _tokens(read)


def userinfo(client: httpx.Client, endpoint: str, access_token: str) -> tuple[str, httpx.Response]:
    """The media type of the answer, and the answer."""
    # RFC 6750 2.1: in the header; an address would stay in every log on the way.
    headers = {
        "Authorization": f"Bearer {access_token}",
        "Accept": "application/json, application/jwt",
    }
    answer = called(client, "GET", endpoint, headers=headers)
    if answer.status_code != 200:
        raise Fault("userinfo_failed", f"UserInfo answered {answer.status_code}")
    return media_type(answer), answer


def read_userinfo(
    said: tuple[str, httpx.Response], keys: ProviderKeys, provider: Provider, subject: str
) -> Mapping[str, Any]:
    """Its claims, of the same person as the id_token; raise `Fault`."""
    kind, answer = said
    if kind == "application/json":
        claims: Mapping[str, Any] = json_object(answer.content)
    elif kind == "application/jwt":
        claims = _signed(answer.text, keys, provider.algorithms, provider)
    else:
        raise Fault("userinfo_failed", "UserInfo is neither JSON nor a signed token")
    # OpenID Connect Core 5.3.2: an access token of somebody else's was put in its place.
    if claims.get("sub") != subject:
        raise Fault("userinfo_subject", "UserInfo speaks of somebody else")
    return claims


def _signed(
    text: str, keys: ProviderKeys, algorithms: Collection[str], provider: Provider
) -> Mapping[str, Any]:
    claims = keys.signed(text.strip(), algorithms).claims
    if claims.get("iss", provider.issuer) != provider.issuer:
        raise Fault("wrong_issuer", "UserInfo names another issuer")
    if "aud" in claims:
        check_audience(claims, provider.client_id)
    return claims


def _tokens(read: Mapping[str, Any]) -> dict[str, str]:
    access, identity = read.get("access_token"), read.get("id_token")
    if not isinstance(access, str) or not isinstance(identity, str):
        raise Fault("bad_answer", "a token is missing")
    # RFC 6749 5.1: in any case of letters. Another kind would need a proof the hub does not make.
    if str(read.get("token_type", "bearer")).lower() != "bearer":
        raise Fault("bad_answer", "an access token of an unknown kind")
    return {"access_token": access, "id_token": identity}
