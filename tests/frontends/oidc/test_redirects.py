"""RFC 8252 and RFC 9700 2.1: exactly where a client may have a browser sent."""

import pytest

from hub_frontends.oidc.redirects import may_be_sent_to, matches, unfit

LOOPBACK = "http://127.0.0.1/back?app=1"
PRIVATE = "com.example.app:/back"


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.test/back",
        LOOPBACK,
        "http://127.0.0.1:8123/back",
        "http://[::1]/back",
        "http://[::1]:1",
        PRIVATE,
        "com.example.app://back",
        "fr.sante-grandval.pharmacie:/",
    ],
)
def test_a_native_application_may_register(uri: str) -> None:
    assert unfit(uri, "native", relaxed=False) is None


@pytest.mark.parametrize(
    "uri",
    [
        "http://app.test/back",
        "http://localhost/back",
        "http://127.0.0.2/back",
        "http://127.0.0.1.thief.test/back",
        "http://127.0.0.1@thief.test/back",
        "http://127.0.0.1:99999/back",
        "http://127.0.0.1:0/back",
        "http://127.0.0.1/back#part",
        "https://app.test/back#part",
        "javascript:alert(1)",
        "java.script:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "app:/back",
        "com.example.app:",
        "com.example.app:/back#part",
        "com.example.app:/a b",
        "com.example.app:/a\nb",
        "com.example.app:/é",
        "Com.Example.App:/back",
        "com..app:/back",
        "urn:ietf:wg:oauth:2.0:oob",
        "",
    ],
)
def test_a_native_application_may_not_register(uri: str) -> None:
    assert unfit(uri, "native", relaxed=False)


@pytest.mark.parametrize("uri", [LOOPBACK, "http://[::1]/", PRIVATE, "http://mail.test/"])
def test_a_web_service_has_an_address_on_the_web(uri: str) -> None:
    assert unfit(uri, "web", relaxed=False)


@pytest.mark.parametrize(
    "uri",
    [
        "https://mail.test;script-src/",
        "https://mail.test,x/",
        "https://mail.test'/",
        "https://a@mail.test/",
        "https://mail.test:port/",
        "https://mail.test\\@thief.test/",
        "https://mail test/",
        "https:///back",
    ],
)
def test_a_host_holds_nothing_that_would_end_a_header_or_mean_another(uri: str) -> None:
    assert not may_be_sent_to(uri, relaxed=True)


@pytest.mark.parametrize("port", ["", ":1", ":80", ":49152", ":65535"])
def test_an_application_listens_on_any_port_of_this_machine(port: str) -> None:
    assert matches(f"http://127.0.0.1{port}/back?app=1", [LOOPBACK], "native")
    assert matches(f"http://[::1]{port}/", ["http://[::1]:9/"], "native")


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:8000/other?app=1",
        "http://127.0.0.1:8000/back",
        "http://127.0.0.1:8000/back?app=1&more=2",
        "http://127.0.0.1:8000/back?app=1#part",
        "http://127.0.0.1:8000/back/../back?app=1",
        "http://127.0.0.1:0/back?app=1",
        "http://127.0.0.1:65536/back?app=1",
        "http://127.0.0.1:/back?app=1",
        "http://127.0.0.1:80@thief.test/back?app=1",
        "http://127.0.0.1:8000.thief.test/back?app=1",
        "http://localhost:8000/back?app=1",
        "http://[::1]:8000/back?app=1",
        "https://127.0.0.1:8000/back?app=1",
        "HTTP://127.0.0.1:8000/back?app=1",
        "http://127.0.0.1:8000/back?app=1\n",
        "com.example.app:/back",
    ],
)
def test_only_the_port_may_differ(uri: str) -> None:
    assert not matches(uri, [LOOPBACK], "native")


def test_all_else_matches_letter_by_letter() -> None:
    assert matches(PRIVATE, [PRIVATE], "native")
    for uri in ("com.example.app:/back/", "com.example.app:/BACK", "com.example.app2:/back"):
        assert not matches(uri, [PRIVATE], "native")
    assert not matches("https://app.test:8443/back", ["https://app.test/back"], "native")


def test_a_web_service_keeps_its_port() -> None:
    assert not matches("http://127.0.0.1:8000/back?app=1", [LOOPBACK], "web")
    assert matches(LOOPBACK, [LOOPBACK], "web")
