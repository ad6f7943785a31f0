"""From `make demo` to services of both protocols, then Ctrl-C: standard library only.

    python3 -m tests.peers.demo_visit

Run it in the folder of a clone. Everything the demo needs it must bring itself.
"""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.peers.walker import Visit, Walker, sign_in

HUB = f"http://localhost:{os.environ.get('HUB_DEMO_PORT', '8000')}"
PATIENCE = 600


class Failed(Exception):
    """The demo is not what it says; the message is one sentence."""


def main() -> int:
    log = Path("demo.log")
    if _answers():
        print(f"something already answers at {HUB}", file=sys.stderr)
        return 1
    began = time.monotonic()
    with log.open("wb") as written:
        # A group of its own, so that Ctrl-C can be pressed for all of it at once.
        demo = subprocess.Popen(
            ["make", "demo"], stdout=written, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait_for(demo)
        print(f"ready after {time.monotonic() - began:.0f} s")
        _visit(log.read_text(encoding="utf-8"))
        _press_control_c(demo)
    except Failed as failed:
        print(f"{failed}\n{log.read_text(encoding='utf-8')[-4000:]}", file=sys.stderr)
        return 1
    finally:
        with suppress(ProcessLookupError):
            os.killpg(demo.pid, signal.SIGKILL)
    print(f"signed in and stopped after {time.monotonic() - began:.0f} s")
    return 0


def _answers() -> bool:
    with suppress(OSError):
        return Walker().open(f"{HUB}/health/ready").status == 200
    return False


def _wait_for(demo: "subprocess.Popen[bytes]") -> None:
    for _ in range(PATIENCE):
        if _answers():
            return
        with suppress(subprocess.TimeoutExpired):
            raise Failed(f"make demo ended with {demo.wait(timeout=1)}")
    raise Failed(f"the demo was not ready within {PATIENCE} s")


def _visit(printed: str) -> None:
    """Who may sign in, and where, is what the demo prints: a newcomer knows no more."""
    person = _found(r"^  (\w+\.\w+) +(\S+)  \S", printed)
    service = _found(r"^  e-mage \(.*(http://localhost:\d+)()", printed)[0]
    by_saml = _found(r"^  e-mage SAML .*(http://localhost:\d+)()", printed)[0]
    walker = Walker()
    _expect(sign_in(walker, walker.open(f"{HUB}/services"), *person), "Mes services")
    print("signed in: « Mes services »")
    _expect(walker.open(f"{service}/inside"), "urn:hub:acr:simple")
    print("e-mage opened without a page")
    answer = walker.open(f"{by_saml}/study/1.2.840")
    carrying = [form for form in answer.forms if "SAMLResponse" in str(form.fields)]
    if not carrying:
        raise Failed(f"no answer by SAML at {answer.address} ({answer.status})")
    _expect(walker.submit(answer, carrying[0], {}), "1.2.840")
    print("e-mage SAML opened at its study without a page")


def _found(pattern: str, printed: str) -> tuple[str, str]:
    found = re.search(pattern, printed, re.MULTILINE)
    if not found:
        raise Failed(f"the demo prints nothing like {pattern}")
    return found[1], found[2]


def _expect(visit: Visit, words: str) -> None:
    if visit.status != 200 or words not in visit.text:
        seen = " ".join(re.sub(r"<[^>]*>", " ", visit.text).split())
        raise Failed(f"no « {words} » at {visit.address} ({visit.status}): {seen[:600]}")


def _press_control_c(demo: "subprocess.Popen[bytes]") -> None:
    os.killpg(demo.pid, signal.SIGINT)
    try:
        demo.wait(timeout=30)
    except subprocess.TimeoutExpired:
        raise Failed("Ctrl-C did not stop the demo within 30 s") from None
    if _answers():
        raise Failed("the hub still answers after Ctrl-C")


if __name__ == "__main__":
    sys.exit(main())
