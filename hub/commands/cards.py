"""What operators run for the card host: its test, and the hub's own listener."""

from collections.abc import Callable
from contextlib import closing

from hub.app import compose, shared_counters
from hub.card_listener import CardListener, listening
from hub.card_tls import CardTls, TlsFiles
from hub.configuration import Configuration
from hub.contract.errors import ConfigError
from hub.web.card_gate import Gate

_WRONG = {
    Gate.MISFIT: "what the proxy adds is refused: see « Cards by TLS » in docs/operator.md",
    Gate.UNSAFE: "a forged certificate was taken for a real one: the proxy vouches for headers"
    " that browsers send",
}


def tls_errors(configuration: Configuration) -> list[ConfigError]:
    """Why the own listener could not speak TLS."""
    try:
        if configuration.hub.card_host.listen:
            CardTls(_tls_files(configuration))
    except ConfigError as error:
        return [error]
    return []


def forgery_errors(configuration: Configuration) -> list[ConfigError]:
    """What a forged certificate shows, sent to a hub that serves already; else nothing is known."""
    if not configuration.hub.card_host.secret_file:
        return []
    app = compose(configuration)
    try:
        found = app.cards.test.run() if app.cards.test else Gate.OPEN
    finally:
        app.database.engine.dispose()
    return [ConfigError("card_host", _WRONG[found])] if found in _WRONG else []


def listen(configuration: Configuration, going: Callable[[], bool]) -> None:
    """Receive cards until told to stop; the whole hub is in this process too."""
    tls = CardTls(_tls_files(configuration))
    # Whoever comes while the rest is made waits at the door, and is not turned away.
    with closing(listening(configuration.hub.card_host.listen)) as door:
        cards = compose(configuration, counters=shared_counters()).cards
        # Nothing here is believed: what is taken was shown to this very process.
        cards.gate.standing = Gate.OPEN
        answer, count = cards.door.answer, cards.door.metrics.card_shown
        CardListener(door, tls.current, answer, count).run(going)


def _tls_files(configuration: Configuration) -> TlsFiles:
    given = configuration.hub.card_host
    return TlsFiles(
        certificate=configuration.file(given.certificate),
        key=configuration.file(given.key),
        issuers=configuration.file(given.issuers) if given.issuers else None,
    )
