"""The application behind a relying party: a page with the headers it was given."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def echo_application() -> Iterator[int]:
    """Its port. Each page holds the request's headers as JSON in `#claims`, and the path."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Echo) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


class _Echo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        headers = {name.lower(): text for name, text in self.headers.items()}
        shown = f"<h1>Signed in</h1><p id=path>{escape(self.path)}</p>"
        page = f"{shown}<pre id=claims>{escape(json.dumps(headers))}</pre>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""
