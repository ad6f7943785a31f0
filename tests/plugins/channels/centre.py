"""A message centre in process that answers each command with the status it is told."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

_HEADER = struct.Struct(">IIII")
_ANSWER = 0x80000000
BIND, SUBMIT, _UNBIND = 0x2, 0x4, 0x6


@contextmanager
def centre(statuses: dict[int, int]) -> Iterator[int]:
    """Its port. *statuses*: by command; 0 for those not named."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(10)
        thread = Thread(target=_serve, args=(door, statuses))
        thread.start()
        try:
            yield door.getsockname()[1]
        finally:
            thread.join()


def _serve(door: socket.socket, statuses: dict[int, int]) -> None:
    client, _ = door.accept()
    with client, client.makefile("rwb") as wire:
        while header := wire.read(_HEADER.size):
            length, command, _, sequence = _HEADER.unpack(header)
            wire.read(length - _HEADER.size)
            status = statuses.get(command, 0)
            # SMPP 3.4, 4.1 and 4.4.2: a refusal has no body, an answer one text.
            body = b"" if status or command == _UNBIND else b"7\0"
            answered = _HEADER.pack(_HEADER.size + len(body), command | _ANSWER, status, sequence)
            wire.write(answered + body)
            wire.flush()
