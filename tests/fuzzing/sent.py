"""Invents requests: right ones with a few things changed, and nonsense; the seed decides all."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from hub.contract.values import value
from tests.fuzzing.vocabulary import (
    JSONS,
    KINDS,
    METHODS,
    NAMES,
    REDIRECTED,
    SCHEMES,
    TEXTS,
    TOKENS,
)

Pairs = list[tuple[str, str]]


@value
class Sent:
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@value
class Known:
    """Right things, from which wrong ones are made."""

    paths: Sequence[str]
    forms: Sequence[tuple[str, str, Mapping[str, str]]]
    """Requests that would be answered well: method, path, parameters."""
    headers: Sequence[Mapping[str, str]]
    values: Sequence[str]
    """Codes, tokens, names of clients, addresses: good somewhere."""
    document: Mapping[str, Any]
    """What may be said in JSON, where a form is not what is wanted."""


class Inventor:
    def __init__(self, seed: int, known: Known) -> None:
        self._random = Random(seed)
        self._known = known

    def requests(self, count: int) -> Iterator[Sent]:
        for _ in range(count):
            yield self._request()

    def _request(self) -> Sent:
        chance = self._random
        method, meant, form = chance.choice(self._known.forms)
        if chance.random() < 0.15:
            method = chance.choice(METHODS)
        pairs = self._changed(list(form.items()))
        text = self._written(pairs)
        in_body = method != "GET" and chance.random() < 0.8
        headers = dict(chance.choice(self._known.headers)) if chance.random() < 0.6 else {}
        if chance.random() < 0.3:
            headers["Authorization"] = self._authorization()
        if chance.random() < 0.15:
            headers[chance.choice(("DPoP", "Origin", "Accept", "Cookie"))] = self._text()
        path = self._path(meant)
        kind = "application/json" if "register" in path else chance.choice(KINDS)
        return Sent(
            method=method,
            path=path,
            query="" if in_body else text,
            body=self._body(kind, text) if in_body else b"",
            headers={**headers, "Content-Type": kind} if in_body else headers,
        )

    def _changed(self, pairs: Pairs) -> Pairs:
        chance = self._random
        for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 6))):
            act = chance.randrange(5)
            at = chance.randrange(len(pairs)) if pairs else 0
            if act == 0 and pairs:
                del pairs[at]
            elif act == 1 and pairs:
                pairs.append((pairs[at][0], self._text()))
            elif act == 2:
                pairs.append((chance.choice(NAMES), self._text()))
            elif act == 3 and pairs:
                pairs[at] = (pairs[at][0], _bent(chance, pairs[at][1]))
            elif pairs:
                pairs[at] = (pairs[at][0], self._text())
        return pairs

    def _text(self) -> str:
        sources = (TEXTS, TEXTS, REDIRECTED, JSONS, TOKENS, self._known.values)
        return self._random.choice(self._random.choice(sources))

    def _written(self, pairs: Pairs) -> str:
        if self._random.random() < 0.04:
            return quote(self._text(), errors="replace") + "&=&&;" + "%"
        return urlencode(pairs, errors="replace")

    def _body(self, kind: str, text: str) -> bytes:
        chance = self._random.random()
        if kind.startswith("application/json") and chance < 0.7:
            return self._document().encode(errors="replace")
        if kind.startswith("application/json") or chance < 0.05:
            return self._random.choice(JSONS).encode(errors="replace")
        if chance < 0.08:
            return self._random.randbytes(self._random.choice((1, 100, 70_000)))
        return text.encode()

    def _document(self) -> str:
        chance = self._random
        said = dict(self._known.document)
        for _ in range(chance.choice((0, 1, 1, 2))):
            odd = chance.choice((self._text(), [self._text()], {"a": self._text()}, 7, None, True))
            said[chance.choice((*said, *NAMES))] = odd
        return json.dumps(said)

    def _authorization(self) -> str:
        chance = self._random
        scheme = chance.choice(SCHEMES)
        said = self._text()
        if scheme.lower() == "basic" and chance.random() < 0.7:
            name = chance.choice(self._known.values)
            said = base64.b64encode(f"{name}:{said}".encode(errors="replace")).decode()
        return f"{scheme} {said}"

    def _path(self, meant: str) -> str:
        path = meant if self._random.random() < 0.6 else self._random.choice(self._known.paths)
        if self._random.random() < 0.03:
            path += self._random.choice(("/", "//", "/..", "%00", "/x", "\\", ";x", "é"))
        return path


def _bent(chance: Random, text: str) -> str:
    """One sign of it changed, left out or doubled."""
    if not text:
        return "x"
    at = chance.randrange(len(text))
    put = chance.choice(("", text[at] * 2, "A", "\x00", " ", "=", "é"))
    return text[:at] + put + text[at + 1 :]
