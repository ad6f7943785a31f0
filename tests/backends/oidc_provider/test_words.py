"""Every reason has its sentence and what to do next, in both languages, in every catalogue."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import hub_backends.oidc_provider as package
from hub_backends.oidc_provider.answers import REASONS

FOLDER = Path(package.__file__).parent
FOR_MACHINES = {"bad_logout", "replayed"}
"""Of logout tokens: no person ever reads them."""


def reasons() -> set[str]:
    sources = "\n".join(each.read_text(encoding="utf-8") for each in FOLDER.glob("*.py"))
    raised = set(re.findall(r'Fault\(\s*"([a-z_]+)"', sources))
    return (raised | set(REASONS.values()) | {"provider_failed"}) - FOR_MACHINES


@pytest.mark.parametrize("plugin", ["oidc_provider", "psc"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_reason_is_said_with_what_to_do_next(plugin: str, language: str) -> None:
    path = FOLDER.parent / plugin / "locale" / f"{language}.po"
    with path.open("rb") as file:
        known = {str(each.id) for each in read_po(file) if each.string}
    wanted = {f"refusal.{plugin}.{reason}{part}" for reason in reasons() for part in ("", ".next")}
    assert not wanted - known
