"""One process with a large revocation list: what the worker spends on it, and what serving holds.

python -m benchmarks.lists keep LIST AUTHORITIES DATABASE | hold ISSUER DATABASE
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from sqlalchemy import Connection, create_engine

from benchmarks.meter import private_megabytes
from hub.app import utc_now
from hub_plugins.methods.cps.crl import RevocationList, read_list
from hub_plugins.methods.cps.lists import Lists
from hub_plugins.methods.cps.tables import METADATA


@contextmanager
def lists_in(database: Path) -> Iterator[Lists]:
    engine = create_engine(f"sqlite:///{database}")
    METADATA.create_all(engine)

    @contextmanager
    def unit_of_work() -> Iterator[Connection]:
        with engine.begin() as connection:
            yield connection

    try:
        yield Lists(unit_of_work, utc_now)
    finally:
        engine.dispose()


def main(words: list[str]) -> None:
    match words:
        case ["keep", der, authorities, database]:
            _told(_keep(Path(der), Path(authorities), Path(database)))
        case ["hold", issuer, database]:
            _told(_hold(issuer, Path(database)))
        case _:
            raise SystemExit(__doc__)


def _told(measures: tuple[float, float]) -> None:
    print(*measures)


def _keep(der: Path, authorities: Path, database: Path) -> tuple[float, float]:
    """Seconds, and megabytes at the highest, as the worker's job does it."""
    trusted = x509.load_pem_x509_certificates(authorities.read_bytes())
    with lists_in(database) as lists:
        before, began = _highest(), time.perf_counter()
        found = read_list(der.read_bytes(), trusted, utc_now())
        if not isinstance(found, RevocationList) or not lists.keep(found):
            raise SystemExit(f"not kept: {found}")
        seconds = time.perf_counter() - began
    return seconds, _highest() - before


def _highest() -> float:
    """Megabytes this process ever took at once, since it was started."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _hold(issuer: str, database: Path) -> tuple[float, float]:
    """Seconds until the first answer, and megabytes from then on, as every process serves."""
    with lists_in(database) as lists:
        before, began = private_megabytes(os.getpid()), time.perf_counter()
        found = lists.of(issuer)
        seconds = time.perf_counter() - began
        if found is None or found.revokes(0):
            raise SystemExit("not held")
        return seconds, private_megabytes(os.getpid()) - before


if __name__ == "__main__":
    main(sys.argv[1:])
