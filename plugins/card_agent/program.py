"""`hub card-agent`: reads the card on a workstation, where there is no `hub.toml`."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import httpx

from hub import ConfigError, HubError

from .board import Board
from .cards import Cards
from .challenge import Gate
from .config import AgentConfig, configured, default_file, read
from .desk import Desk, desk_of
from .link import SCHEME, Errand, hub_of
from .server import Ear, Parts
from .signing import Signing
from .simulator import Simulator, Slips
from .software import SoftwareCards, take_issued
from .words import catalogue, spoken

PATIENCE: Final = 15.0


def main(words: Sequence[str]) -> int:
    """0 done, 1 refused. Serves until it is stopped, unless it was given a link."""
    given = _parser().parse_args(words)
    config = _config(given)
    texts = catalogue(given.language or spoken())
    if given.software:
        return _simulated(config, given.software, given.language or spoken())
    errand = _errand(given.link, config.hubs) if given.link else None
    cards, desk = _hardware(config), desk_of(given.ask or "", texts)
    board = Board(cards)
    board.start()
    signing = Signing(cards, board, desk, Gate(lambda: datetime.now(UTC)), shared=config.shared)
    if errand:
        return _run(errand, desk, signing)
    parts = Parts(hubs=config.hubs, board=board, signing=signing)
    return _serve(Ear(parts, config.port))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hub card-agent", description=__doc__)
    parser.add_argument("link", nargs="?", help="hubcard:https://…, as a page's link gives it")
    parser.add_argument("--config", type=Path, default=default_file(), help="default: %(default)s")
    parser.add_argument("--hub", action="append", metavar="ORIGIN", help="a site that may ask")
    parser.add_argument("--port", type=int)
    parser.add_argument("--module", action="append", metavar="FILE", help="a PKCS#11 module")
    parser.add_argument("--ask", choices=["window", "terminal"], help="where the PIN is asked")
    parser.add_argument("--language", choices=["fr", "en"])
    parser.add_argument("--software", type=Path, metavar="FOLDER", help="cards of a demonstration")
    return parser


def _config(given: argparse.Namespace) -> AgentConfig:
    told = {"hubs": given.hub, "port": given.port, "modules": given.module}
    return configured({**read(given.config), **{k: v for k, v in told.items() if v is not None}})


def _hardware(config: AgentConfig) -> Cards:
    """Real readers; the libraries for them are asked for here alone."""
    if missing := [name for name in ("smartcard", "pkcs11") if find_spec(name) is None]:
        raise HubError(
            f"the agent's libraries are not installed ({', '.join(missing)}): "
            "install the hub with its extra `agent`"
        )
    from pkcs11.exceptions import PKCS11Error

    from .hardware import Hardware, Softwareless
    from .modules import module_of

    module = module_of(config.modules)
    if module is None:
        return Softwareless()
    try:
        return Hardware(module)
    except (PKCS11Error, RuntimeError) as error:
        raise ConfigError("modules", f"{module} is no PKCS#11 module: {error}") from None


def _simulated(config: AgentConfig, folder: Path, language: str) -> int:
    local = ("http://localhost", "http://127.0.0.1")
    if not all(hub.startswith(local) for hub in config.hubs):
        # Its cards are files with a printed PIN: none of them may open anything real.
        raise ConfigError("hubs", "--software is for a demonstration on this machine alone")
    take_issued(folder)
    cards, slips = SoftwareCards(folder), Slips()
    board = Board(cards)
    board.start()
    signing = Signing(cards, board, slips, Gate(lambda: datetime.now(UTC)), shared=config.shared)
    parts = Parts(hubs=config.hubs, board=board, signing=signing)
    return _serve(Simulator(parts, config.port, cards, slips, catalogue(language)))


def _serve(ear: Ear) -> int:
    sys.stderr.write(f"hub card-agent: http://127.0.0.1:{ear.server_port}\n")
    sys.stderr.flush()
    try:
        ear.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        return 130
    finally:
        ear.server_close()
    return 0


def _errand(link: str, hubs: tuple[str, ...]) -> tuple[str, str]:
    found = hub_of(link, hubs)
    if found is None:
        raise HubError(
            f"not a link of a site that may ask: it begins with {SCHEME} and one of hubs"
        )
    return found


def _run(errand: tuple[str, str], desk: Desk, signing: Signing) -> int:
    with httpx.Client(timeout=PATIENCE) as client:
        outcome = Errand(desk, signing, client).run(*errand)
    sys.stderr.write(f"hub card-agent: {outcome}\n")
    return 0 if outcome == "taken" else 1
