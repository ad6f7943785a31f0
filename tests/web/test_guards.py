"""What a request must pass before any view runs, and the headers of every answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.site import ADDRESS, SAME, Site, connected, make, said

FOREIGN = {"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"}


def changing(site: Site) -> Iterator[str]:
    for rule in site.app.url_map.iter_rules():
        if rule.methods and rule.methods & {"POST", "PUT", "PATCH", "DELETE"}:
            yield rule.rule.replace("<", "").replace(">", "")


def test_every_change_from_another_site_is_refused(site: Site) -> None:
    paths = list(changing(site))
    assert len(paths) >= 6
    for path in paths:
        answer = site.client.post(
            path, data={"csrf": site.csrf()}, base_url=ADDRESS, headers=FOREIGN
        )
        assert answer.status_code == 403, path
        assert "autre site" in said(answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_either_sign_of_another_site_is_enough(site: Site, headers: dict[str, str]) -> None:
    answer = site.client.post(
        "/logout", data={"csrf": site.csrf()}, base_url=ADDRESS, headers=headers
    )
    assert answer.status_code == 403


def test_nothing_of_another_site_s_form_is_parsed(site: Site) -> None:
    many = {f"field{number}": "x" for number in range(200)}
    answer = site.client.post("/logout", data=many, base_url=ADDRESS, headers=FOREIGN)
    assert answer.status_code == 403
    body = b"x" * 100_000
    answer = site.client.post("/logout", data=body, base_url=ADDRESS, headers=FOREIGN)
    assert answer.status_code == 403


def test_another_site_s_form_gives_the_browser_no_new_binding(site: Site) -> None:
    # Its cookies are Lax: they stay behind, and the browser only looks as if it had none.
    for path in ("/", "/logout", "/login/any/password"):
        answer = site.another().post(path, base_url=ADDRESS, headers=FOREIGN)
        assert "Set-Cookie" not in answer.headers, path


def test_an_address_nobody_can_type_reaches_no_view(site: Site) -> None:
    for path in ("/login/a%00b", "/login/a%0Ab", "/open/%7F"):
        assert site.get(path).status_code == 404, path


def test_the_same_change_from_our_own_page_is_done(site: Site) -> None:
    assert site.post("/logout").status_code == 303


def test_a_page_that_sends_no_referrer_sends_no_origin_either(site: Site) -> None:
    path = site.arrive("low")
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    form = {"csrf": site.csrf(), "identifier": "ann", "secret": "1234"}
    answer = site.client.post(f"{path}/password", data=form, base_url=ADDRESS, headers=headers)
    assert answer.location.startswith("/broker/complete/")


def test_the_form_of_another_browser_is_worth_nothing(site: Site) -> None:
    session = site.arrive("low")
    site.sign_in(session)
    other = site.another()
    other.get("/help", base_url=ADDRESS)
    other.set_cookie("__Host-hub", site.session() or "", domain="hub.test")
    answer = other.post("/logout", data={"csrf": site.csrf()}, base_url=ADDRESS, headers=SAME)
    assert answer.status_code == 403
    assert site.hub.records.sessions


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/?" + "a" * 9000, {}, 414),
        ("/" + "a" * 9000, {}, 414),
        ("/", {"X-Long": "a" * 17000}, 431),
    ],
)
def test_an_oversized_request_gets_a_clear_page(
    site: Site, path: str, headers: dict[str, str], status: int
) -> None:
    answer = site.get(path, headers=headers)
    assert answer.status_code == status
    assert "Code d’assistance" in said(answer)


def test_an_oversized_form_gets_a_clear_page_and_is_not_read(site: Site) -> None:
    path = site.arrive("low")
    for form in ({"secret": "a" * 70_000}, {f"f{n}": "x" for n in range(60)}):
        answer = site.post(f"{path}/password", **form)
        assert answer.status_code == 413
        assert "trop volumineux" in said(answer)
    assert not site.hub.password.attempts


def test_a_nul_sign_never_reaches_a_method(site: Site) -> None:
    path = site.arrive("low")
    site.sign_in(path, identifier="an\0n")
    assert site.session()


def test_every_answer_carries_the_guards_browsers_keep(site: Site) -> None:
    for path in ("/", "/help", "/nowhere", "/health/live", site.arrive("low")):
        headers = site.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy and "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "publickey-credentials-get=(self)" in headers["Permissions-Policy"]


def test_a_form_of_a_login_may_end_at_the_service_and_nowhere_else(site: Site) -> None:
    policy = site.get(site.arrive("low")).headers["Content-Security-Policy"]
    assert "form-action 'self' https://low.test;" in policy
    assert "form-action 'self';" in site.get("/").headers["Content-Security-Policy"]


def test_the_address_of_a_login_is_told_to_nobody(site: Site) -> None:
    assert site.get(site.arrive("low")).headers["Referrer-Policy"] == "no-referrer"


def test_no_page_holds_inline_script_or_style_or_a_foreign_address(site: Site) -> None:
    for path in ("/", "/help", "/nowhere", site.arrive("low")):
        text = site.get(path).text
        assert "<script" not in text and "style=" not in text and "<style" not in text
        assert " on" + "click" not in text
        assert 'src="http' not in text and 'href="http' not in text


def test_what_the_service_or_the_address_says_is_never_markup(tmp_path: Path) -> None:
    site = make(tmp_path, connected("<b>low"))
    path = site.arrive("<b>low", expected='"><script>alert(1)</script>{{7*7}}')
    page = site.get(path)
    assert "<script>" not in page.text and "<b>" not in page.text.lower()
    assert "{{7*7}}" in page.text


@pytest.mark.parametrize(
    "back",
    ["//evil.test", "https:evil.test", "/\\evil.test", "/\t/evil.test", "\\\\evil", "/a\r\nX: y"],
)
def test_a_way_back_never_leaves_the_hub(site: Site, back: str) -> None:
    assert site.post("/language/en", back=back).location == "/"


def test_a_language_chosen_is_kept_and_leads_back(site: Site) -> None:
    assert site.post("/language/en", back="/help").location == "/help"
    assert "Support code" in said(site.get("/nowhere"))


def test_the_first_page_binds_the_browser_and_its_pictures_do_not(site: Site) -> None:
    picture = site.another().get("/", base_url=ADDRESS, headers={"Sec-Fetch-Dest": "image"})
    page = site.another().get("/", base_url=ADDRESS, headers={"Sec-Fetch-Dest": "document"})
    assert "Set-Cookie" not in picture.headers
    assert "__Host-browser" in page.headers["Set-Cookie"]
