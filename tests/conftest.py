"""What every test shares: libraries that do the same costly work once.

The tests compose a hub some thousand times in one process, with the same few keys, words and
templates; a worker of the product does it once. Each function is wrapped here, before any module
takes it by name, and gives what it gave for the same bytes.
"""

from functools import cache
from io import BytesIO
from types import CodeType
from typing import IO

from babel.messages import pofile
from babel.messages.catalog import Catalog
from cryptography.hazmat.primitives import serialization
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

# OpenSSL checks the primes of an RSA key whenever it is read: 20 ms.
serialization.load_pem_private_key = cache(  # type: ignore[assignment]
    serialization.load_pem_private_key
)

_parsed = cache(lambda text, read=pofile.read_po: read(BytesIO(text)))


def _words(text: IO[bytes]) -> Catalog:
    catalogue: Catalog = _parsed(text.read())
    return catalogue


pofile.read_po = _words  # type: ignore[assignment]


class _Compiled(BytecodeCache):
    """Kept by source and by what changes how it compiles."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get(_key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code:
            self._kept[_key(bucket)] = bucket.code


def _key(bucket: Bucket) -> tuple[object, ...]:
    env = bucket.environment
    # Flask escapes by the name of the template, which is part of the bucket's own key.
    escape = "by name" if callable(env.autoescape) else env.autoescape
    return bucket.key, bucket.checksum, type(env), escape, env.trim_blocks, env.lstrip_blocks


_COMPILED = _Compiled()
_init = Environment.__init__


def _with_compiled(self: Environment, *args: object, **options: object) -> None:
    _init(self, *args, **options)  # type: ignore[arg-type]
    self.bytecode_cache = self.bytecode_cache or _COMPILED


Environment.__init__ = _with_compiled  # type: ignore[method-assign]
