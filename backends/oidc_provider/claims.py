"""What must be true of an id_token before anybody is believed to stand behind it."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Any, Final

from hub import value

from .faults import Fault
from .keys import Signed

Claims = Mapping[str, Any]
_LONGEST_SUBJECT: Final = 255
_HALF: Final = re.compile("[\ud800-\udfff]")
_HASHES: Final = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}


@value
class Expected:
    """Of the one sign-in that was begun."""

    issuer: str
    client_id: str
    nonce: str
    now: datetime
    leeway: timedelta


@value
class Freshness:
    """What was asked of the moment the person proved it there."""

    begun: datetime
    forced: bool = False
    max_age: timedelta | None = None


def check_id_token(signed: Signed, expected: Expected, access_token: str) -> None:
    """OpenID Connect Core 3.1.3.7, the signature apart; raise `Fault` at the first that fails."""
    claims = signed.claims
    if claims.get("iss") != expected.issuer:
        raise Fault("wrong_issuer", "the token names another issuer")
    check_audience(claims, expected.client_id)
    check_times(claims, expected.now, expected.leeway)
    subject_of(claims)
    nonce = claims.get("nonce")
    # A token of another sign-in, replayed into this one.
    if not isinstance(nonce, str) or not compare_digest(
        nonce.encode(errors="replace"), expected.nonce.encode()
    ):
        raise Fault("wrong_nonce", "the token belongs to another sign-in")
    _check_hash(signed, access_token)


def check_audience(claims: Claims, client_id: str) -> None:
    audience = claims.get("aud")
    listed = audience if isinstance(audience, list) else [audience]
    if client_id not in listed:
        raise Fault("wrong_audience", "the token is for another client")
    azp = claims.get("azp")
    # 3.1.3.7, 3 to 5: with several audiences it must say who asked for it, and that is us.
    if azp not in (None, client_id) or (azp is None and len(listed) > 1):
        raise Fault("wrong_audience", "the token was asked by another client")


def check_times(claims: Claims, now: datetime, leeway: timedelta) -> None:
    until, since = moment(claims, "exp"), moment(claims, "iat")
    if until is None or since is None:
        raise Fault("bad_token", "it does not say when it was made or ends")
    if now >= until + leeway:
        raise Fault("expired", "the token has ended")
    begins = moment(claims, "nbf") if "nbf" in claims else since
    if begins is None or max(begins, since) > now + leeway:
        raise Fault("not_yet", "the token was made in the future: a clock is wrong")


def subject_of(claims: Claims) -> str:
    subject = said(claims, "sub")
    if subject is None or len(subject) > _LONGEST_SUBJECT:
        raise Fault("no_subject", "the token names nobody")
    return subject


def check_freshness(claims: Claims, asked: Freshness, now: datetime, leeway: timedelta) -> None:
    """That the person proved it when we asked, and not long ago."""
    at = moment(claims, "auth_time")
    if "auth_time" in claims and (at is None or at > now + leeway):
        raise Fault("bad_auth_time", "auth_time is no moment, or in the future")
    if not asked.forced and asked.max_age is None:
        return
    if at is None:
        raise Fault("no_auth_time", "it does not say when the person proved it")
    if asked.forced and at < asked.begun - timedelta(seconds=1) - leeway:
        raise Fault("too_old", "the person was not asked again")
    if asked.max_age is not None and now - at > asked.max_age + leeway:
        raise Fault("too_old", "the proof is older than was asked")


def said(claims: Claims, name: str) -> str | None:
    """The text in a claim; `None` when it is missing, empty, or nothing that can be kept."""
    return sound(claims.get(name))


def sound(thing: object) -> str | None:
    """*thing* when it is a text with something in it that every database can keep."""
    # JSON may hold half a surrogate pair, or a NUL: some database or page fails on either.
    if not isinstance(thing, str) or not thing.strip() or "\0" in thing:
        return None
    return thing if thing.isascii() or not _HALF.search(thing) else None


def moment(claims: Claims, name: str) -> datetime | None:
    """`None` when it is missing, or no moment that a calendar knows."""
    seconds = claims.get(name)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return _utc(seconds)


def _utc(seconds: float) -> datetime | None:
    # Before the year 2286; NaN and infinity are neither.
    return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds < 1e10 else None


def _check_hash(signed: Signed, access_token: str) -> None:
    told = signed.claims.get("at_hash")
    if told is None:
        return
    # 3.1.3.6: an access token of somebody else's, put beside this person's id_token.
    digest = _hash(str(signed.header["alg"]))(access_token.encode(errors="replace")).digest()
    half = urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
    if not isinstance(told, str) or not compare_digest(told.encode(errors="replace"), half):
        raise Fault("wrong_hash", "the access token belongs to another id_token")


def _hash(alg: str) -> Any:
    return _HASHES.get(alg[-3:], hashlib.sha512)  # EdDSA with Ed25519 hashes with SHA-512
