"""Runs the demo region: `python -m hub_plugins.demo serve --folder var/demo`."""

import argparse
import os
import socket
import sys
import tomllib
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from .card.issue import FOLDER
from .children import Child, Children
from .notice import notice
from .party import KINDS
from .psc.settings import simulated
from .region import HUB, DemoError, make_region, ports
from .saml_party import METADATA, NAME


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m hub_plugins.demo", description=__doc__)
    parser.add_argument("verb", choices=["serve"])
    parser.add_argument("--folder", type=Path, default=Path("var/demo"))
    given = parser.parse_args(argv)
    try:
        return serve(given.folder)
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def serve(folder: Path) -> int:
    """Until Ctrl-C, or until one of the processes ends by itself."""
    listening = ports(os.environ)
    _free(listening)
    say("Préparation de la région de démonstration…")
    make_region(folder, listening)
    addresses = _addresses(folder, listening)
    say(notice(addresses["hub"], {title: at for title, at in addresses.items() if title != "hub"}))
    children = Children(folder / "logs")
    children.start(_children(folder), os.environ)
    try:
        return _watch(children, addresses["hub"])
    finally:
        children.stop()


def _free(listening: Mapping[str, int]) -> None:
    for port in listening.values():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise DemoError(
                    f"Port {port} is taken: stop what listens there, or set HUB_DEMO_PORT."
                ) from None


def _addresses(folder: Path, listening: Mapping[str, int]) -> Mapping[str, str]:
    if not all((folder / each).exists() for each in ("psc.toml", METADATA, FOLDER)):
        raise DemoError(f"{folder} was made by an earlier version: `make demo-reset`, then again.")
    region = tomllib.loads((folder / "hub.toml").read_text(encoding="utf-8"))
    hub: str = region["public_address"]
    if urlsplit(hub).port != listening["HUB"]:
        raise DemoError(
            f"{folder} was made for {hub}: set HUB_DEMO_PORT accordingly, or `make demo-reset`."
        )
    served = [each for each in region["service"].values() if "launch" in each]
    launches = {each["title"]: urlsplit(each["launch"]) for each in served}
    opened = {title: f"{at.scheme}://{at.netloc}/" for title, at in launches.items()}
    wallet = simulated(folder).wallet
    reader = f"http://127.0.0.1:{listening['CARD']}/simulator"
    simulated_parts = {
        "Pro Santé Connect (simulation)": f"{wallet}/",
        "Lecteur de cartes (démonstration)": reader,
    }
    return {"hub": hub, **opened, **simulated_parts}


def _children(folder: Path) -> Sequence[Child]:
    party = (sys.executable, "-m", "hub_plugins.demo.party")
    psc = (sys.executable, "-m", "hub_plugins.demo.psc", "--folder", str(folder))
    saml = (sys.executable, "-m", "hub_plugins.demo.saml_party", "--folder", str(folder))
    region = tomllib.loads((folder / "hub.toml").read_text(encoding="utf-8"))
    port = region["plugin"]["cps"]["agent"]["port"]
    reader = ("card-agent", "--software", str(folder / FOLDER), "--language", "fr")
    agent = (*HUB, *reader, "--hub", region["public_address"], "--port", str(port))
    return (
        Child(name="hub", command=(*HUB, "serve", "--config", str(folder / "hub.toml"))),
        Child(name="psc", command=psc),
        Child(name="card", command=agent),
        Child(name=NAME, command=saml),
        *(Child(name=name, command=(*party, name, "--folder", str(folder))) for name in KINDS),
    )


def _watch(children: Children, hub: str) -> int:
    ready = False
    while not children.told.wait(0.3):
        if name := children.ended():
            say(f"« {name} » s’est arrêté ; ses derniers mots :\n{children.last_words(name)}")
            return 1
        if not ready and (ready := _answers(f"{hub}/health/ready")):
            say(f"Prêt : {hub}   (Ctrl-C arrête tout)")
    say("Arrêt…")
    return 0


def _answers(address: str) -> bool:
    with (
        suppress(OSError),
        urllib.request.urlopen(address, timeout=2) as response,  # noqa: S310 - our own hub
    ):
        return bool(response.status == 200)
    return False


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
