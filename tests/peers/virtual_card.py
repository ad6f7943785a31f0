"""A smart card in Python, of the kind OpenSC calls PIV-II, for the virtual reader of vpcd.

It counts its PIN tries itself, as NIST SP 800-73-4 wants, and keeps a log of what it was sent.
"""

import socket
import struct
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

Key = RSAPrivateKey | ec.EllipticCurvePrivateKey

OK: Final = b"\x90\x00"
NOT_FOUND: Final = b"\x6a\x82"
BLOCKED: Final = b"\x69\x83"
NOT_VERIFIED: Final = b"\x69\x82"
UNKNOWN: Final = b"\x6d\x00"
WRONG_PARAMETERS: Final = b"\x6a\x86"
TRIES: Final = 3
_APPLICATION: Final = bytes.fromhex("a000000308")
_CERTIFICATE: Final = "5fc105"
_PIN: Final = 0x80
_RSA, _P256 = 0x07, 0x11


def tlv(tag: str, content: bytes) -> bytes:
    """BER: one tag, its length, its content."""
    length = len(content)
    if length < 0x80:
        long = bytes([length])
    elif length < 0x100:
        long = bytes([0x81, length])
    else:
        long = b"\x82" + struct.pack(">H", length)
    return bytes.fromhex(tag) + long + content


def parts(encoded: bytes) -> dict[int, bytes]:
    """The objects of one level, by their tag of one octet."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 1 < len(encoded):
        tag, length, at = encoded[at], encoded[at + 1], at + 2
        if length > 0x80:
            octets = length & 0x7F
            length, at = int.from_bytes(encoded[at : at + octets]), at + octets
        found[tag], at = encoded[at : at + length], at + length
    return found


class VirtualCard:
    """Out of any reader until `insert`."""

    def __init__(self, key: Key, certificate: bytes, pin: str = "1234") -> None:
        self._key = key
        self._pin = pin.encode().ljust(8, b"\xff")
        self._objects = {**_objects(), _CERTIFICATE: _held(certificate)}
        self._socket: socket.socket | None = None
        self._thread: Thread | None = None
        self.tries = TRIES
        self.log: list[str] = []
        """Each command and answer, in hexadecimal; PINs of these cards are no secret."""
        self._reset()

    def insert(self, port: int) -> None:
        """Into the reader whose driver listens there."""
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reset()
        self._thread = Thread(target=self._run, args=(self._socket,), daemon=True)
        self._thread.start()

    def remove(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
        if self._thread is not None:
            self._thread.join(5)
        self._socket = None

    def keep_log(self, file: Path) -> None:
        file.write_text("".join(f"{line}\n" for line in self.log), encoding="utf-8")

    def _reset(self) -> None:
        self._verified, self._chained, self._rest = False, b"", b""

    def _run(self, reader: socket.socket) -> None:
        with suppress(EOFError, OSError):
            while True:
                (length,) = struct.unpack(">H", _received(reader, 2))
                answer = self._answered(_received(reader, length))
                if answer is not None:
                    reader.sendall(struct.pack(">H", len(answer)) + answer)

    def _answered(self, message: bytes) -> bytes | None:
        """vpcd's own words are one octet: off, on, reset, and 4 for the answer to reset."""
        if len(message) == 1:
            if message[0] in (0, 1, 2):
                self._reset()
            return _answer_to_reset() if message[0] == 4 else None
        answer = self._command(message)
        self.log.append(f"> {message.hex()}\n< {answer.hex()}")
        return answer

    def _command(self, message: bytes) -> bytes:
        instruction, p1, p2 = message[1:4]
        content, wanted = _body(message[4:])
        if message[0] & 0x10:
            self._chained += content
            return OK
        content, self._chained = self._chained + content, b""
        match instruction:
            case 0xC0:
                return self._out(self._rest, wanted)
            case 0xA4:
                return self._selected(content, wanted)
            case 0xCB:
                held = self._objects.get(parts(content).get(0x5C, b"").hex())
                return NOT_FOUND if held is None else self._out(held, wanted)
            case 0x20:
                return self._verify(p1, p2, content)
            case 0x87:
                return self._authenticate(p1, content, wanted)
        return UNKNOWN

    def _out(self, content: bytes, wanted: int) -> bytes:
        if len(content) <= wanted:
            return content + OK
        self._rest = content[wanted:]
        return content[:wanted] + bytes([0x61, min(len(self._rest), 0xFF)])

    def _selected(self, name: bytes, wanted: int) -> bytes:
        if not name.startswith(_APPLICATION):
            return NOT_FOUND
        version = tlv("4f", bytes.fromhex("000010000100"))
        return self._out(tlv("61", version + tlv("79", tlv("4f", _APPLICATION))), wanted)

    def _verify(self, p1: int, p2: int, pin: bytes) -> bytes:
        if p2 != _PIN:
            return b"\x6a\x88"
        if p1 == 0xFF:
            self._verified = False
            return OK
        if not self.tries:
            return BLOCKED
        if not pin:
            return OK if self._verified else bytes([0x63, 0xC0 | self.tries])
        self._verified = pin == self._pin
        self.tries = TRIES if self._verified else self.tries - 1
        if self._verified:
            return OK
        return bytes([0x63, 0xC0 | self.tries]) if self.tries else BLOCKED

    def _authenticate(self, algorithm: int, content: bytes, wanted: int) -> bytes:
        if not self._verified:
            return NOT_VERIFIED
        challenge = parts(parts(content).get(0x7C, b"")).get(0x81, b"")
        signature = self._signed(algorithm, challenge)
        if signature is None:
            return WRONG_PARAMETERS
        return self._out(tlv("7c", tlv("82", signature)), wanted)

    def _signed(self, algorithm: int, challenge: bytes) -> bytes | None:
        if isinstance(self._key, RSAPrivateKey):
            # The whole padded block comes in: the card only raises it to its private power.
            numbers = self._key.private_numbers()
            modulus = numbers.public_numbers.n
            raised = pow(int.from_bytes(challenge), numbers.d, modulus)
            return raised.to_bytes(self._key.key_size // 8) if algorithm == _RSA else None
        if algorithm != _P256:
            return None
        return self._key.sign(challenge, ec.ECDSA(utils.Prehashed(hashes.SHA256())))


def _answer_to_reset() -> bytes:
    """T=0 and T=1, and historical octets by which a log tells it from others."""
    said = b"CPS-TEST"
    body = bytes([0x80 | len(said), 0x80, 0x01]) + said
    check = 0
    for octet in body:
        check ^= octet
    return b"\x3b" + body + bytes([check])


def _body(encoded: bytes) -> tuple[bytes, int]:
    """What a command carries, and how much it wants back (ISO 7816-4, 5.1)."""
    if len(encoded) <= 1:
        return b"", (encoded[0] if encoded else 0) or 256
    if encoded[0] == 0 and len(encoded) == 3:
        return b"", int.from_bytes(encoded[1:]) or 65536
    if encoded[0] == 0:
        (length,) = struct.unpack(">H", encoded[1:3])
        return encoded[3 : 3 + length], 65536
    content, rest = encoded[1 : 1 + encoded[0]], encoded[1 + encoded[0] :]
    return content, (rest[0] if rest else 0) or 256


def _objects() -> dict[str, bytes]:
    """What OpenSC reads before it believes in a PIV card (SP 800-73-4 part 1, appendix A)."""
    holder = tlv("30", bytes.fromhex("d4e739da739ced39ce739d836858210842108421c84210c3eb"))
    holder += tlv("34", bytes(range(16))) + tlv("35", b"20301231") + tlv("3e", b"") + tlv("fe", b"")
    capability = tlv("f0", bytes.fromhex("a000000116ff02") + bytes(14))
    capability += tlv("f1", b"\x21") + tlv("f2", b"\x21") + tlv("f3", b"") + tlv("f4", b"\x00")
    capability += tlv("f5", b"\x10") + b"".join(
        tlv(tag, b"") for tag in ("f6", "f7", "fa", "fb", "fc", "fd", "fe")
    )
    named = tlv("4f", bytes.fromhex("a000000308000010000100")) + tlv("5f2f", b"\x40\x00")
    return {"5fc102": tlv("53", holder), "5fc107": tlv("53", capability), "7e": tlv("7e", named)}


def _held(certificate: bytes) -> bytes:
    return tlv("53", tlv("70", certificate) + tlv("71", b"\x00") + tlv("fe", b""))


def _received(reader: socket.socket, length: int) -> bytes:
    content = b""
    while len(content) < length:
        # vpcd sends length and body apart: a late acknowledgement costs 40 ms for each command.
        reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = reader.recv(length - len(content))
        if not part:
            raise EOFError
        content += part
    return content
