"""Lays the pictures of every state into docs/screenshots, with a page that shows the main ones.

python -m tests.peers.browser.album, after the states were looked at: `make screenshots`.
"""

import shutil
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from tests.peers.browser.every_state import every_state
from tests.peers.browser.judge import PICTURES
from tests.peers.browser.state import State

ALBUM = Path(__file__).parents[3] / "docs/screenshots"
MAIN = (
    "front",
    "signin",
    "signin-wrong",
    "terms",
    "situation",
    "step-up",
    "code-sent",
    "barred-no-means",
    "services",
    "services-favourites",
    "manage",
    "service",
    "level",
    "notices",
    "account",
    "sessions",
    "console-people",
    "console-support-found",
    "operator-audit-found",
    "help",
    "left",
)
"""Kept beside the code; all others are made by `make screenshots` and kept by nobody."""
_ENDS = ("", "-narrow")
_HEAD = """# What it looks like

The main pages, in French, wide and light. `make screenshots` makes all of them again, each also
narrow and dark, and lists them in `all.md`.
"""


def readme() -> str:
    names = {each.name for each in every_state()}
    gone = [each for each in MAIN if each not in names]
    if gone:
        raise LookupError(f"no such states: {gone}")
    return "\n".join([_HEAD, *(f"## {name}\n\n![{name}]({name}.png)\n" for name in MAIN)])


def whole() -> str:
    """Every state by its page; those that were not looked at are left out."""
    return "# Every state\n" + "".join(_rows(sorted(every_state(), key=_page)))


def _rows(states: Sequence[State]) -> Iterator[str]:
    for page, group in groupby(states, key=_page):
        yield f"\n## `{page}`\n"
        for each in group:
            shown = [f"{each.name}{end}.png" for end in _ENDS]
            there = [name for name in shown if (PICTURES / name).exists()]
            yield f"\n{each.name}: " + " ".join(f"[{name}]({name})" for name in there) + "\n"


def _page(state: State) -> str:
    return state.rule or "no address"


def main() -> None:
    ALBUM.mkdir(exist_ok=True)
    for state in every_state():
        for end in _ENDS:
            made = PICTURES / f"{state.name}{end}.png"
            if made.exists():
                shutil.copyfile(made, ALBUM / made.name)
    (ALBUM / "README.md").write_text(readme(), encoding="utf-8")
    (ALBUM / "all.md").write_text(whole(), encoding="utf-8")


if __name__ == "__main__":
    main()
