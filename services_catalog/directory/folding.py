"""Words as they are compared: without accents, capitals or punctuation."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
_BETWEEN: Final = re.compile(r"[\W_]+")
LONGEST: Final = 100
"""Characters read of what somebody types in one field."""
_WORDS: Final = 8


def folded(text: str) -> str:
    """`Évry-Courcouronnes` → `evry courcouronnes`."""
    plain = text.lower().translate(_LIGATURES)
    # Most of a million lines is ASCII: taken apart sign by sign, they would cost the import most.
    if not plain.isascii():
        signs = unicodedata.normalize("NFKD", plain)
        plain = "".join(sign for sign in signs if not unicodedata.combining(sign))
    return " ".join(_BETWEEN.sub(" ", plain).split())


def joined(texts: Iterable[str]) -> str:
    """Each word once, in the order they came."""
    return " ".join(dict.fromkeys(" ".join(map(folded, texts)).split()))


def asked(typed: str) -> Sequence[str]:
    """The beginnings of words somebody looks for; at most eight count."""
    return folded(typed[:LONGEST]).split()[:_WORDS]
