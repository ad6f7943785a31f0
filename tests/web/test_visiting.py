"""What a page that asks nobody to sign in is told of whoever reads it, and what it may allow."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from hub.contract.identifiers import ServiceId
from hub.toolboxes import BoundSeal
from hub.testing.people import ANN
from hub.testing.toolbox import MemoryToolbox
from hub.web.headers import dress
from hub.web.visiting import WebVisiting
from tests.web.site import ADDRESS, FakeSeal, make

KEY = "k" * 43


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return make(tmp_path).app


def visiting(plugin: str) -> WebVisiting:
    return WebVisiting(seal=BoundSeal(seal=FakeSeal(), plugin=plugin))


def named(app: Flask, plugin: str, key: str) -> str:
    headers = {"Cookie": f"__Host-browser={key}"}
    with app.test_request_context("/", base_url=ADDRESS, headers=headers):
        return visiting(plugin).browser()


def test_a_browser_keeps_its_name_and_each_plugin_has_another_for_it(app: Flask) -> None:
    name = named(app, "emage", KEY)
    assert name == named(app, "emage", KEY) and KEY not in name
    assert len({name, named(app, "other", KEY), named(app, "emage", "x" * 43)}) == 3


def test_a_form_leads_to_the_origin_it_was_allowed_and_to_no_more(app: Flask) -> None:
    with app.test_request_context("/", base_url=ADDRESS):
        visiting("emage").form_leads_to("https://emage.test/shared?from=hub; script-src *")
        policy = dress(app.make_response("")).headers["Content-Security-Policy"]
    assert "form-action 'self' https://emage.test;" in policy and "script-src *" not in policy


def test_a_request_without_a_token_is_no_service_s(app: Flask) -> None:
    for shown in ({}, {"Authorization": "Bearer "}, {"Authorization": "Basic eDp5"}):
        with app.test_request_context("/", base_url=ADDRESS, headers=shown):
            assert visiting("emage").caller() is None


def test_the_toolbox_in_memory_names_nobody_who_is_suspended() -> None:
    here = MemoryToolbox().visiting
    mail = ServiceId("mail")
    here.known[mail, "ann"] = ANN
    assert here.person(mail, "ann") == ANN and here.person(ServiceId("scan"), "ann") is None
    here.known[mail, "ann"] = replace(ANN, locked=True)
    assert here.person(mail, "ann") is None
