"""A service's ear: where the hub posts that a session is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


@contextmanager
def hearing(told: Event, port: int = 0) -> Iterator[str]:
    """Its address; *told* is set when something was posted there. *port* 0: any that is free."""

    class Heard(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name is that of the library
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            told.set()

        def log_message(self, format: str, *args: object) -> None:
            """The test reads what was heard, not lines."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Heard)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/notice"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
