"""A WSGI application behind TLS on loopback, in a thread of this process."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.flows.wsgi import Application
from tests.peers.authority import Certificate

Make = Callable[[int], Application]
"""Given the port it will be reached at."""


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Tests read answers, not lines."""


@contextmanager
def served(make: Make, host: str, certificate: Certificate) -> Iterator[str]:
    """The origin under which it answers until the block ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    server: BaseWSGIServer = make_server(
        "127.0.0.1",
        0,
        _starting,
        threaded=True,
        request_handler=_Quiet,
        ssl_context=context,
    )
    with server:
        server.app = make(server.port)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"https://{host}:{server.port}"
        finally:
            server.shutdown()
            thread.join()


def _starting(environ: Any, start: Any) -> list[bytes]:
    start("503 Service Unavailable", [])
    return []
