"""Announcements: written by the operator, read by everybody in their time, as text."""

from pathlib import Path

import pytest

from hub.contract.services import Access
from hub.people.announcing import MOST
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import said
from tests.web.test_console import CAROL

HERE = "/console/announcements"
TYPED = {
    "tone": "warning",
    "title_fr": "Maintenance ce soir",
    "title_en": "Maintenance tonight",
    "text_fr": "Le portail sera lent.\r\nMerci.",
    "text_en": "The portal will be slow.",
    "starts": "2026-01-01T14:00",
    "ends": "2026-01-01T18:00",
}


@pytest.fixture
def console(tmp_path: Path) -> Furnished:
    made = furnish(
        tmp_path, tiled("mail", Access(minimum="low")), tiled("portal", Access(minimum="low"))
    )
    made.hub.accounts.create(CAROL)
    made.grant(CAROL.id, "console.operator")
    made.enter("carol", strong=True)
    return made


def everywhere(console: Furnished) -> list[str]:
    """The front page, the sign-in page of a stranger, and « Mes services »."""
    stranger = console.site.another()
    here, console.site.client = console.site.client, stranger
    front, sign_in = console.get("/").text, console.get(console.site.arrive("mail")).text
    console.site.client = here
    return [front, sign_in, console.get("/services").text]


def test_it_stands_on_every_page_in_its_time_and_on_none_out_of_it(console: Furnished) -> None:
    assert console.post(HERE, **TYPED).location == f"{HERE}?done=made"
    title = "Maintenance ce soir"
    assert not any(title in page for page in everywhere(console))
    console.hub.later(hours=1)
    assert all(title in page and "Merci." in page for page in everywhere(console))
    console.hub.later(hours=4)
    console.hub.records.sessions.clear()
    assert title not in console.get("/").text


def test_it_is_read_in_the_language_of_the_page(console: Furnished) -> None:
    console.post(HERE, **{**TYPED, "starts": ""})
    console.post("/language/en", back="/")
    page = said(console.get("/"))
    assert "Maintenance tonight" in page and "Maintenance ce soir" not in page


def test_a_script_in_it_is_text(console: Furnished) -> None:
    evil = "<script>alert(1)</script><b>x"
    console.post(HERE, **{**TYPED, "starts": "", "title_fr": evil, "text_fr": evil})
    for page in (*everywhere(console), console.get(HERE).text):
        assert "<script>alert" not in page and "<b>x" not in page


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(console: Furnished) -> None:
    answer = console.post(HERE, **{**TYPED, "ends": "2025-01-01T10:00"})
    assert answer.status_code == 422 and "finit avant d’avoir commencé" in said(answer)
    assert 'value="Maintenance ce soir"' in answer.text and "Le portail sera lent." in answer.text
    assert not console.desk.operator.operating.now().announcements
    assert console.post(HERE, **{**TYPED, "title_fr": ""}).status_code == 422


def test_there_is_an_end_to_announcing(console: Furnished) -> None:
    for number in range(MOST):
        assert console.post(HERE, **{**TYPED, "title_fr": f"Annonce {number}"}).status_code == 303
    answer = console.post(HERE, **TYPED)
    assert answer.status_code == 409 and f"{MOST} annonces" in said(answer)


def test_it_is_withdrawn_once(console: Furnished) -> None:
    console.post(HERE, **{**TYPED, "starts": ""})
    (made,) = console.desk.operator.operating.now().announcements
    assert console.post(f"{HERE}/{made.id}/withdraw").location == f"{HERE}?done=withdrawn"
    assert console.post(f"{HERE}/{made.id}/withdraw").status_code == 404
    assert "Maintenance" not in console.get("/").text
    assert console.actions()[-2:] == ["announcement.made", "announcement.withdrawn"]
    assert console.hub.records.trail[-1].account == CAROL.id


def test_an_old_proof_announces_nothing_and_what_was_typed_waits(console: Furnished) -> None:
    console.hub.later(minutes=11)
    answer = console.post(HERE, **TYPED)
    assert answer.location.startswith("/login/")
    withdrawn = console.post(f"{HERE}/any/withdraw")
    assert withdrawn.location.startswith("/login/")
    assert not console.desk.operator.operating.now().announcements
    path = answer.location
    console.post(f"{path}/card", begin="1")
    done = console.post(f"{path}/card", identifier="carol", secret="1234")
    back = console.get(done.location).location
    assert back.startswith(HERE)
    assert 'value="Maintenance ce soir"' in console.get(back).text


def test_whoever_is_no_operator_writes_none(console: Furnished) -> None:
    console.rights.grants.clear()
    console.grant(CAROL.id, "console.support")
    assert console.get(HERE).status_code == 404
    assert console.post(HERE, **TYPED).status_code == 404
    assert not console.desk.operator.operating.now().announcements


def test_those_to_come_and_those_over_are_listed_as_such(console: Furnished) -> None:
    console.post(HERE, **TYPED)
    assert "À venir" in said(console.get(HERE))
    console.hub.later(hours=2)
    assert "Affichée" in said(console.get(HERE))
    console.hub.later(hours=4)
    assert "Terminée" in said(console.get(HERE))


def test_french_stands_first_in_the_list(console: Furnished) -> None:
    console.post(HERE, **TYPED)
    page = said(console.get(HERE))
    assert page.index("Maintenance ce soir") < page.index("Maintenance tonight")
