"""Plan `oidcc-rp-initiated-logout-certification-test-plan`."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.conformance.site import LEFT
from tests.conformance.suite import Suite
from tests.flows.browser import Page


@pytest.fixture
def left(suite: Suite) -> str:
    return f"{suite.target.origin}{LEFT}"


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(suite: Suite) -> None:
    address = suite.known["end_session_endpoint"]
    assert address.startswith(f"{suite.target.issuer}/")
    assert suite.at_the_hub(suite.browser.open(address))


def test_oidcc_rp_initiated_logout(suite: Suite, left: str) -> None:
    hint = suite.tokens()["id_token"]
    page = _leaving(suite, id_token_hint=hint, post_logout_redirect_uri=left, state="bye bye")
    assert page.address == f"{left}?state=bye+bye"
    _assert_out(suite)


def test_the_same_by_post_and_by_a_hint_that_has_expired(suite: Suite, left: str) -> None:
    hint = suite.tokens()["id_token"]
    suite.target.clock.later(minutes=10)
    form = {"id_token_hint": hint, "post_logout_redirect_uri": left}
    page = suite.browser.posted(suite.known["end_session_endpoint"], form)
    assert page.address == left
    _assert_out(suite)


def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(suite: Suite) -> None:
    hint = suite.tokens()["id_token"]
    for address in ("https://evil.test/", suite.callback, "javascript:alert(1)"):
        page = _leaving(suite, id_token_hint=hint, post_logout_redirect_uri=address, state="s")
        assert suite.at_the_hub(page) and "evil" not in page.text


def test_oidcc_rp_initiated_logout_modified_id_token_hint(suite: Suite, left: str) -> None:
    head, body, signature = suite.tokens()["id_token"].split(".")
    forged = f"{head}.{body[:-2]}AA.{signature}"
    page = _leaving(suite, id_token_hint=forged, post_logout_redirect_uri=left, state="s")
    assert suite.at_the_hub(page)
    _assert_in(suite)


def test_oidcc_rp_initiated_logout_no_id_token_hint(suite: Suite, left: str) -> None:
    suite.code()
    page = _leaving(suite, post_logout_redirect_uri=left, state="s")
    assert suite.at_the_hub(page)
    _assert_in(suite)


def test_oidcc_rp_initiated_logout_no_params(suite: Suite) -> None:
    suite.code()
    page = _leaving(suite)
    assert suite.at_the_hub(page)
    _assert_in(suite)
    gone = suite.browser.submit(page.form(to="/logout"))
    assert suite.at_the_hub(gone) and "déconnecté" in gone.words
    _assert_out(suite)


def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(suite: Suite) -> None:
    hint = suite.tokens()["id_token"]
    page = _leaving(suite, id_token_hint=hint, state="s")
    assert suite.at_the_hub(page) and "déconnecté" in page.words
    _assert_out(suite)


def test_oidcc_rp_initiated_logout_no_state(suite: Suite, left: str) -> None:
    hint = suite.tokens()["id_token"]
    assert _leaving(suite, id_token_hint=hint, post_logout_redirect_uri=left).address == left
    _assert_out(suite)


def test_oidcc_rp_initiated_logout_only_state(suite: Suite) -> None:
    suite.code()
    assert suite.at_the_hub(_leaving(suite, state="s"))
    _assert_in(suite)


def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(
    suite: Suite, left: str
) -> None:
    hint = suite.tokens()["id_token"]
    added = f"{left}?foo=bar"
    page = _leaving(suite, id_token_hint=hint, post_logout_redirect_uri=added, state="s")
    assert suite.at_the_hub(page)


@pytest.mark.parametrize("header", ["eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzI1NiJ9"])
def test_oidcc_rp_initiated_logout_bad_id_token_hint(suite: Suite, left: str, header: str) -> None:
    body = suite.tokens()["id_token"].split(".")[1]
    for hint in (f"{header}.{body}.", "garbage"):
        page = _leaving(suite, id_token_hint=hint, post_logout_redirect_uri=left, state="s")
        assert suite.at_the_hub(page)
        _assert_in(suite)


def _leaving(suite: Suite, **said: str) -> Page:
    return suite.browser.open(f"{suite.known['end_session_endpoint']}?{urlencode(said)}")


def _silent(suite: Suite) -> Mapping[str, Any]:
    return suite.told(suite.ask(prompt="none"))


def _assert_out(suite: Suite) -> None:
    assert _silent(suite)["error"] == "login_required"


def _assert_in(suite: Suite) -> None:
    assert _silent(suite)["code"]
