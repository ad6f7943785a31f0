"""Serves the simulator of a region: `python -m hub_plugins.demo.psc --folder var/demo`."""

import argparse
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread

import httpx
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from ..region import DemoError
from .issuer import make_issuer
from .provider import Provider
from .settings import Simulated, port, simulated
from .wallet import make_wallet

PATIENCE = 5.0
"""Seconds a client may take to hear that a session is over."""


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The path alone: queries here hold codes and tokens."""
        self.log("info", '"%s %s" %s', self.command, self.path.partition("?")[0], code)


def servers(told: Simulated) -> tuple[BaseWSGIServer, BaseWSGIServer]:
    provider = Provider(told, time.time, post)
    apps = ((told.auth, make_issuer(provider, time.sleep)), (told.wallet, make_wallet(provider)))
    first, second = (
        make_server("127.0.0.1", port(at), app, threaded=True, request_handler=Quiet)
        for at, app in apps
    )
    return first, second


def post(address: str, form: dict[str, str]) -> None:
    with suppress(httpx.HTTPError):
        httpx.post(address, data=form, timeout=PATIENCE)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m hub_plugins.demo.psc")
    parser.add_argument("--folder", type=Path, required=True)
    try:
        issuer, wallet = servers(simulated(parser.parse_args().folder))
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    Thread(target=issuer.serve_forever, daemon=True).start()
    wallet.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
