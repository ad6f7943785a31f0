"""Runs every scenario, or those named, and writes benchmarks/RESULTS.md.

python -m benchmarks [code_flow accounts_scale password_rate memory operations layers
    upstream saml directory cards pages]
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import (
    accounts_scale,
    cards,
    code_flow,
    directory,
    layers,
    memory,
    operations,
    pages,
    password_rate,
    saml,
    upstream,
)
from benchmarks.rounds import machine
from benchmarks.table import Section

RESULTS = Path(__file__).with_name("RESULTS.md")
SCENARIOS: dict[str, Callable[[], Section]] = {
    "code_flow": code_flow.section,
    "accounts_scale": accounts_scale.section,
    "password_rate": password_rate.section,
    "memory": memory.section,
    "operations": operations.section,
    "layers": layers.section,
    "upstream": upstream.section,
    "saml": saml.section,
    "cards": cards.section,
    "directory": directory.section,
    "pages": pages.section,
}
_PACKAGES = ("SATOSA", "pyop", "gunicorn", "granian", "SQLAlchemy", "Authlib", "joserfc")


def main(names: list[str]) -> int:
    head = _head()
    sections = []
    for name in names or list(SCENARIOS):
        sections.append(SCENARIOS[name]())
        print(sections[-1].markdown(), end="\n\n", flush=True)
    if not names:
        whole = [head, *(each.markdown() for each in sections)]
        RESULTS.write_text("\n\n".join(whole) + "\n", encoding="utf-8")
    return 0 if all(each.kept for each in sections) else 1


def _head() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        "# Measures\n\nWritten by `make bench`; the generator runs on the same machine as what it "
        "measures.\n\n| | |\n| --- | --- |\n"
        f"| date | {datetime.now(UTC):%Y-%m-%d %H:%M} UTC |\n| machine | {machine()} |\n"
        f"| Python | {sys.version.split()[0]} |\n| packages | {packages} |"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
