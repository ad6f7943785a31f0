"""SAML as it must work everywhere: no `xmlsec1` to be found, and no program to be started."""

import subprocess

import pytest
from saml2 import sigver


def forbid_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*args: object, **kept: object) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(subprocess, "Popen", forbidden)
    # It took the name when it was imported.
    monkeypatch.setattr(sigver, "Popen", forbidden)
