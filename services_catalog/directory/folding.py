"""Words as they are compared: without accents, capitals or punctuation."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
LONGEST: Final = 100
"""Characters read of what somebody types in one field."""
_WORDS: Final = 8


def folded(text: str) -> str:
    """`Évry-Courcouronnes` → `evry courcouronnes`."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    letters = (c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())


def joined(texts: Iterable[str]) -> str:
    """Each word once, in the order they came."""
    return " ".join(dict.fromkeys(" ".join(map(folded, texts)).split()))


def asked(typed: str) -> Sequence[str]:
    """The beginnings of words somebody looks for; at most eight count."""
    return folded(typed[:LONGEST]).split()[:_WORDS]
