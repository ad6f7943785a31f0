import pytest

from tests.saml.programs import forbid_programs


@pytest.fixture(autouse=True)
def no_program_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_programs(monkeypatch)
