"""A study is shared with somebody outside: form, mail, button, code, ticket, study."""

from .region import COMMENT, HUB, STUDY, TO, Region, link_in


def test_a_study_is_shared_from_the_form_to_the_ticket(region: Region) -> None:
    draft = region.calls("POST", "/apps/emage/shares/", json=region.asked()).json()
    assert draft["form"] == f"{HUB}/apps/emage/mine/{draft['id']}"
    browser = region.signed_in(path=f"/apps/emage/mine/{draft['id']}")
    page = browser.open(draft["form"])
    assert "dimanche 4 janvier 2026 à 13 h 00" in page.words
    page = browser.submit(page.form(asking="recipient"), {"recipient": TO, "comment": COMMENT})
    assert page.path == f"/apps/emage/mine/{draft['id']}"
    assert "L’examen est partagé" in page.words and "data:image/svg+xml" in page.text
    (letter,) = region.letters()
    assert COMMENT in letter and "dimanche 4 janvier 2026 à 13 h 00" in letter
    assert STUDY not in letter and STUDY not in page.text
    assert link_in(letter) == link_in(page.words)
    answer = region.redeemed(region.ticket(link_in(letter)))
    told = answer.json()
    assert answer.status_code == 200 and told["study"] == STUDY
    assert told["sender"] == region.subject() and told["recipient"] == TO
    state = region.calls("GET", f"/apps/emage/shares/{draft['id']}").json()
    assert state["state"] == "open" and state["openings"] == ["2026-01-01T12:00:00+00:00"]
