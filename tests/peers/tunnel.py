"""A CONNECT proxy to loopback, for peers whose resolver we do not want to touch.

`hub.test` exists in no DNS. A peer that calls the hub itself is told to go through this
proxy, which takes every name ending in `.test` for 127.0.0.1 and refuses all others.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer


@contextmanager
def tunnel() -> Iterator[int]:
    """The proxy's port."""
    with _Server(("127.0.0.1", 0), _Tunnel) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


class _Tunnel(StreamRequestHandler):
    def handle(self) -> None:
        words = self.rfile.readline().decode("ascii", "replace").split()
        while self.rfile.readline().strip():
            pass
        name, _, port = words[1].rpartition(":") if len(words) > 1 else ("", "", "")
        if words[:1] != ["CONNECT"] or not name.endswith(".test"):
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as far:
            self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            self.wfile.flush()
            back = threading.Thread(target=_pour, args=(far, self.connection), daemon=True)
            back.start()
            _pour(self.connection, far)
            back.join(timeout=10)


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            sink.sendall(chunk)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
