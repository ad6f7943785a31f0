"""A large revocation list, written octet by octet: the library's builder takes minutes for one."""

from collections.abc import Sequence
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from hub_plugins.demo.pki.authority import Signer

_SEQUENCE: Final = 0x30
_INTEGER: Final = 0x02
_BITS: Final = 0x03


def large_list(by: Signer, serials: Sequence[int], small: bytes) -> bytes:
    """*small*: a list of the same authority with no entry, from which all else is taken."""
    model = x509.load_der_x509_crl(small)
    parts = _parts(_inside(model.tbs_certlist_bytes))
    *head, extensions = parts
    when = head[-1]
    entries = b"".join(_entry(serial, when) for serial in serials)
    tbs = _wrapped(_SEQUENCE, b"".join([*head, _wrapped(_SEQUENCE, entries), extensions]))
    signature = by.key.sign(tbs, padding.PKCS1v15(), hashes.SHA256())
    algorithm = head[1]
    return _wrapped(_SEQUENCE, tbs + algorithm + _wrapped(_BITS, b"\0" + signature))


def _entry(serial: int, when: bytes) -> bytes:
    number = serial.to_bytes(serial.bit_length() // 8 + 1, "big")
    return _wrapped(_SEQUENCE, _wrapped(_INTEGER, number) + when)


def _wrapped(tag: int, inner: bytes) -> bytes:
    size = len(inner)
    if size < 0x80:
        return bytes([tag, size]) + inner
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + inner


def _inside(whole: bytes) -> bytes:
    return whole[len(whole) - _length(whole) :]


def _length(whole: bytes) -> int:
    more = whole[1] & 0x7F
    return int.from_bytes(whole[2 : 2 + more], "big") if whole[1] & 0x80 else more


def _parts(inside: bytes) -> list[bytes]:
    """The values that stand one after the other."""
    parts = []
    while inside:
        head = 2 + (inside[1] & 0x7F if inside[1] & 0x80 else 0)
        size = head + _length(inside)
        parts.append(inside[:size])
        inside = inside[size:]
    return parts
