"""`hub setup | check | serve | worker`, and the commands that plugins add."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from hub.app import CONFIG, COUNTERS, compose, prepare, shared_counters, verify
from hub.commands import cards
from hub.configuration import Configuration, read
from hub.contract.errors import ConfigError, ConfigErrors
from hub.lending import anchor_of, bell
from hub.web import logs


def add(nouns: Any, common: argparse.ArgumentParser) -> None:
    setup = nouns.add_parser("setup", parents=[common], help="make keys and tables, or renew them")
    setup.set_defaults(run=_setup)
    migrate = nouns.add_parser("migrate", parents=[common], help="bring the tables up to date")
    migrate.set_defaults(run=_setup)
    check = nouns.add_parser("check", parents=[common], help="say everything wrong at once")
    check.set_defaults(run=_check)
    serve = nouns.add_parser("serve", parents=[common], help="serve the pages, run the worker")
    serve.add_argument("--tls-certificate", type=Path)
    serve.add_argument("--tls-key", type=Path)
    serve.add_argument("--workers", type=int)
    serve.add_argument("--no-worker", action="store_true", help="the worker runs elsewhere")
    serve.set_defaults(run=_serve)
    worker = nouns.add_parser("worker", parents=[common], help="run the worker alone")
    worker.add_argument("--beside", action="store_true", help=argparse.SUPPRESS)
    worker.set_defaults(run=_worker)
    listener = nouns.add_parser("card-listener", parents=[common], help="receive cards, alone")
    listener.add_argument("--beside", action="store_true", help=argparse.SUPPRESS)
    listener.set_defaults(run=_card_listener)


def plugin_command(config: Path, name: str, words: Sequence[str]) -> int:
    """The command *name* of an enabled plugin."""
    app = compose(read(config))
    if name not in app.equipped.commands:
        known = ", ".join(sorted(app.equipped.commands)) or "none"
        raise ConfigError("plugins", f"no command {name!r}; plugins add {known}")
    return app.equipped.commands[name].run(words)


def _setup(given: argparse.Namespace) -> int:
    prepare(read(given.config))
    return 0


def _check(given: argparse.Namespace) -> int:
    """Every error of every part, then one line that says it is well."""
    configuration = read(given.config)
    errors = [*verify(configuration), *cards.tls_errors(configuration)]
    # Of this command alone: a hub that cannot write there serves and signs all the same.
    if trouble := anchor_of(configuration).trouble():
        errors.append(ConfigError("audit.anchor", f"cannot be written: {trouble}"))
    errors = errors or cards.forgery_errors(configuration)
    if errors:
        raise ConfigErrors(errors)
    print(f"{given.config}: no errors")
    return 0


def _serve(given: argparse.Namespace) -> int:
    configuration = read(given.config)
    _count_together(configuration)
    if configuration.environment != "production":
        prepare(configuration)
    if errors := [*verify(configuration), *cards.tls_errors(configuration)]:
        raise ConfigErrors(errors)
    os.environ[CONFIG] = str(given.config.resolve())
    address, _, port = configuration.hub.listen.rpartition(":")
    server = Granian(
        "hub.app:from_environment",
        factory=True,
        interface=Interfaces.WSGI,
        address=address,
        port=int(port),
        workers=given.workers or configuration.hub.workers,
        blocking_threads=BLOCKING_THREADS,
        backpressure=BACKPRESSURE,
        respawn_failed_workers=True,
        ssl_cert=given.tls_certificate,
        ssl_key=given.tls_key,
        log_level=LogLevels.warning,
        log_dictconfig=dict(logs.of_server()),
        websockets=False,
    )
    cards_come = bool(configuration.hub.card_host.listen)
    worker = _beside(given.config, "worker", wanted=not given.no_worker)
    with worker, _beside(given.config, "card-listener", wanted=cards_come):
        server.serve()
    return 0


def _count_together(configuration: Configuration) -> None:
    """Start again with the counters of all processes in one folder, emptied.

    The Prometheus client looks for it when it is first imported, which was long ago.
    """
    if COUNTERS in os.environ:
        return
    folder = configuration.file("metrics").resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    os.environ[COUNTERS] = str(folder)
    os.execv(sys.executable, [sys.executable, "-m", "hub.cli", *sys.argv[1:]])


BLOCKING_THREADS = 32
"""Per process. More than may ever wait for a hash (24), so that a flood of passwords leaves
some for tokens, keys and health; most of the time they sleep."""
BACKPRESSURE = 128


@contextmanager
def _beside(config: Path, command: str, *, wanted: bool) -> Iterator[None]:
    """The worker, or the listener for cards, as a child of the server: started again if it dies."""
    if not wanted:
        yield
        return
    leaving = Event()
    children: list[subprocess.Popen[bytes]] = []

    def watch() -> None:
        while not leaving.is_set():
            argv = [sys.executable, "-m", "hub.cli", command, "--beside", "--config", str(config)]
            children[:] = [subprocess.Popen(argv)]
            children[0].wait()
            leaving.wait(1)

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        leaving.set()
        for child in children:
            with suppress(ProcessLookupError):
                child.terminate()
        watcher.join(timeout=10)


def _worker(given: argparse.Namespace) -> int:
    configuration = read(given.config)
    logs.configure(level=configuration.hub.log)
    going = _until_told(beside=given.beside)
    listening = bell(configuration).listen()
    compose(configuration, counters=shared_counters()).worker.run(listening, going)
    listening.close()
    return 0


def _card_listener(given: argparse.Namespace) -> int:
    configuration = read(given.config)
    if not configuration.hub.card_host.listen:
        raise ConfigError("card_host.listen", "is empty: a proxy receives cards, or nobody does")
    logs.configure(level=configuration.hub.log)
    cards.listen(configuration, _until_told(beside=given.beside))
    return 0


def _until_told(*, beside: bool) -> Callable[[], bool]:
    """Whether to go on: until a signal, and *beside* a server as long as that lives."""
    told, server = Event(), os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    # A server killed outright cannot tell: its child must not outlive it beside the next.
    return lambda: not told.is_set() and (not beside or os.getppid() == server)
