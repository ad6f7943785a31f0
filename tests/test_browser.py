"""What a request tells of its browser, and the cookies it is given."""

import pytest

from hub.broker.records import SessionKey
from hub.browser import Cookies, Headers, device, network

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "hops", "expected"),
    [
        ("192.0.2.77", "", 0, "192.0.2.0/24"),
        ("2001:db8:1:2::9", "", 0, "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "", 0, "192.0.2.0/24"),
        ("10.0.0.1", "203.0.113.5", 0, "10.0.0.0/24"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.5", 1, "203.0.113.0/24"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.5, 10.0.0.2", 2, "203.0.113.0/24"),
        ("10.0.0.1", "203.0.113.5", 2, "10.0.0.0/24"),
        ("10.0.0.1", "nonsense", 1, "10.0.0.0/24"),
        ("10.0.0.1", "203.0.113.5:5312", 1, "203.0.113.0/24"),
        ("10.0.0.1", "[2001:db8:1:2::9]:5312", 1, "2001:db8:1::/48"),
        ("", "", 0, ""),
    ],
)
def test_the_source_is_the_network_seen_by_the_last_machine_trusted(
    peer: str, forwarded: str, hops: int, expected: str
) -> None:
    assert network(peer, forwarded, hops) == expected


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (FIREFOX, "Firefox, Windows"),
        (EDGE, "Edge, Windows"),
        (SAFARI, "Safari, iOS"),
        ("curl/8", ""),
    ],
)
def test_a_device_is_named_in_two_words(agent: str, expected: str) -> None:
    assert device(agent) == expected


def test_cookies_over_https_carry_every_guard() -> None:
    cookies = Cookies(secure=True)
    visitor = cookies.read(Headers())
    for header in (
        cookies.bind(visitor.browser),
        cookies.sign_in(SessionKey("k" * 43)),
        cookies.sign_out(),
        cookies.speak("fr"),
    ):
        assert header.startswith("__Host-")
        for guard in ("Path=/", "HttpOnly", "SameSite=Lax", "Secure"):
            assert guard in header.split("; ")
        assert "Domain" not in header


def test_a_browser_is_found_again_by_its_cookie() -> None:
    cookies = Cookies(secure=True)
    first = cookies.read(Headers())
    kept = cookies.bind(first.browser).partition(";")[0]
    again = cookies.read(Headers(cookie=f"other=1; {kept}; __Host-hub={'k' * 43}"))
    assert (first.fresh, again.fresh) == (True, False)
    assert again.browser.key == first.browser.key
    assert again.browser.session == "k" * 43


@pytest.mark.parametrize("sent", ["", "short", "k" * 65, "with space in the middle", "é" * 20])
def test_a_key_the_hub_never_made_is_no_key(sent: str) -> None:
    cookies = Cookies(secure=True)
    visitor = cookies.read(Headers(cookie=f"__Host-hub={sent}; __Host-browser={sent}"))
    assert visitor.fresh
    assert visitor.browser.session is None


def test_names_of_plain_http_are_not_read_over_https() -> None:
    plain, secure = Cookies(secure=False), Cookies(secure=True)
    sent = plain.sign_in(SessionKey("k" * 43)).partition(";")[0]
    assert plain.read(Headers(cookie=sent)).browser.session
    assert secure.read(Headers(cookie=sent)).browser.session is None


def test_two_fresh_browsers_have_different_keys() -> None:
    cookies = Cookies(secure=True)
    assert cookies.read(Headers()).browser.key != cookies.read(Headers()).browser.key
