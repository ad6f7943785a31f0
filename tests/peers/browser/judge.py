"""Looks at a page as three strangers would: axe-core, a narrow dark telephone, a photographer."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from tests.peers.browser.tab import NARROW, WIDE
from tests.peers.parts import NODE_FOLDER, node_module

PICTURES = Path(__file__).parents[3] / "var/screenshots"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = """async (tags) => {
  const found = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  return found.violations.map((each) =>
    `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}"""
_OVERFLOW = """() => [...document.querySelectorAll("body *")]
  .filter((each) => document.documentElement.scrollWidth > innerWidth
    && each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.tagName.toLowerCase() + "." + each.className).slice(0, 5)"""
_WIDTH = "() => document.documentElement.scrollWidth"


def accessible(page: Page, moment: str) -> list[str]:
    """What WCAG 2.2 A and AA, as far as a machine can tell, has against this page."""
    page.evaluate(axe_source())
    return [f"{moment}: {each}" for each in page.evaluate(_RUN, STANDARD)]


def wide_and_light(page: Page, name: str) -> list[str]:
    page.screenshot(path=_picture(name), full_page=True)
    return accessible(page, "light")


def narrow_and_dark(page: Page, name: str) -> list[str]:
    """320 CSS pixels: a telephone, or 400 % zoom on a screen of 1280."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(NARROW)
    page.screenshot(path=_picture(f"{name}-narrow"), full_page=True)
    return accessible(page, "dark") + fits(page, "narrow")


def wide_again(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)


def fits(page: Page, moment: str) -> list[str]:
    """Nobody scrolls sideways to read."""
    width = page.evaluate(_WIDTH)
    beyond = page.evaluate(_OVERFLOW)
    return [f"{moment}: {width} px wide, because of {beyond}"] if width > NARROW["width"] else []


def _picture(name: str) -> Path:
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES / f"{name}.png"


@cache
def axe_source() -> str:
    node_module("axe-core")
    return (NODE_FOLDER / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
