"""What the provider's word is worth: its acr and amr read as factors, by the operator's table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from hub import Evidence

from .claims import Freshness, moment, said
from .faults import Fault
from .settings import Provider, Worth

_REGISTERED: Final = frozenset(
    {
        *("face", "fpt", "geo", "hwk", "iris", "kba", "mca", "mfa", "otp", "pin", "pop", "pwd"),
        *("rba", "retina", "sc", "sms", "swk", "tel", "user", "vbm", "wia"),
    }
)
"""RFC 8176 2."""
_WITHIN_THE_SECOND: Final = timedelta(microseconds=999_999)


def possible(provider: Provider) -> tuple[Evidence, ...]:
    """Everything that an answer may turn out to be: by its acr a policy may raise it."""
    return tuple(
        _evidence(worth, provider, {"acr": acr} if acr else {})
        for worth in provider.evidence
        for acr in worth.acr or ("",)
    )


def evidence_of(claims: Mapping[str, Any], provider: Provider) -> Evidence:
    """Raise `Fault` when the operator said nothing of such an answer."""
    fitting = next((each for each in provider.evidence if _fits(each, claims)), None)
    if fitting is None:
        raise Fault("unknown_level", "nothing says what such a sign-in is worth")
    return _evidence(fitting, provider, claims)


def not_before_asked(evidence: Evidence, asked: Freshness) -> Evidence:
    """The same; a proof that was made because we asked is not older than the question.

    `check_freshness` has passed: a clock that is a little behind would otherwise have the person
    asked again for ever.
    """
    at = evidence.proved_at
    if not asked.forced or at is None or at >= asked.begun:
        return evidence
    return replace(evidence, proved_at=asked.begun)


def amr_of(claims: Mapping[str, Any]) -> Sequence[str]:
    told = claims.get("amr")
    return [each for each in told if isinstance(each, str)] if isinstance(told, list) else []


def _fits(worth: Worth, claims: Mapping[str, Any]) -> bool:
    acr = claims.get("acr")
    return (not worth.acr or acr in worth.acr) and set(worth.amr) <= set(amr_of(claims))


def _evidence(worth: Worth, provider: Provider, claims: Mapping[str, Any]) -> Evidence:
    at = moment(claims, "auth_time")
    told = worth.told or tuple(each for each in amr_of(claims) if each in _REGISTERED)
    return Evidence(
        factors=frozenset(worth.factors),
        authenticator=worth.authenticator,
        amr=told,
        # Cut off, not rounded: a proof after the question must not seem older than it.
        proved_at=at.replace(microsecond=0) + _WITHIN_THE_SECOND if at else None,
        vouched_by=provider.issuer,
        vouched_acr=said(claims, "acr"),
        phishing_resistant=worth.phishing_resistant,
    )
