"""Texts as telephones take them: seven bits or UCS-2, cut into parts they join again (GSM 03.38).

smpplib has both, but writes a backquote as another character and cuts through escapes.
"""

from collections.abc import Iterator

from hub import value

GSM, UCS2 = 0, 8
"""`data_coding` of SMPP 3.4, 5.2.19."""

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F,
    "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
}  # fmt: skip
_CODES = {
    **{letter: bytes((code,)) for code, letter in enumerate(_BASIC) if letter != "\x1b"},
    **{letter: bytes((0x1B, code)) for letter, code in _EXTENDED.items()},
}
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "…": "...", "–": "-", "—": "-",
     "\u00a0": " ", "\u202f": " ", "•": "*"}
)  # fmt: skip


@value
class Segments:
    """What goes into one `submit_sm` each."""

    coding: int
    parts: tuple[bytes, ...]

    @property
    def joined(self) -> bool:
        """Whether each part begins with the header by which a telephone joins them."""
        return len(self.parts) > 1


def segments(text: str, reference: int) -> Segments:
    """*reference*, 0 to 255, tells the parts of one message from those of the next."""
    # Typography only paper needs would double the price: UCS-2 fits 70 letters, not 160.
    plain = text.translate(_PLAIN)
    if all(letter in _CODES for letter in plain):
        units, coding, alone, together = [_CODES[letter] for letter in plain], GSM, 160, 153
    else:
        units, coding = [letter.encode("utf-16-be") for letter in text], UCS2
        alone, together = 140, 134
    if sum(map(len, units)) <= alone:
        return Segments(coding=coding, parts=(b"".join(units),))
    cut = list(_cut(units, together))
    head = bytes((5, 0, 3, reference, len(cut)))
    parts = tuple(head + bytes((place,)) + part for place, part in enumerate(cut, 1))
    return Segments(coding=coding, parts=parts)


def _cut(units: list[bytes], room: int) -> Iterator[bytes]:
    """Never within one character."""
    part = b""
    for unit in units:
        if len(part) + len(unit) > room:
            yield part
            part = b""
        part += unit
    yield part
