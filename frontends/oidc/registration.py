"""Services that register themselves: RFC 7591, and RFC 7592 for those that did."""

import secrets
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import timedelta
from hmac import compare_digest
from typing import Final

from satosa.response import Response

from hub import (
    Json,
    NameTaken,
    RawRequest,
    Registration,
    ServiceId,
    ServiceState,
    Toolbox,
    value,
)

from .digests import hashed
from .answers import NO_STORE, EndpointError, answered
from .grants import GrantBook
from .initial_tokens import InitialTokens, Taken
from .joining import Joining, secrets_of
from .registered import Applicant, described
from .registration_metadata import Metadata, echoed, read, remembered, scopes_of, unfit
from .settings import OidcSettings

PATH: Final = "/oidc/register"
_JSON: Final = "application/json"
_HOUR: Final = timedelta(hours=1)


def offered(settings: OidcSettings, issuer: str) -> Mapping[str, str]:
    """What discovery says of it."""
    return {} if settings.registration == "closed" else {"registration_endpoint": issuer + PATH}


@value
class _Shown:
    """What the client alone is told."""

    access_token: str = field(repr=False)
    secret: str | None = field(repr=False)


class Registrations:
    def __init__(
        self, settings: OidcSettings, joining: Joining, book: GrantBook, toolbox: Toolbox
    ) -> None:
        self._settings = settings
        self._joining = joining
        self._book = book
        self._toolbox = toolbox
        self._registry = toolbox.registry
        self._tokens = InitialTokens(toolbox.one_time, toolbox.clock)

    def register(self, raw: RawRequest) -> Response:
        if self._settings.registration == "token":
            return self._by_token(raw)
        if self._settings.registration == "open":
            self._check_rate()
            return self._joined(raw)
        raise EndpointError("access_denied", "registration is closed", "403 Forbidden")

    def one(self, raw: RawRequest, client_id: str) -> Response:
        """Read, change or remove it: RFC 7592."""
        there, token = self._of_bearer(raw, client_id)
        if raw.method == "DELETE":
            return self._removed(there)
        if raw.method == "PUT":
            return self._changed(raw, there)
        metadata = remembered(_metadata(there))
        return self._told(there, metadata, _Shown(access_token=token, secret=None))

    def _by_token(self, raw: RawRequest) -> Response:
        taken = self._tokens.take(_bearer(raw))
        if taken is None:
            raise _who_are_you()
        return self._spending(taken, raw)

    def _spending(self, taken: Taken, raw: RawRequest) -> Response:
        """Whatever ends otherwise leaves the token as it was."""
        used = False
        try:
            answer = self._joined(raw)
            used = True
            return answer
        finally:
            self._tokens.give_back(taken, used=used)

    def _check_rate(self) -> None:
        since = self._toolbox.clock() - _HOUR
        if self._registry.joined_since(since) >= self._settings.registrations_per_hour:
            later = ("Retry-After", str(int(_HOUR.total_seconds())))
            raise EndpointError("slow_down", "", "429 Too Many Requests", (later,))

    def _joined(self, raw: RawRequest) -> Response:
        metadata, _ = _read(raw)
        # Chosen by us: no client takes the name of a person, nor of another service.
        name = f"c-{secrets.token_hex(12)}"
        now, token = self._toolbox.clock(), secrets.token_urlsafe(32)
        applicant = Applicant(name=name, metadata=metadata, settings=self._settings)
        service, secret = described(applicant, {}, self._joining)
        waits = self._settings.registration == "open" and self._settings.registration_approval
        there = Registration(
            service=service,
            since=now,
            state=ServiceState.PENDING if waits else ServiceState.ACTIVE,
            kept=_kept(metadata, token),
        )
        try:
            self._registry.add(there)
        except NameTaken:  # unreachable: 96 bits of chance
            raise EndpointError("invalid_client_metadata") from None
        self._toolbox.note("service.registered", None, service=name, state=there.state)
        return self._told(there, metadata, _Shown(access_token=token, secret=secret), "201 Created")

    def _changed(self, raw: RawRequest, there: Registration) -> Response:
        metadata, said = _read(raw)
        name, known = there.service.id, secrets_of(there.service)
        _check_names(said, name, known)
        token = secrets.token_urlsafe(32)
        applicant = Applicant(name=name, metadata=metadata, settings=self._settings)
        service, secret = described(applicant, known, self._joining)
        changed = replace(
            there,
            service=service,
            state=self._state(there, metadata),
            kept=_kept(metadata, token),
        )
        if not self._registry.change(changed):
            # Whoever changed it holds another token by now.
            raise _who_are_you()
        self._toolbox.note("service.changed", None, service=name, state=changed.state)
        return self._told(changed, metadata, _Shown(access_token=token, secret=secret))

    def _removed(self, there: Registration) -> Response:
        name = there.service.id
        self._registry.remove(name)
        self._book.end_client(name)
        self._toolbox.note("service.removed", None, service=name)
        return Response("", status="204 No Content", headers=[NO_STORE])

    def _state(self, there: Registration, metadata: Metadata) -> ServiceState:
        """Approved was what it said of itself: if it says otherwise, the operator looks again."""
        approved = self._settings.registration != "open" or not self._settings.registration_approval
        same = _judged(remembered(_metadata(there))) == _judged(metadata)
        return there.state if approved or same else ServiceState.PENDING

    def _of_bearer(self, raw: RawRequest, client_id: str) -> tuple[Registration, str]:
        token = _bearer(raw)
        there = self._registry.find(ServiceId(client_id))
        known = there.kept.get("access_token_sha256") if there else None
        # RFC 7592 2: a token of another client is as wrong as none.
        if there is None or not isinstance(known, str) or not compare_digest(known, hashed(token)):
            raise _who_are_you()
        if there.state is ServiceState.DISABLED:
            raise EndpointError("access_denied", "the service is suspended", "403 Forbidden")
        return there, token

    def _told(
        self, there: Registration, metadata: Metadata, shown: _Shown, status: str = "200 OK"
    ) -> Response:
        name = there.service.id
        secret = {"client_secret": shown.secret} if shown.secret else {}
        expires = {"client_secret_expires_at": 0} if secrets_of(there.service) else {}
        body = {
            "subject_type": "pairwise",
            **echoed(metadata),
            "scope": " ".join(map(str, scopes_of(metadata))),
            **secret,
            **expires,
            "client_id": name,
            "client_id_issued_at": int(there.since.timestamp()),
            "registration_access_token": shown.access_token,
            "registration_client_uri": f"{self._toolbox.public_address}{PATH}/{name}",
        }
        return answered(body, status=status)


def _read(raw: RawRequest) -> tuple[Metadata, Mapping[str, Json]]:
    if raw.content_type != _JSON:
        raise unfit("", "the body must be application/json")
    return read(raw.body)


def _check_names(said: Mapping[str, Json], name: str, known: Mapping[str, Json]) -> None:
    """RFC 7592 2.2: what only the hub gives may be said again, as it is."""
    if said.get("client_id", name) != name:
        raise unfit("client_id", "is not this one's")
    secret = said.get("client_secret")
    if secret is not None and hashed(str(secret)) != known.get("client_secret_sha256"):
        raise unfit("client_secret", "is not this one's")


def _judged(metadata: Metadata) -> tuple[object, ...]:
    """What an operator approves, and what people see."""
    return (
        metadata.redirect_uris,
        metadata.post_logout_redirect_uris,
        metadata.client_name,
        metadata.initiate_login_uri,
        metadata.sector_identifier_uri,
        metadata.subject_type,
        metadata.logo_uri,
        metadata.client_uri,
        metadata.policy_uri,
        metadata.tos_uri,
    )


def _kept(metadata: Metadata, token: str) -> dict[str, Json]:
    return {"metadata": echoed(metadata), "access_token_sha256": hashed(token)}


def _metadata(there: Registration) -> Mapping[str, Json]:
    kept = there.kept["metadata"]
    return kept if isinstance(kept, dict) else {}


def _bearer(raw: RawRequest) -> str:
    scheme, _, token = raw.authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _who_are_you()
    return token.strip()


def _who_are_you() -> EndpointError:
    challenge = ("WWW-Authenticate", 'Bearer error="invalid_token"')
    return EndpointError("invalid_token", "", "401 Unauthorized", (challenge,))
