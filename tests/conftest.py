"""What every test shares: libraries that do the same costly work once.

The tests compose a hub some thousand times in one process, with the same few keys, words and
templates; a worker of the product does it once. Each function is wrapped here, before any module
takes it by name, and gives what it gave for the same bytes.
"""

from functools import cache
from io import BytesIO
from types import CodeType
from typing import IO, Any

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
    place = bucket.key, bucket.checksum, type(env), escape, env.trim_blocks, env.lstrip_blocks
    return (*place, _put_in(env))


def _put_in(env: Any) -> object:
    """Of the pages' own: all that `hub.web.beforehand` may put into a template."""
    known = getattr(env, "known", None)
    if known is None:
        return ""
    if "put_in" not in env.__dict__:
        books = known.words._catalogues.items()
        texts = frozenset((whose, frozenset(each.items())) for whose, each in books)
        files = frozenset(known.drawn["static"].__self__._names.items())
        env.put_in = (env.language, repr(known.look), frozenset(known.owners), hash(texts), files)
    return env.put_in


_COMPILED = _Compiled()
_init = Environment.__init__


def _with_compiled(self: Environment, *args: object, **options: object) -> None:
    _init(self, *args, **options)  # type: ignore[arg-type]
    self.bytecode_cache = self.bytecode_cache or _COMPILED


Environment.__init__ = _with_compiled  # type: ignore[method-assign]
