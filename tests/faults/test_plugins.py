"""A plugin unknown, disabled, broken, twice or hanging: said, contained, and others go on."""

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import EntryPoint
from threading import Thread

import pytest

from hub import cli
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import MethodName
from tests.faults.fragile import SECRET, Hanging, Plugin, breaks, install
from tests.faults.rough import rough
from tests.faults.told import SUPPORT, assert_clear, says
from tests.faults.watch import Watch
from tests.faults.ways import (
    assert_arrived,
    at_second_step,
    by_mail,
    sound,
    with_app,
)
from tests.flows.browser import Browser, Page
from tests.flows.region import EMAGE, HUB, Region
from tests.flows.steps import with_password

pytestmark = pytest.mark.slow
PLUGINS, METHODS = '"console", "demo"]', '"totp", "sent_code"]'


def edited(region: Region, *changes: tuple[str, str]) -> None:
    file = region.folder / "hub.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")


def checked(region: Region, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    status = cli.main(["check", "--config", str(region.folder / "hub.toml")])
    return status, capsys.readouterr().err


@pytest.fixture
def fragile(region: Region, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> Plugin:
    """The region with one method more, through which somebody has passed."""
    plugin = install(monkeypatch)
    edited(
        region,
        (PLUGINS, '"console", "fragile", "demo"]'),
        (METHODS, '"totp", "sent_code", "fragile"]'),
    )
    region.restart()
    browser = region.browser()
    assert_arrived(proved(browser, at_fragile(browser, at_second_step(browser))))
    watch.begin()
    return plugin


def at_fragile(browser: Browser, page: Page) -> Page:
    return browser.submit(page.form(to="/fragile"), {"begin": "1"})


def proved(browser: Browser, page: Page) -> Page:
    return browser.submit(page.form(to="/fragile"), {"answer": "1"})


def told_under(region: Region, page: Page) -> Sequence[AuditEntry]:
    code = SUPPORT.search(page.words)
    assert code, page.words
    return region.app.trail.by_support(code[0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((PLUGINS, '"console", "nobody", "demo"]'), "'nobody': enabled but not installed"),
        ((PLUGINS, '"console", "twice", "demo"]'), "'twice': offered by several packages"),
        ((PLUGINS, '"console", "broken", "demo"]'), "'broken': ModuleNotFoundError"),
        (('"sent_code", "totp"', '"sent_code"'), "methods: 'totp' is contributed by no enabled"),
    ],
)
def test_a_set_of_plugins_that_cannot_work_serves_nobody_and_loses_nothing(
    region: Region,
    watch: Watch,
    change: tuple[str, str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    twice = [EntryPoint("twice", "tests.faults.fragile:PLUGIN", "hub")] * 2
    install(monkeypatch, *twice, EntryPoint("broken", "no.such.module:plugin", "hub"))
    assert checked(region, capsys)[0] == 0
    sound(region)
    watch.begin()
    browser = region.browser()
    page = at_second_step(browser)
    edited(region, change)
    status, said = checked(region, capsys)
    assert status == 2 and words in said and "Traceback" not in said
    watch.assert_a_password_opened_nothing_more()
    edited(region, (change[1], change[0]))
    assert checked(region, capsys)[0] == 0
    region.restart()
    assert_arrived(with_app(region, browser, page))


def ends_without_it(region: Region, watch: Watch, method: str) -> None:
    """The operator takes the plugin out; the others let people in."""
    edited(region, ('"console", "fragile", "demo"]', PLUGINS))
    edited(region, (f'"totp", "sent_code", {method}]', METHODS))
    region.restart()
    browser = region.browser()
    assert_arrived(with_app(region, browser, at_second_step(browser)))
    watch.assert_one_is_in()


def test_a_plugin_that_breaks_while_it_is_entered_is_named(
    region: Region, watch: Watch, fragile: Plugin, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(region, capsys)[0] == 0
    fragile.entering = breaks
    status, said = checked(region, capsys)
    assert status == 2 and "plugin 'fragile', hook authentication_methods" in said
    assert "Traceback" not in said
    watch.assert_nobody_is_in()
    ends_without_it(region, watch, '"fragile"')


def test_a_method_with_the_name_of_a_page_of_the_login_serves_nobody(
    region: Region, watch: Watch, fragile: Plugin, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(region, capsys)[0] == 0
    fragile.method.card = replace(fragile.method.card, name=MethodName("complete"))
    edited(region, ('"sent_code", "fragile"]', '"sent_code", "complete"]'))
    status, said = checked(region, capsys)
    assert status == 2 and "plugins: 'fragile': the method 'complete'" in said
    watch.assert_nobody_is_in()
    ends_without_it(region, watch, '"complete"')


def test_a_method_disabled_in_the_middle_of_a_login_leaves_the_others(
    region: Region, watch: Watch
) -> None:
    sound(region)
    watch.begin()
    browser = region.browser()
    page = at_second_step(browser)
    old = page if page.has("code") else browser.submit(page.form(to="/totp"), {"begin": "1"})
    edited(region, ('"sent_code", "totp"', '"sent_code"'), (METHODS, '"sent_code"]'))
    region.restart()
    page = browser.submit(old.form(asking="code", to="/totp"), {"code": region.totp()})
    assert not any(form.action.endswith("/totp") for form in page.forms())
    watch.assert_a_password_opened_nothing_more()
    assert_arrived(by_mail(region, browser, page))
    watch.assert_one_is_in()


@pytest.mark.parametrize("where", ["beginning", "advancing"])
def test_a_method_that_breaks_is_said_and_another_ends_the_login(
    region: Region, watch: Watch, fragile: Plugin, where: str
) -> None:
    browser = region.browser()
    page = at_second_step(browser)
    if where == "advancing":
        page = at_fragile(browser, page)
    setattr(fragile.method, where, breaks)
    answer = at_fragile(browser, page) if where == "beginning" else proved(browser, page)
    assert answer.status == 500 and says(answer, "error.500.why")
    assert_clear(answer)
    assert SECRET not in answer.text
    # The code on the page finds the line: somebody on the telephone can be told what broke.
    (line,) = [each for each in told_under(region, answer) if each.action == "method.failed"]
    assert line.details == {"place": "fragile", "kind": "RuntimeError"}
    watch.assert_a_password_opened_nothing_more()
    page = browser.follow(answer, "Recommencer")
    assert_arrived(with_app(region, browser, page))
    watch.assert_one_is_in()


def test_a_method_drawn_at_once_that_breaks_leaves_the_page_to_the_others(
    region: Region, watch: Watch, fragile: Plugin
) -> None:
    fragile.method.card = replace(fragile.method.card, immediate=True)
    edited(region, ('methods = ["psc", "password", ', 'methods = ["fragile", "password", '))
    edited(region, ('"sent_code", "fragile"]', '"sent_code"]'))
    region.restart()
    fragile.method.beginning = breaks
    browser = region.browser()
    page = at_second_step(browser)
    assert page.status == 200
    watch.assert_a_password_opened_nothing_more()
    assert_arrived(with_app(region, browser, page))


def test_a_method_that_cannot_say_what_it_is_good_for_is_not_offered(
    region: Region, watch: Watch, fragile: Plugin
) -> None:
    fragile.method.looking = breaks
    browser = region.browser()
    page = at_second_step(browser)
    assert page.status == 200
    assert not any(form.action.endswith("/fragile") for form in page.forms())
    watch.assert_a_password_opened_nothing_more()
    assert_arrived(with_app(region, browser, page))


def test_while_a_method_hangs_others_sign_in_and_its_login_may_end_another_way(
    region: Region, watch: Watch, fragile: Plugin
) -> None:
    browser = region.browser()
    page = at_fragile(browser, at_second_step(browser))
    hanging = Hanging()
    fragile.method.advancing = hanging
    answers: list[Page] = []
    stuck = Thread(target=lambda: answers.append(proved(browser, page)))
    stuck.start()
    try:
        assert hanging.reached.wait(10)
        others = region.browser()
        at_emage = with_password(others, others.open(f"{EMAGE}/inside"), "marie.durand")
        assert at_emage.claims()["given_name"] == "Marie"
        same = rough(region)
        same.remember(browser.cookies())
        watch.begin()
        again = same.open(page.address)
        assert same.open(f"{HUB}/health/ready").status == 200
        assert_arrived(with_app(region, same, same.open(f"{again.address}?choose=1")))
    finally:
        hanging.released.set()
        stuck.join()
    assert watch.proofs() == ["totp"], "what came too late moved nothing"
    assert answers[0].status < 500
