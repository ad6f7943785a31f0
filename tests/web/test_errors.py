"""Each failure has its page: a sentence, a next step, a support code, and no trace."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from hub.contract.errors import StoreUnavailable
from hub.broker.records import StaleLogin
from tests.web.site import Site, make, said


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as captured:
        yield captured


def breaking(site: Site, error: Exception) -> None:
    """Every reading of a login fails from now on."""

    def fail(*_: object) -> None:
        raise error

    site.hub.records.pending = fail  # type: ignore[method-assign,assignment]


def test_a_page_that_does_not_exist(site: Site) -> None:
    answer = site.get("/nowhere")
    assert answer.status_code == 404
    assert "Page introuvable" in said(answer) and "Code d’assistance" in said(answer)


def test_a_form_address_refuses_what_is_no_form(site: Site) -> None:
    answer = site.get("/language/fr")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_database_that_is_away_is_told_as_such(site: Site) -> None:
    path = site.arrive("low")
    breaking(site, StoreUnavailable("disk"))
    answer = site.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "disk" not in answer.text


def test_an_incident_is_recorded_under_the_code_shown_and_its_cause_stays_inside(
    site: Site, lines: list[Any]
) -> None:
    path = site.arrive("low")
    breaking(site, RuntimeError("ann@hub.test typed 123456"))
    answer = site.get(path)
    failed = next(line for line in lines if line["event"] == "page.failed")
    assert answer.status_code == 500
    assert failed["support"] in said(answer)
    assert failed["kind"] == "RuntimeError" and "in fail" in failed["trace"]
    assert "123456" not in answer.text + repr(lines)
    assert "Traceback" not in answer.text


def test_whoever_writes_second_sees_what_is_true_now(site: Site) -> None:
    path = site.arrive("low")
    breaking(site, StaleLogin("x"))
    assert site.sign_in(path).location == path


def test_a_login_that_is_over_leads_to_its_service(site: Site) -> None:
    path = site.arrive("low")
    site.sign_in(path)
    site.hub.records.logins.clear()
    answer = site.get(path)
    assert answer.status_code == 200
    assert "Cette connexion est terminée" in said(answer)
    assert 'href="/services"' in answer.text


def test_a_form_sent_again_after_back_goes_on(site: Site) -> None:
    path = site.arrive("low")
    site.sign_in(path)
    site.hub.records.logins.clear()
    assert site.sign_in(path).location == "/services"


def test_readiness_answers_even_when_the_database_cannot(tmp_path: Path) -> None:
    def away() -> str:
        raise StoreUnavailable("disk")

    answer = make(tmp_path, standing=away).get("/health/ready")
    assert (answer.status_code, answer.json) == (503, {"status": "unreachable"})


def test_a_log_line_names_the_pattern_and_never_the_address(site: Site, lines: list[Any]) -> None:
    path = site.arrive("low")
    site.sign_in(path + "", secret="hunter2")
    site.get(f"{path}?name=ann")
    served = [line for line in lines if line["event"] == "request.served"]
    assert {line["route"] for line in served} >= {"/login/<login>", "/login/<login>/<method>"}
    written = json.dumps(lines)
    assert path.removeprefix("/login/") not in written
    assert "hunter2" not in written and "ann" not in written


def test_live_and_ready_are_two_questions(tmp_path: Path) -> None:
    site = make(tmp_path, standing=lambda: "locked")
    assert site.get("/health/live").json == {"status": "live"}
    answer = site.get("/health/ready")
    assert (answer.status_code, answer.json) == (503, {"status": "locked"})


def test_a_hub_that_can_work_is_ready(site: Site) -> None:
    assert site.get("/health/ready").status_code == 200


def test_metrics_are_for_this_machine_alone(site: Site) -> None:
    site.get("/help")
    near = site.get("/metrics", environ_overrides={"REMOTE_ADDR": "127.0.0.1"})
    far = site.get("/metrics", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    proxied = site.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert 'hub_requests_total{route="/help",status="200"}' in near.text
    assert (far.status_code, proxied.status_code) == (404, 404)


def test_metrics_count_steps_and_what_was_throttled(site: Site) -> None:
    path = site.arrive("low")
    for _ in range(4):
        site.sign_in(path, secret="wrong")
    text = site.get("/metrics").text
    assert 'hub_login_steps_total{outcome="ask",place="password"}' in text
    assert 'hub_throttled_total{place="password"} 1.0' in text


def test_metrics_do_not_grow_with_what_strangers_invent(site: Site) -> None:
    path = site.arrive("low")
    for invented in ("a-method-of-mine", "do/an-action-of-mine"):
        assert site.post(f"{path}/{invented}", begin="1").status_code == 303
    assert "of-mine" not in site.get("/metrics").text
