"""What the demo prints: addresses, and who may sign in how."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from hub import Command, Toolbox

from .pki.command import main as pki

FILE = Path(__file__).with_name("people.toml")
PASSWORD = "quatre-chats-sur-le-toit"  # noqa: S105 - printed on purpose: nobody in the demo is real


def people() -> str:
    """The people of the region, in the form `hub account import` reads."""
    return FILE.read_text(encoding="utf-8").replace("@PASSWORD@", PASSWORD)


def notice(hub: str, services: Mapping[str, str]) -> str:
    """Everything a newcomer needs; *services* are addresses by title."""
    titles = {
        "Portail": hub,
        **services,
        "Boîte de réception (mails et SMS)": f"{hub}/apps/console/",
    }
    width = max(map(len, titles))
    addresses = [f"  {title.ljust(width)}  {address}" for title, address in titles.items()]
    desktop = "  Le logiciel de la pharmacie, sur ce poste : make demo-pharmacy"
    card = (
        "  La carte CPS de chacun : dans le lecteur de démonstration ; son code est 1234\n"
        "  L’e-CPS de chacun : « S’identifier avec Pro Santé Connect »"
    )
    everybody = _table(tomllib.loads(people())["person"])
    return "\n".join(["", *addresses, "", desktop, card, "", *everybody, ""])


def command(toolbox: Toolbox) -> Command:
    def run(words: Sequence[str]) -> int:
        if words[:1] == ["pki"]:
            return pki(words[1:])
        launches = {
            s.tile.title: urljoin(s.launch.address, "/")
            for s in toolbox.services.values()
            if s.tile and s.launch
        }
        print(notice(toolbox.public_address, launches))
        return 0

    return Command(
        name="demo", summary="who may sign in to the demo region; `demo pki FOLDER`", run=run
    )


def _table(everybody: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    width = max(len(person["login"]) for person in everybody)
    for person in everybody:
        yield f"  {person['login'].ljust(width)}  {PASSWORD}  {person['story']}"
        if "totp" in person["secrets"]:
            yield f"  {' ' * width}  clé de l’application : {person['secrets']['totp']}"
