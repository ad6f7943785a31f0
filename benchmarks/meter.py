"""What a process and all its children have cost so far, read from /proc."""

import os
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(root: int) -> float:
    """User and system time of the process, its living descendants and those already reaped."""
    return sum(_spent(pid) for pid in family(root))


def family(root: int) -> tuple[int, ...]:
    """The process and its living descendants."""
    parents = dict(_parents())
    known = {root}
    while found := {pid for pid, parent in parents.items() if parent in known} - known:
        known |= found
    return tuple(sorted(known))


def private_megabytes(pid: int) -> float:
    """Proportional set size: what would be freed if the process ended, shared pages split."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ").strip()


def _spent(pid: int) -> float:
    fields = _stat(pid)
    # utime, stime, cutime, cstime: 14 to 17 in proc(5), which counts from 1 with pid and name.
    return sum(int(each) for each in fields[11:15]) / _TICKS if fields else 0.0


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            yield int(folder.name), int(fields[1])


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold spaces; nothing when the process has gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()
