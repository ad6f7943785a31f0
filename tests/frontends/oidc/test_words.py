import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import hub_frontends.oidc

FOLDER = Path(hub_frontends.oidc.__file__).parent


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_a_person_may_see_has_its_sentences(language: str) -> None:
    with (FOLDER / "locale" / f"{language}.po").open("rb") as stream:
        texts = {message.id for message in read_po(stream) if message.string}
    code = "".join(file.read_text() for file in FOLDER.glob("*.py"))
    raised = set(re.findall(r'RequestRefused\("(oidc\.\w+)"', code))
    assert raised
    assert {f"refusal.{each}{end}" for each in raised for end in ("", ".next")} <= texts
