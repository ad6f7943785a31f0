"""« Pharmacie (démonstration) »: a pharmacy's software on a desk, which opens the browser."""

import argparse
import os
import sys
import tomllib
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from hub import value

from .claims import told
from .loopback import Loopback, listening
from .pharmacy import Failed, Pharmacy, Visit
from .words import Catalogue, catalogues, language

RPPS: Final = "99700366240"
"""Nadia Benali's, the pharmacist of the demo region."""
PATIENCE: Final = 300.0


@value
class Desk:
    """What a person has in front of them."""

    say: Callable[[str], None]
    ask: Callable[[str], str]
    browse: Callable[[str], object]
    language: str
    words: Catalogue

    def t(self, key: str, **told: str) -> str:
        sentence = self.words.get(f"desktop.{key}", key)
        return sentence % told if told else sentence


def session(pharmacy: Pharmacy, desk: Desk, rpps: str | None) -> int:
    """From the browser's opening to the question what to close."""
    with listening(desk.language, desk.t("title"), desk.t("go_back")) as loopback:
        try:
            visit = _signed_in(pharmacy, desk, loopback, rpps)
            _inside(pharmacy, desk, loopback, visit)
        except Failed as failed:
            known = {name: text or desk.t("no_number") for name, text in failed.told.items()}
            desk.say(desk.t(f"failed.{failed.why}", **known))
            return 1
    return 0


def _signed_in(pharmacy: Pharmacy, desk: Desk, loopback: Loopback, rpps: str | None) -> Visit:
    desk.say(desk.t("title"))
    if rpps:
        desk.say(desk.t("expected", rpps=rpps))
    begun = pharmacy.begin(f"{loopback.address}/back", rpps)
    desk.say(f"{desk.t('browser')}\n  {begun.address}\n{desk.t('waiting')}")
    desk.browse(begun.address)
    answer = loopback.wait("/back", PATIENCE)
    if answer is None:
        raise Failed("nobody")
    visit = pharmacy.finish(begun, answer, rpps)
    desk.say(desk.t("welcome", name=str(visit.claims.get("given_name", ""))))
    for each in told(visit.claims, desk.language, desk.words):
        desk.say(f"  {each.name.ljust(14)} {each.words}")
    return visit


def _inside(pharmacy: Pharmacy, desk: Desk, loopback: Loopback, visit: Visit) -> None:
    while (wish := desk.ask(desk.t("what")).strip().lower()) != "q":
        if wish == "r":
            again = pharmacy.refresh(visit)
            if again is None:
                desk.say(desk.t("over"))
                return
            visit = again
            desk.say(desk.t("refreshed"))
    # Whoever leaves a module is asked whether to keep the operator's session.
    if desk.ask(desk.t("keep")).strip().lower() != "t":
        pharmacy.forget(visit)
        desk.say(desk.t("kept"))
        return
    desk.browse(pharmacy.leaving(visit, f"{loopback.address}/bye"))
    came_back = loopback.wait("/bye", PATIENCE) is not None
    desk.say(desk.t("closed") if came_back else desk.t("unconfirmed"))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m hub_plugins.demo.desktop", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("var/demo"))
    parser.add_argument("--rpps", default=RPPS, help="the precise person; empty: anybody")
    given = parser.parse_args(argv)
    spoken = language([os.environ.get("LANG", "")])
    desk = Desk(
        say=print,
        ask=input,
        browse=webbrowser.open,
        language=spoken,
        words=catalogues()[spoken],
    )
    region = _region(given.folder)
    if "pharmacie" not in region.get("service", {}):
        print(desk.t("failed.unknown"), file=sys.stderr)
        return 1
    pharmacy = Pharmacy(
        region["public_address"], region["service"]["pharmacie"]["oidc"]["client_id"]
    )
    try:
        return session(pharmacy, desk, given.rpps or None)
    except (KeyboardInterrupt, EOFError):
        return 130
    finally:
        pharmacy.close()


def _region(folder: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads((folder / "hub.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


if __name__ == "__main__":
    sys.exit(main())
