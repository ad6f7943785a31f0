"""What is kept of an authorization request until its answer, or its error, is told."""

from collections.abc import Mapping, Sequence
from typing import Any

from satosa.context import Context

from hub import AccountId, Authentication, Proof, SessionId, Situation, posting

from .authorize import Addressee, Wishes
from .form_post import origins_of
from .granted import Frozen, Promise
from .resolving import Received


def said_of(to: Addressee, languages: Sequence[str], context: Context) -> dict[str, Any]:
    by_form = to.mode == "form_post"
    accepted = (context.http_headers or {}).get("HTTP_ACCEPT_LANGUAGE", "")
    return {
        "client_id": to.client.id,
        "redirect_uri": to.redirect_uri,
        "state": to.state,
        "mode": to.mode,
        "languages": posting.wished(languages, accepted) if by_form else [],
        "origins": origins_of(to.client, to.redirect_uri) if by_form else [],
    }


def kept_of(said: Mapping[str, Any], wishes: Wishes, received: Received) -> dict[str, Any]:
    """All of it, once nothing is wrong with the request."""
    return {
        **said,
        "challenge": wishes.challenge,
        "scope": wishes.scope,
        "nonce": wishes.nonce,
        "resource": wishes.resource,
        "for_id_token": wishes.claims.id_token,
        "for_userinfo": wishes.claims.userinfo,
        "pushed": received.pushed,
        "key": received.asked.get("dpop_jkt"),
    }


def promise_of(
    said: Mapping[str, Any], told: Authentication, session: SessionId, account: AccountId
) -> Promise:
    """The grant this request, now answered, asked for."""
    return Promise(
        client=said["client_id"],
        session=session,
        account=account,
        redirect_uri=said["redirect_uri"],
        challenge=said["challenge"],
        scope=said["scope"],
        frozen=frozen_of(told, said),
        resource=said["resource"],
        key=said["key"],
    )


def frozen_of(told: Authentication, said: Mapping[str, Any]) -> Frozen:
    """What the service is told of this sign-in, for as long as its grant lasts."""
    return Frozen(
        subject=told.subject,
        claims=told.claims,
        situation=_place(told.situation) if told.situation else None,
        acr=told.acr,
        amr=told.amr,
        auth_time=int(told.at.timestamp()),
        sid=told.sid,
        nonce=said["nonce"],
        for_id_token=tuple(said["for_id_token"]),
        for_userinfo=tuple(said["for_userinfo"]),
        native=told.native,
        proofs=tuple(_proof(each) for each in told.proofs),
    )


def _proof(proof: Proof) -> Mapping[str, Any]:
    told = {"authenticator": proof.authenticator, "at": int(proof.at.timestamp())}
    return {**told, "vouched_by": proof.vouched_by} if proof.vouched_by else told


def _place(situation: Situation) -> Mapping[str, str | None]:
    """The claim `situation`; what the source says in names of its own are claims of their own."""
    names = ("id", "structure", "role", "source", "profession", "name", "town")
    return {name: getattr(situation, name) for name in names}
