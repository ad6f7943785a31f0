"""« Diagnostic de mon poste »: checked, told in words, noted under a code without saying whose."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from hub.contract.workstation import Check, Verdict, WorkstationChecks
from hub.testing.people import ANN
from hub.web.checks_here import OWN, fitness
from hub.web.site import make_site
from hub.web.words import Words, read_words
from hub_plugins.methods.cps.workstation import CHECKS
from tests.web.desk import Furnished, furnish
from tests.web.site import ADDRESS, SAME, WEB, said

ROOT = Path(__file__).parents[2]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
NOTED = "workstation.checked"


@pytest.fixture
def portal(tmp_path: Path) -> Furnished:
    return furnish(tmp_path)


def noted(portal: Furnished, **fields: str) -> TestResponse:
    return portal.post("/diagnostic", **fields)


def details(portal: Furnished) -> dict[str, str]:
    (entry,) = [each for each in portal.hub.records.trail if each.action == NOTED]
    return dict(entry.details)


def test_the_code_on_the_page_finds_the_results_in_the_supports_console(portal: Furnished) -> None:
    page = noted(portal, script="runs", clock="behind")
    code = re.search(r'<strong class="code">([0-9A-Z]{4}-[0-9A-Z]{2})</strong>', page.text)
    assert code and "L’horloge du poste retarde" in said(page)
    assert "Réglez l’heure sur « automatique »" in said(page).replace("\u00a0", " ")
    portal.enter(strong=True)
    portal.grant(ANN.id, "console.support")
    found = said(portal.get(f"/console/support?code={code[1]}"))
    assert "Diagnostic du poste" in found
    assert "Horloge du poste L’horloge du poste retarde" in found


def test_nothing_noted_says_who_it_was(portal: Furnished) -> None:
    portal.enter()
    noted(portal, script="runs", clock="right", name="Ann", mail="ann@hub.test")
    (entry,) = [each for each in portal.hub.records.trail if each.action == NOTED]
    assert entry.account is None and entry.login is None
    assert set(entry.details) == {*(each.name for each in OWN), "device"}


@pytest.mark.parametrize("sent", ["<script>", "yes", "x" * 10_000, "kept", ""])
def test_what_is_no_outcome_is_never_kept(portal: Furnished, sent: str) -> None:
    page = noted(portal, clock=sent, script=sent)
    assert (details(portal)["clock"], details(portal)["script"]) == ("unchecked", "off")
    assert "<script>" not in page.text.partition("<main")[2].partition("</main>")[0]


def test_cookies_are_known_by_whether_they_come_back_and_by_nothing_else(
    portal: Furnished,
) -> None:
    first = portal.site.another()
    page = first.get("/diagnostic", base_url=ADDRESS)
    assert "seront vérifiés quand vous demanderez le code" in said(page)
    assert first.get("/diagnostic/now", base_url=ADDRESS).get_json()["kept"] is True
    without = portal.site.app.test_client(use_cookies=False)
    assert without.get("/diagnostic/now", base_url=ADDRESS).get_json()["kept"] is False
    # Where cookies are refused every form fails but this one, which says so.
    page = without.post("/diagnostic", data={"cookies": "kept"}, base_url=ADDRESS, headers=SAME)
    assert page.status_code == 200 and "refuse les cookies" in said(page)
    assert details(portal)["cookies"] == "refused"


def test_another_sites_form_notes_nothing(portal: Furnished) -> None:
    strange = {"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"}
    sent = portal.site.client.post("/diagnostic", base_url=ADDRESS, headers=strange)
    assert sent.status_code == 403
    assert NOTED not in portal.actions()


def test_a_network_that_notes_without_end_is_stopped(portal: Furnished) -> None:
    portal.hub.throttle.limits["begin"] = 3
    pages = [noted(portal, script="runs") for _ in range(4)]
    assert [each.status_code for each in pages] == [200, 200, 200, 429]
    assert '<strong class="code">' not in pages[-1].text
    assert portal.actions().count(NOTED) == 3
    # Whoever reads it is not left with nothing: the results stand there, and a way on.
    assert "JavaScript fonctionne" in said(pages[-1]) and "Refaire le diagnostic" in said(pages[-1])


def test_the_hour_of_the_hub_is_told_to_the_script(portal: Furnished) -> None:
    now = portal.get("/diagnostic/now").get_json()["now"]
    assert now == int(portal.hub.now.timestamp() * 1000)


@pytest.mark.parametrize(
    ("agent", "outcome"),
    [
        (FIREFOX, "fit"),
        (FIREFOX.replace("Firefox/128.0", "Firefox/119.0"), "old"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/123.0.0.0 Safari/537.36", "fit"),
        ("Mozilla/5.0 (Windows NT 6.1) Chrome/109.0.0.0 Safari/537.36 Edg/109.0", "old"),
        ("Mozilla/5.0 (Macintosh) Version/17.4.1 Safari/605.1.15", "old"),
        ("Mozilla/5.0 (iPhone) Version/17.5 Mobile/15E148 Safari/604.1", "fit"),
        ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "old"),
        ("curl/8", "unknown"),
        ("Firefox/" + "9" * 500, "unknown"),
    ],
)
def test_a_browser_fits_from_the_version_that_draws_our_pages(agent: str, outcome: str) -> None:
    assert fitness(agent) == outcome


@pytest.mark.parametrize(
    ("hops", "told", "outcome"),
    [
        (1, "TLSv1.3", "tls13"),
        (1, "TLSv1.1", "old"),
        (1, "nonsense", "unknown"),
        (1, "", "unknown"),
        # Nobody stands before the hub: the browser wrote that header itself.
        (0, "TLSv1.3", "unknown"),
    ],
)
def test_the_encryption_is_what_a_trusted_proxy_says(
    portal: Furnished, hops: int, told: str, outcome: str
) -> None:
    portal.site.parts.cookies._hops = hops
    portal.site.client.post("/diagnostic", base_url=ADDRESS, headers={**SAME, "Hub-Tls": told})
    assert details(portal)["line"] == outcome


class Reading:
    """A method that works through a program on the workstation."""

    def workstation_checks(self) -> WorkstationChecks:
        outcomes = {"unchecked": Verdict.UNKNOWN, "there": Verdict.GOOD}
        check = Check(name="reader", outcomes=outcomes)
        return WorkstationChecks(checks=[check], script="x.js", address="http://127.0.0.1:42917")


class Broken(Reading):
    def workstation_checks(self) -> WorkstationChecks:
        raise RuntimeError("broken")


@pytest.fixture
def region(tmp_path: Path) -> Furnished:
    """With words and a script for the reader."""
    portal = furnish(tmp_path)
    own = tmp_path / "fakes"
    (own / "static").mkdir()
    (own / "static/x.js").write_text("")
    text = "".join(
        f'\nmsgid "diagnostic.reader{end}"\nmsgstr "Lecteur{end}"\n'
        for end in ("", ".unchecked", ".there")
    )
    for tag in ("fr", "en"):
        with (own / "locale" / f"{tag}.po").open("a", encoding="utf-8") as file:
            file.write(text)
    words = read_words({"hub": WEB, "fakes": own}, ("fr", "en"), strict=True)
    return furnish_again(portal, words)


def furnish_again(portal: Furnished, words: Words) -> Furnished:
    portal.site.parts = replace(portal.site.parts, words=words)
    portal.site.app = make_site(portal.site.parts, portal.desk)
    portal.site.client = portal.site.another()
    return portal


def lend(portal: Furnished, method: type[Reading]) -> None:
    mixed = type("Mixed", (method, type(portal.phone)), {})
    portal.phone.__class__ = mixed


def test_a_methods_own_checks_join_and_the_page_may_speak_to_its_program(
    region: Furnished,
) -> None:
    lend(region, Reading)
    page = region.get("/diagnostic")
    assert 'data-check="fakes.reader"' in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "connect-src 'self' http://127.0.0.1:42917;" in policy
    sent = region.site.post("/diagnostic", **{"fakes.reader": "there"})
    assert "Lecteur.there" in said(sent)
    assert details(region)["fakes.reader"] == "there"
    # What was noted asks nobody any more.
    assert "connect-src 'self';" in sent.headers["Content-Security-Policy"]


def test_a_method_that_breaks_leaves_the_other_checks(region: Furnished) -> None:
    lend(region, Broken)
    page = region.get("/diagnostic")
    assert page.status_code == 200 and "fakes.reader" not in page.text


@pytest.mark.parametrize("tag", ["fr", "en"])
def test_every_outcome_has_its_words_and_every_bad_one_its_next_step(tag: str) -> None:
    folders = {"hub": WEB, "cps": ROOT / "plugins/methods/cps"}
    words = read_words(folders, (tag,), strict=True)
    for owner, checks in (("hub", OWN), ("cps", CHECKS)):
        for check in checks:
            assert words.text(tag, f"diagnostic.{check.name}", owner)
            for outcome, verdict in check.outcomes.items():
                key = f"diagnostic.{check.name}.{outcome}"
                assert words.text(tag, key, owner)
                assert words.has(f"{key}.next", owner) is (verdict is Verdict.BAD), key


def test_the_page_is_found_where_it_is_needed(portal: Furnished) -> None:
    for path in ("/", "/help", "/nothing-here"):
        assert 'href="/diagnostic"' in portal.get(path).text, path
