"""Writes `blocklist.txt.gz`: what people here type when asked for a long password.

Run by hand when `words.txt` changes: `python make_blocklist.py`. Entries are case-folded, eight
characters or more; capitals, closing punctuation and digits for letters are undone at look-up.
"""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

SHORTEST = 8

RUNS = ("azertyuiopqsdfghjklmwxcvbn", "qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz")
DIGITS = ("01234567890123456789012", "98765432109876543210987")
WALKS = ("1qaz2wsx3edc4rfv5tgb", "1q2w3e4r5t6y7u8i9o0p", "a1z2e3r4t5y6u7i8o9p0", "aqwzsxedcrfvtgb")
ENDINGS = ("", "1", "12", "123", "1234", "12345", "123456", "0000", "1111", "007", "007007")


def candidates(words: Mapping[str, Sequence[str]]) -> Iterator[str]:
    every = sorted({word for listed in words.values() for word in listed})
    years = [str(year) for year in range(1960, 2036)]
    for word, ending in product(every, (*ENDINGS, *years)):
        yield word + ending
    for word, joint, ending in product(every, "-_.@", ("123", "1234", *years[60:])):
        yield word + joint + ending
    for word, times in product(every, (2, 3, 4)):
        yield word * times
    for first, second in product(("mon", "ma", "mes", "le", "la", "les", "super"), every):
        yield from (first + second, first + second + "123", first + second + "1")
    yield from _pairs(words)
    yield from _runs()


def read_words() -> Mapping[str, Sequence[str]]:
    text = Path(__file__).with_name("words.txt").read_text()
    parts = (part.split() for part in text.split("\n\n"))
    return {name.strip("[]"): listed for name, *listed in parts}


def _pairs(words: Mapping[str, Sequence[str]]) -> Iterator[str]:
    trades = ("hopital", "sante", "medecin", "france")
    for first, second in product((*words["common"], *words["trade"]), trades):
        yield from (first + second, first + "de" + second)
    for place, trade in product(words["places"], ("chu", "chr", "hopital", "clinique", "sante")):
        yield from (trade + place, trade + place + "123", place + trade)


def _runs() -> Iterator[str]:
    for run in (*RUNS, *DIGITS, *WALKS):
        for start, length in product(range(len(run)), range(SHORTEST, len(run) + 1)):
            piece = run[start : start + length]
            yield from (piece, piece[::-1])
    for sign, length in product("0123456789abcdefghijklmnopqrstuvwxyz*!.", range(SHORTEST, 33)):
        yield sign * length
    for pair, length in product(("ab", "az", "01", "12", "abc", "aze", "qwe", "123"), range(3, 9)):
        yield pair * length


def main() -> None:
    kept = sorted({each for each in candidates(read_words()) if len(each) >= SHORTEST})
    text = "\n".join(kept).encode()
    Path(__file__).with_name("blocklist.txt.gz").write_bytes(gzip.compress(text, 9, mtime=0))


if __name__ == "__main__":
    main()
