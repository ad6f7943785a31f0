from datetime import timedelta

from hub import SessionId
from hub_frontends.oidc.granted import Frozen, Grant, Issued, Promise
from tests.frontends.oidc.party import BACK, Party

TOLD = Frozen(
    subject="s",
    claims={"rpps": ("10001",)},
    situation={"id": "clinic", "profession": None},
    acr="urn:acr:low",
    amr=("pwd",),
    auth_time=1,
    sid="pairwise",
)


def opened(party: Party) -> Grant:
    promise = Promise(
        client="mail",
        session=SessionId("session"),
        redirect_uri=BACK,
        challenge="c" * 43,
        scope="openid",
        frozen=TOLD,
    )
    grant = party.book.redeem(party.book.open(promise), "mail")
    assert grant is not None and grant.frozen == TOLD
    return grant


def tokens(refresh: str, spends: str | None = None) -> Issued:
    lifetime = timedelta(minutes=10)
    return Issued(
        access=f"access {refresh}",
        access_scope="openid",
        access_lifetime=lifetime,
        refresh=refresh,
        spends=spends,
    )


def test_of_two_refreshes_at_once_one_wins_and_nobody_keeps_anything(party: Party) -> None:
    book = party.book
    assert book.issue(opened(party), tokens("first"))
    one, other = book.of_refresh("first", "mail"), book.of_refresh("first", "mail")
    assert one is not None and other is not None
    assert book.issue(one, tokens("second", spends="first"))
    assert not book.issue(other, tokens("third", spends="first"))
    assert book.of_refresh("second", "mail") is None and book.of_access("access second") is None


def test_a_session_is_found_by_the_name_one_client_knows(party: Party) -> None:
    opened(party)
    assert party.book.session_of("mail", "pairwise") == "session"
    assert party.book.session_of("file", "pairwise") is None
    assert party.book.session_of("mail", "other") is None
