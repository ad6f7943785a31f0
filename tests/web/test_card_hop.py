"""Which proxy is believed about a card's certificate, and in what form it may say so."""

from base64 import b64encode
from dataclasses import replace
from ipaddress import ip_network
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from hub.web.card_hop import LARGEST_HEADER, Hop, NotBelieved, Sent, Shown
from hub.web.card_host import LARGEST_CERTIFICATE

SECRET = "s3cretsharedwiththeproxyoftheregion"
DER = bytes(range(256)) * 4
HOP = Hop(secret=SECRET, networks=[ip_network("10.0.0.0/28"), ip_network("::1/128")], proxies=1)
SENT = Sent(peer="10.0.0.3", forwarded="198.51.100.7", header=None)


def pem(der: bytes = DER) -> str:
    body = b64encode(der).decode()
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def by_nginx(der: bytes = DER) -> str:
    return quote(pem(der), safe="")


def by_haproxy(der: bytes = DER) -> str:
    return b64encode(der).decode()


def told(certificate: str, secret: str = SECRET) -> Sent:
    return replace(SENT, header=f"{secret} {certificate}")


@pytest.mark.parametrize("written", [by_nginx(), by_haproxy(), quote(pem())])
def test_both_proxies_forms_are_read(written: str) -> None:
    assert HOP.shown(told(written)) == Shown(certificate=DER)


def test_a_secret_alone_says_that_no_certificate_was_shown() -> None:
    assert HOP.shown(told("")) == Shown(certificate=None)
    assert HOP.shown(replace(SENT, header=SECRET)) == Shown(certificate=None)


def test_the_proxy_may_stand_in_any_network_named() -> None:
    for peer in ("10.0.0.15", "::1", "::ffff:10.0.0.1"):
        assert HOP.shown(replace(told(by_haproxy()), peer=peer)) == Shown(certificate=DER)


@pytest.mark.parametrize("peer", ["10.0.0.16", "198.51.100.7", "::2", "", "unix:"])
def test_a_header_from_another_network_is_not_believed(peer: str) -> None:
    assert HOP.shown(replace(told(by_haproxy()), peer=peer)) is NotBelieved.HOP


@pytest.mark.parametrize("forwarded", ["", " , "])
def test_a_request_that_came_round_the_proxies_is_not_believed(forwarded: str) -> None:
    assert HOP.shown(replace(told(by_haproxy()), forwarded=forwarded)) is NotBelieved.HOP


@pytest.mark.parametrize("secret", ["", "S" + SECRET[1:], SECRET[:-1], "é" * 40])
def test_a_header_without_the_secret_is_not_believed(secret: str) -> None:
    assert HOP.shown(told(by_haproxy(), secret)) is NotBelieved.SECRET


def test_a_certificate_in_the_secret_s_place_is_not_believed() -> None:
    """As a browser writes it under a name that the server folds into this one."""
    assert HOP.shown(replace(SENT, header=by_haproxy())) is NotBelieved.SECRET


def test_a_doubled_header_is_not_believed() -> None:
    for one, other in (("forged", SECRET), (SECRET, "forged")):
        doubled = f"{one} {by_haproxy()},{other} {by_haproxy()}"
        assert HOP.shown(replace(SENT, header=doubled)) is NotBelieved.DOUBLED


def test_without_the_header_nothing_is_believed() -> None:
    assert HOP.shown(SENT) is NotBelieved.ABSENT


def test_sixteen_kilobytes_are_read_and_not_one_more() -> None:
    largest = b"\xff\xef" * (LARGEST_CERTIFICATE // 2)
    for written in (by_nginx, by_haproxy):
        assert HOP.shown(told(written(largest))) == Shown(certificate=largest)
        assert HOP.shown(told(written(largest + b"x"))) is NotBelieved.TOO_LARGE


def test_a_header_too_large_is_not_even_compared() -> None:
    assert HOP.shown(told("A" * LARGEST_HEADER, "wrong")) is NotBelieved.TOO_LARGE


@pytest.mark.parametrize(
    "written",
    [
        by_nginx() + by_nginx(),
        quote(pem() + pem(), safe=""),
        quote(pem().replace("CERTIFICATE", "PRIVATE KEY"), safe=""),
        quote(pem()[:-30], safe=""),
        quote("-----BEGIN CERTIFICATE----------END CERTIFICATE-----", safe=""),
        quote(pem(), safe="") + "%ff%fe",
        by_haproxy()[:-1],
        by_haproxy() + "=",
        "not base64!",
        "SUCCESS",
        f":{by_haproxy()}:",
    ],
)
def test_what_is_not_one_certificate_is_not_believed(written: str) -> None:
    assert HOP.shown(told(written)) is NotBelieved.MALFORMED


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.text(max_size=200))
def test_whatever_is_written_there_is_told_apart(header: str) -> None:
    outcome = HOP.shown(told(header))
    assert isinstance(outcome, Shown | NotBelieved)


def test_neither_the_secret_nor_a_certificate_is_in_what_is_logged() -> None:
    assert SECRET not in f"{HOP!r} {told(by_haproxy())!r}"
    assert by_haproxy() not in repr(told(by_haproxy()))
