"""Signs with a token of this process's own: a PKCS#11 module reads its configuration only once.

python -m tests.peers.token_signing MODULE PIN…
"""

import json
import sys
from pathlib import Path

from hub_plugins.card_agent.cards import Signature
from hub_plugins.card_agent.server import written
from hub_plugins.card_agent.tokens import Tokens

TEXT = b"hub card sign-in 1\n"


def main(module: str, *pins: str) -> int:
    tokens = Tokens(Path(module))
    held = tokens.read("a reader of any name")
    if held is None:
        print(json.dumps([]))
        return 0
    outcomes = [tokens.sign("", held.certificate, TEXT, pin) for pin in pins]
    told = [{"signed": isinstance(each, Signature), **written(each)} for each in outcomes]
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
