"""Signed SAML responses with a live session: the hub, the stock SATOSA and SimpleSAMLphp."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Final

from benchmarks.hub_side import hub
from benchmarks.rounds import Prepare, Round, measured
from benchmarks.saml_flow import Idp, SamlFlow
from benchmarks.saml_php import php_saml
from benchmarks.saml_stock import stock_saml
from benchmarks.table import ROUND_HEAD, Section, median_per_cpu_second, round_row
from hub import saml
from hub.saml.queries import signature
from tests.frontends.saml.sp import ServiceProvider, certificate, key, pem

ROUNDS: Final = 5
RESPONSES: Final = 400
FEWER: Final = 80
"""Of the stock SATOSA, whose rounds would last a minute each."""
STOCK_PROMISE: Final = 20.0
SEALED_PROMISE: Final = 3.0
_PLUGIN: Final = """
[plugin.saml]
keys = "keys"
"""
_SERVICE: Final = """
[service.{name}]
title = "{name}"
minimum = "simple"
claims = ["given_name", "family_name", "email"]
launch = "https://{name}.test/"
frontend = "saml"
[service.{name}.saml]
metadata = "{name}.xml"
"""


def section() -> Section:
    parties = {"plain": party("plain"), "encrypted": party("encrypted")}
    with ExitStack() as stack:
        sides = [
            *stack.enter_context(hub_saml(parties)),
            *stack.enter_context(stock_saml(parties)),
            *stack.enter_context(php_saml()),
        ]
        for side in sides:
            answered(side, times(side) // 4)
        # One after the other, again and again: whatever else the machine does hits all.
        rounds = [answered(side, times(side)) for _ in range(ROUNDS) for side in sides]
    return _judged(len(sides), rounds, two_signatures())


def party(name: str) -> ServiceProvider:
    return ServiceProvider(
        entity_id=f"https://{name}.test/sp",
        consumers=(f"https://{name}.test/acs",),
        logout=f"https://{name}.test/slo",
        encrypts=name == "encrypted",
        keys=("service",),
    )


def times(side: Idp) -> int:
    return FEWER if side.at.name.startswith("stock") else RESPONSES


def answered(side: Idp, count: int) -> Round:
    prepare: Prepare = lambda connection: SamlFlow(side, connection).run  # noqa: E731
    return measured(replace(side.at, name=side.name), prepare, count)


@contextmanager
def hub_saml(parties: dict[str, ServiceProvider]) -> Iterator[tuple[Idp, ...]]:
    files = {f"{name}.xml": each.metadata().encode() for name, each in parties.items()}
    # Of the length the others sign with: the hub makes longer ones by itself.
    files["keys/rsa.pem"] = pem("idp")
    more = _PLUGIN + "".join(_SERVICE.format(name=name) for name in parties)
    with hub(people=100, more=more, files=files, plugins=', "saml"') as at:
        yield tuple(
            Idp(
                name=f"hub, {name}",
                at=at,
                sso="/saml/sso",
                destination=f"{at.issuer}/saml/sso",
                sp=each.entity_id,
                consumer=each.consumers[0],
                keys=(saml.Certificate.of(certificate("idp")),),
                own=key(each.keys[0]),
                sealed=each.encrypts,
            )
            for name, each in parties.items()
        )


def two_signatures(count: int = 300) -> float:
    """Milliseconds of CPU for two bare RSA-2048 signatures by the library the hub signs with."""
    own = key("idp")
    began = time.process_time()
    for _ in range(2 * count):
        signature(b"x" * 600, own, saml.RSA_SHA256)
    return (time.process_time() - began) * 1000 / count


def _judged(sides: int, rounds: Sequence[Round], floor: float) -> Section:
    ms = {one.name: 1000 / median_per_cpu_second(rounds, one.name) for one in rounds}
    own, stock = ms["hub, plain"], ms["stock SATOSA, plain"]
    php, sealed = ms.get("SimpleSAMLphp, plain"), ms["hub, encrypted"] / own
    ahead = "SimpleSAMLphp is not installed here: not compared"
    if php is not None:
        ahead = f"SimpleSAMLphp {php:.2f} ms: {php / own:.1f} times, to be above 1"
    return Section(
        title="SAML responses with a live session",
        how=(
            "One request by redirect, one response by POST, response and assertion signed "
            "(RSA-2048, SHA-256); both signatures, status, audience and the question it answers "
            "verified each time. Hub: `hub serve`, 2 workers, SQLite. Stock: SATOSA 8.6, `xmlsec1` "
            "for each signature, gunicorn, 1 worker. SimpleSAMLphp: Debian's, PHP's own server "
            "with its opcode cache. Encrypted: AES-256-GCM at the hub, what the others take by "
            "themselves elsewhere. Four connections, sides alternating, log level warning. "
            "Beside its signatures the hub runs seven statements in five transactions: "
            "session, person, password's age, participation, and what this service was told."
        ),
        head=ROUND_HEAD,
        rows=tuple(round_row(1 + at // sides, each) for at, each in enumerate(rounds)),
        verdict=(
            f"Medians of server CPU for one response: hub {own:.2f} ms, of which two bare "
            f"signatures {floor:.2f} ms; stock {stock:.2f} ms: {stock / own:.1f} times, promised "
            f"{STOCK_PROMISE:.0f}. {ahead}. Encrypted {ms['hub, encrypted']:.2f} ms: {sealed:.1f} "
            f"times plain, to be within {SEALED_PROMISE:.0f}."
        ),
        kept=stock / own >= STOCK_PROMISE
        and (php is None or php > own)
        and sealed <= SEALED_PROMISE,
    )


if __name__ == "__main__":
    print(section().markdown())
