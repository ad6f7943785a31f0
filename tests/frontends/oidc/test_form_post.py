import base64
import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.frontends.oidc.party import BACK, ISSUER, Party, sent


class Form(HTMLParser):
    """The one form of a page: where it goes, and what it carries."""

    def __init__(self, page: TestResponse) -> None:
        super().__init__()
        assert page.status_code == 200 and page.mimetype == "text/html", page.data
        self.action = self.method = ""
        self.fields: dict[str, str] = {}
        self.buttons = 0
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: text or "" for name, text in attrs}
        if tag == "form":
            self.action, self.method = has["action"], has["method"]
        if tag == "input":
            self.fields[has["name"]] = has["value"]
        self.buttons += tag == "button"


def signed_in(party: Party, **asked: str | None) -> TestResponse:
    arrived = party.authorize(response_mode="form_post", **asked)
    if arrived.status_code != 303:
        return arrived
    party.sign_in(arrived)
    return party.complete(arrived)


def test_the_answer_is_posted_to_the_service_with_all_its_parts(party: Party) -> None:
    form = Form(signed_in(party))
    assert (form.action, form.method, form.buttons) == (BACK, "post", 1)
    assert set(form.fields) == {"code", "state", "iss"}
    assert form.fields["state"] == "st&te é" and form.fields["iss"] == ISSUER
    assert party.token(form.fields["code"]).status_code == 200


def test_errors_are_posted_too(party: Party) -> None:
    form = Form(party.authorize(response_mode="form_post", prompt="none"))
    assert form.fields["error"] == "login_required" and form.fields["iss"] == ISSUER
    form = Form(party.authorize(response_mode="form_post", max_age="abc"))
    assert form.fields["error"] == "invalid_request"
    assert form.fields["error_description"] == "max_age is not a number of seconds"


def test_what_was_sent_cannot_leave_its_field(party: Party) -> None:
    page = party.authorize(response_mode="form_post", prompt="none", state='"><script>alert(1)')
    assert "<script>alert" not in page.text
    assert Form(page).fields["state"] == '"><script>alert(1)'


def test_the_page_is_kept_nowhere_framed_nowhere_and_runs_its_own_line_only(party: Party) -> None:
    page = signed_in(party)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    policy = dict(
        each.split(" ", 1) for each in page.headers["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "https://mail.test"
    for tag in ("script", "style"):
        found = re.search(f"<{tag}>(.*?)</{tag}>", page.text, re.DOTALL)
        assert found
        digest = base64.b64encode(sha256(found.group(1).encode()).digest()).decode()
        assert policy[f"{tag}-src"] == f"'sha256-{digest}'"


@pytest.mark.parametrize(
    ("wished", "browser", "language"),
    [("en", "fr", "en"), ("se", "en-GB,en;q=0.9", "en"), (None, "de", "fr"), (None, "", "fr")],
)
def test_the_page_speaks_the_language_wished(
    party: Party, wished: str | None, browser: str, language: str
) -> None:
    party.browser.set_cookie("unrelated", "1")
    asked = f"/oidc/authorize?client_id=mail&redirect_uri={BACK}&response_mode=form_post"
    asked += f"&ui_locales={wished}" if wished else ""
    page = party.browser.get(asked, headers={"Accept-Language": browser})
    assert f'<html lang="{language}">' in page.text


def test_an_unknown_mode_is_an_error_told_by_redirect(party: Party) -> None:
    assert sent(party.authorize(response_mode="fragment"))["error"] == "invalid_request"
    twice = "response_mode=form_post&response_mode=query"
    answer = party.browser.get(f"/oidc/authorize?client_id=mail&redirect_uri={BACK}&{twice}")
    assert "error=invalid_request" in answer.text or "invalid_request" in answer.location


def test_an_application_s_own_scheme_takes_no_form(keys: Path) -> None:
    back = "com.example.app:/back"
    party = Party(
        keys,
        application_type="native",
        token_endpoint_auth_method="none",
        client_secret_sha256=None,
        redirect_uris=[back],
    )
    answer = party.authorize(response_mode="form_post", redirect_uri=back)
    assert answer.location.startswith(f"{back}?error=invalid_request")
    party.close()
