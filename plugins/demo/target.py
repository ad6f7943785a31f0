"""A hub for the OpenID Foundation's conformance suite: `python -m hub_plugins.demo.target`."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from .party import secret_of
from .region import HUB, DemoError, run_hub
from .target_keys import certificate, client_keys
from .target_plans import Examined, Known, plans
from .target_settings import configuration

LOGIN: Final = "ann.martin"
PASSWORD: Final = "violet-harbour-ladder-nineteen"  # noqa: S105 - printed on purpose
ANN: Final = f"""
[[person]]
login = "{LOGIN}"
given_name = "Ann"
family_name = "Martin"
mail = "ann.martin@hub.example"
mobile = "+33639980101"
secrets = {{ password = "{PASSWORD}" }}
attributes = {{ name = ["Ann Martin"], preferred_username = ["ann.martin"], locale = ["fr-FR"], \
zoneinfo = ["Europe/Paris"], address = ["1 rue du Port, 59000 Lille"], middle_name = ["Claire"], \
nickname = ["Annie"], profile = ["https://hub.example/ann"], website = ["https://hub.example/"], \
picture = ["https://hub.example/ann.png"], gender = ["female"], birthdate = ["1970-01-31"], \
updated_at = ["1767225600"] }}
"""
"""Every claim of OpenID Connect Core 5.1: the suite warns of each that a scope does not show."""


def main(argv: Sequence[str] | None = None) -> int:
    given = parser().parse_args(argv)
    try:
        prepare(given)
    except (DemoError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    chain, key = _certificate(given)
    print(_notice(given, chain), flush=True)
    trusted = {"SSL_CERT_FILE": given.authorities} if given.authorities else {}
    options = ["--tls-certificate", str(chain), "--tls-key", str(key)]
    words = [*HUB, "serve", "--config", str(given.folder / "hub.toml"), *options]
    os.execve(words[0], words, {**os.environ, **trusted})  # noqa: S606 - our own interpreter
    return 0  # unreachable: the hub has taken this process's place


def prepare(given: argparse.Namespace) -> None:
    """Write hub.toml, the plans and the one account; secrets and keys are kept from before."""
    given.folder.mkdir(parents=True, exist_ok=True)
    hub = examined(given)
    text = configuration(hub, given.listen, given.authorities)
    (given.folder / "hub.toml").write_text(text, encoding="utf-8")
    (given.folder / "people.toml").write_text(ANN, encoding="utf-8")
    for name, plan in plans(hub).items():
        file = given.folder / "plans" / f"{name}.json"
        file.parent.mkdir(mode=0o700, exist_ok=True)
        file.write_text(json.dumps(plan, indent=2), encoding="utf-8")
    config = str(given.folder / "hub.toml")
    run_hub("setup", "--config", config)
    run_hub("account", "import", str(given.folder / "people.toml"), "--config", config)


def examined(given: argparse.Namespace) -> Examined:
    services = given.folder / "services"

    def known(name: str) -> Known:
        return Known(client_id=name, secret=secret_of(services / f"{name}.secret"))

    def proving(name: str) -> Known:
        return Known(client_id=name, jwks=client_keys(services / f"{name}.json"))

    return Examined(
        issuer=given.address.rstrip("/"),
        suite=given.suite.rstrip("/"),
        alias=given.alias,
        login=LOGIN,
        password=PASSWORD,
        basic=(known("basic"), known("basic2")),
        told=known("told"),
        post=known("post"),
        high=(proving("high"), proving("high2")),
    )


def _certificate(given: argparse.Namespace) -> tuple[Path, Path]:
    if given.certificate and given.key:
        return given.certificate, given.key
    return certificate(given.folder, urlsplit(given.address).hostname or "localhost")


def _notice(given: argparse.Namespace, chain: Path) -> str:
    return "\n".join(
        [
            "",
            f"  issuer       {given.address}",
            f"  certificate  {chain}",
            f"  sign in as   {LOGIN}  {PASSWORD}",
            f"  plans        {given.folder / 'plans'}/*.json (see docs/conformance.md)",
            "",
        ]
    )


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m hub_plugins.demo.target", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("var/conformance"))
    parser.add_argument("--address", default="https://localhost:9443", help="the issuer")
    parser.add_argument("--listen", default="0.0.0.0:9443")
    parser.add_argument("--suite", default="https://localhost.emobix.co.uk:8443")
    parser.add_argument("--alias", default="hub", help="of the test plans")
    parser.add_argument("--certificate", type=Path, help="PEM; without it one is made to try with")
    parser.add_argument("--key", type=Path, help="PEM")
    parser.add_argument("--authorities", default="", help="PEM; whom the hub trusts for the suite")
    return parser


if __name__ == "__main__":
    sys.exit(main())
