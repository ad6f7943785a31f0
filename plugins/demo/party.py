"""What one demo service is, and the process that serves it: `python -m hub_plugins.demo.party`."""

import argparse
import secrets
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.serving import make_server

from hub import value

KINDS = {"medimail": "message", "emage": "study"}
"""The demo services, and the word in the path of their records: `/message/42`."""


@value
class Site:
    """What any demo service knows of itself, whichever protocol it speaks."""

    name: str
    title: str
    address: str
    """Its own address, without a trailing slash."""
    issuer: str
    """The hub's address."""
    key: str
    """Signs its own cookie."""
    record: str
    """The word in the path of its records."""

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 80


@value
class Party(Site):
    """One relying party, as its own side knows it."""

    client_id: str
    client_secret: str
    acr: str | None
    """The level it wishes, by `acr_values`; it refuses a token that says less."""
    accepted: tuple[str, ...] = ()


STRONG = ("urn:hub:acr:strong", "urn:hub:acr:certified")


def party(folder: Path, name: str) -> Party:
    """Read the service *name* of the region in *folder*, from its hub.toml."""
    region = tomllib.loads((folder / "hub.toml").read_text(encoding="utf-8"))
    service = region["service"][name]
    launch = urlsplit(service["launch"])
    strong = service["minimum"] == "strong"
    return Party(
        name=name,
        title=service["title"],
        address=f"{launch.scheme}://{launch.netloc}",
        issuer=region["public_address"],
        client_id=service["oidc"]["client_id"],
        client_secret=secret_of(folder / "services" / f"{name}.secret"),
        key=secret_of(folder / "services" / f"{name}.cookie"),
        record=KINDS[name],
        acr=STRONG[0] if strong else None,
        accepted=STRONG if strong else (),
    )


def secret_of(file: Path) -> str:
    """The secret in *file*; made at the first call, readable by its owner alone."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()


def main() -> None:
    from hub_plugins.demo.pages import make_party  # Flask is not needed to read a region

    parser = argparse.ArgumentParser(prog="python -m hub_plugins.demo.party")
    parser.add_argument("name", choices=sorted(KINDS))
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    served = party(given.folder, given.name)
    make_server("127.0.0.1", served.port, make_party(served), threaded=True).serve_forever()


if __name__ == "__main__":
    main()
