"""Means switched off and on at the console: by whom, which, and what people read."""

from dataclasses import replace
from pathlib import Path

import pytest

from hub.contract.identifiers import MethodName
from hub.contract.services import Access
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import said
from tests.web.test_console import CAROL

HERE = "/console/methods"


@pytest.fixture
def console(tmp_path: Path) -> Furnished:
    made = furnish(tmp_path, tiled("mail", Access(minimum="low")))
    operating = made.desk.operator.operating
    object.__setattr__(made.hub.rules, "off", lambda: operating.now().off)
    made.hub.accounts.create(CAROL)
    made.grant(CAROL.id, "console.operator")
    made.enter("carol", strong=True)
    return made


def sign_in_page(console: Furnished) -> str:
    here, console.site.client = console.site.client, console.site.another()
    page = console.get(console.site.arrive("mail"))
    console.site.client = here
    return said(page)


def test_a_means_switched_off_leaves_the_sign_in_page_with_a_word(console: Furnished) -> None:
    assert "Suspendu pour le moment" not in sign_in_page(console)
    assert console.post(f"{HERE}/card/off").location == f"{HERE}?done=off"
    page = sign_in_page(console)
    assert "Suspendu pour le moment par l’exploitant : card." in page
    assert console.post(f"{HERE}/card/on").location == f"{HERE}?done=on"
    assert "Suspendu pour le moment" not in sign_in_page(console)


def test_who_switched_what_is_in_the_trail(console: Furnished) -> None:
    console.post(f"{HERE}/card/off")
    line = console.hub.records.trail[-1]
    assert (line.action, line.account) == ("method.switched_off", CAROL.id)
    assert line.details == {"method": "card"}
    assert "Moyen suspendu : card" in said(console.get("/account/history"))


def test_the_last_means_that_leads_here_stays(console: Furnished) -> None:
    for name in ("card", "phone"):
        assert console.post(f"{HERE}/{name}/off").status_code == 303
    for name in ("password", "code"):
        answer = console.post(f"{HERE}/{name}/off")
        assert answer.status_code == 409 and "dernier moyen" in said(answer)
    assert console.desk.operator.operating.now().off == {"card", "phone"}


def test_of_two_operators_at_once_the_second_looks_again(console: Furnished) -> None:
    operating = console.desk.operator.operating

    class Slow:
        """Another operator is quicker between the look and the switch."""

        now = operating.now

        def switch(self, method: MethodName, seen: int, entry: object, *, on: bool) -> bool:
            operating.switch(MethodName("phone"), seen, console.hub.records.trail[-1], on=False)
            return operating.switch(method, seen, entry, on=on)  # type: ignore[arg-type]

    operator = replace(console.desk.operator, operating=Slow())  # type: ignore[arg-type]
    console.site.app.extensions["hub_desk"] = replace(console.desk, operator=operator)
    answer = console.post(f"{HERE}/card/off")
    assert answer.status_code == 409 and "Quelqu’un d’autre" in said(answer)
    assert operating.now().off == {"phone"}


def test_an_old_proof_switches_nothing(console: Furnished) -> None:
    console.hub.later(minutes=11)
    assert console.post(f"{HERE}/card/off").location.startswith("/login/")
    assert not console.desk.operator.operating.now().off


def test_whoever_is_no_operator_switches_nothing(console: Furnished) -> None:
    console.rights.grants.clear()
    console.grant(CAROL.id, "console.support")
    assert console.get(HERE).status_code == 404
    assert console.post(f"{HERE}/card/off").status_code == 404
    assert not console.desk.operator.operating.now().off


def test_what_is_no_means_is_not_found(console: Furnished) -> None:
    for name in ("nothing", "situation", "<b>"):
        assert console.post(f"{HERE}/{name}/off").status_code == 404


def test_where_it_is_written_is_told(console: Furnished) -> None:
    operator = replace(console.desk.operator, written={"provider.card": "hub.toml:7"})
    console.site.app.extensions["hub_desk"] = replace(console.desk, operator=operator)
    assert "hub.toml:7" in said(console.get(HERE))
