"""An operator calls a level otherwise: the hub's own pages ask for it all the same."""

from pathlib import Path

import pytest

from hub.testing.people import ANN
from hub.testing.running import BASE, running_hub
from tests.flows.browser import Browser
from tests.flows.steps import with_password

HUB = "https://hub.test"
PHRASE = "violet harbour ladder nineteen"


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/account/means", "/console"])
def test_a_page_that_asks_for_two_proofs_asks_for_them_by_any_name(
    tmp_path: Path, path: str
) -> None:
    changed = {"names": {"strong": "forte"}, "acrs": {"strong": "https://region.example/acr/2"}}
    plugins = [*BASE["plugins"], "totp"]
    running = running_hub(tmp_path, plugins=plugins, plugin={"regional": changed})
    running.settle(ANN, password=PHRASE, totp="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    browser = Browser({HUB: running.app.wsgi})
    page = browser.open(f"{HUB}{path}")
    assert page.status == 200 and page.has("identifier")
    page = with_password(browser, page, "ann", PHRASE)
    # A password is one proof: nobody is inside.
    assert page.path.startswith("/login/")
