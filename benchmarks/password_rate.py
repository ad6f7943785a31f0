"""Password sign-ins against the bare hash rate, while keys and health must stay quick."""

import threading
import time
from itertools import count

from argon2 import PasswordHasher

from benchmarks.hub_side import hub
from benchmarks.people import login_of
from benchmarks.provider import Provider
from benchmarks.rounds import Prepare, Round, measured
from benchmarks.sampler import Samples, sampling
from benchmarks.sign_in import SignIn
from benchmarks.table import ROUND_HEAD, Section, median_per_cpu_second, round_row

ROUNDS = 3
SIGN_INS = 400
PEOPLE = 2_000
CONNECTIONS = 8
SHARE = 0.70
LIMIT_MS = 50.0
HEALTH = "/health/live"


def section() -> Section:
    with hub(people=PEOPLE, passwords=PEOPLE) as ours:
        measured(ours, sign_ins(ours, PEOPLE), SIGN_INS // 8, CONNECTIONS)
        bare, rounds, slowest = [bare_rate()], [], 0.0
        for _ in range(ROUNDS):
            one, samples = _sampled(ours)
            rounds.append(one)
            bare.append(bare_rate())
            slowest = max(slowest, samples.p95(ours.endpoints.jwks), samples.p95(HEALTH))
    return _judged(ours, rounds, sorted(bare), slowest)


def sign_ins(provider: Provider, people: int) -> Prepare:
    """Each sign-in is the next person's, in a browser that was never here."""
    numbers = count()

    def whom() -> str:
        return login_of(next(numbers) % people)

    return lambda connection: SignIn(provider, connection, whom).run


def bare_rate(seconds: float = 4.0) -> float:
    """Verifications per second by two threads that do nothing else: 19 MiB, t=2, p=1."""
    hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    kept = hasher.hash("a password")
    done: list[int] = []

    def work() -> None:
        until, verified = time.perf_counter() + seconds, 0
        while time.perf_counter() < until:
            hasher.verify(kept, "a password")
            verified += 1
        done.append(verified)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


def _sampled(ours: Provider) -> tuple[Round, Samples]:
    with sampling(ours.port, ours.host, (ours.endpoints.jwks, HEALTH)) as samples:
        one = measured(ours, sign_ins(ours, PEOPLE), SIGN_INS, CONNECTIONS)
    return one, samples


def _judged(ours: Provider, rounds: list[Round], bare: list[float], slowest: float) -> Section:
    hashes = bare[len(bare) // 2]
    rate = sorted(each.per_second for each in rounds)[len(rounds) // 2]
    per_cpu = median_per_cpu_second(rounds, ours.name)
    return Section(
        title="Password sign-in",
        how=(
            "From the service's request to the code, four requests each, every time another "
            "person in a new browser; argon2id 19 MiB t=2 p=1. Bare rate: argon2-cffi verifying "
            "in two threads, before, between and after the rounds: "
            f"{', '.join(f'{each:.1f}' for each in bare)} per s."
        ),
        head=ROUND_HEAD,
        rows=tuple(round_row(1 + at, each) for at, each in enumerate(rounds)),
        verdict=(
            f"Median {rate:.1f} sign-ins per second ({per_cpu:.1f} per server CPU second) against "
            f"{hashes:.1f} bare hashes: {rate / hashes:.0%}, promised {SHARE:.0%}. Slowest p95 of "
            f"keys and health meanwhile {slowest:.1f} ms, promised under {LIMIT_MS:.0f} ms."
        ),
        kept=rate / hashes >= SHARE and slowest < LIMIT_MS,
    )


if __name__ == "__main__":
    print(section().markdown())
