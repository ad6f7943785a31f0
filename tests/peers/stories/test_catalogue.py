"""Services of the catalogue: a first opening, a study shared outside, the directory."""

import re

from tests.peers.stories.calling import called, subject_told
from tests.peers.stories.place import Place
from tests.peers.stories.reading import flat
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way

COMMENT = "Pour avis avant mercredi"
STUDY = "1.2.840.113619"
LOCKS = "association"
STARRED = {"mail", "mobile", "identifier_type", "identifier_number"}
_LINK = re.compile(r"https://\S+/apps/emage/shared/[\w-]+")


@in_every_way
def test_a_first_opening_associates_the_account_and_later_ones_go_straight_in(
    tab: Visit, here: Place
) -> None:
    person, service = tab.person("associates"), here.letters.site.origin
    tab.open(f"{service}/?ui_locales={tab.way.language}")
    tab.password(person)
    assert "Conditions d’utilisation de Courrier" in tab.page.locator("main").inner_text()
    tab.accept_terms()
    tab.page.locator("main [name=attest]").wait_for()
    form = tab.page.locator("main form", has=tab.page.locator("[name=attest]")).inner_text()
    # From the directory: shown, locked and marked.
    assert "Durand" in form and str(99700000000 + person.number) in form
    assert tab.page.locator("main [name=family_name]").count() == 0
    assert tab.says("association.locked", LOCKS) in flat(form)
    tab.page.locator("[name=attest]").check()
    tab.press("form:has([name=attest]) button:not([name])")
    tab.page.wait_for_url(f"{service}/**")
    tab.open(f"{service}/?prompt=none")
    assert tab.page.locator("#claims").count() == 1
    # The attestation and what was accepted are kept as proof.
    tab.open("/account/history")
    said = tab.read()
    for key, owner in (("trail.terms.accepted", "terms"), ("trail.association.confirmed", LOCKS)):
        assert tab.before("text", key, owner, version="") in said
    assert "2026-01" in said


@in_every_way
def test_a_study_is_shared_by_a_link_and_a_code_and_opens_no_session(
    tab: Visit, elsewhere: Visit, here: Place
) -> None:
    person, emage = tab.person("shares"), here.town.emage
    tab.sign_in(person)
    tab.open("/open/emage")
    wanted = {
        "sub": subject_told(tab),
        "study": STUDY,
        "opens_at": f"{emage.site.origin}/",
    }
    form = called(tab, emage, "shares", "/apps/emage/shares/", wanted)["form"]
    tab.open(str(form))
    tab.send(code=person.code())
    shown = tab.read()
    assert "patient" in shown and re.search(r"\d{1,2}( h |:)\d\d", shown)
    # Each way somebody else: nobody is sent two codes within a moment.
    recipient = f"docteur.{tab.way.name or 'desk'}@ailleurs.test"
    tab.send(recipient=recipient, comment=COMMENT)
    tab.page.locator("main svg:not(.icon), main img").first.wait_for()
    mail = here.post.mail(recipient, "/apps/emage/shared/")
    link = _LINK.search(mail)
    assert link and STUDY not in mail
    # What looks at links opens it first: a button does what a look must not.
    elsewhere.open(link[0])
    elsewhere.open(link[0])
    elsewhere.press("main form button")
    code, at_emage = here.post.code_by_mail(recipient), f"{emage.site.origin}/?ticket="
    with elsewhere.page.expect_request(lambda asked: asked.url.startswith(at_emage)) as came:
        elsewhere.send(code=code)
    ticket = {"ticket": came.value.url.removeprefix(at_emage)}
    redeemed = called(tab, emage, "shares", "/apps/emage/tickets/", ticket)
    assert STUDY in str(redeemed)
    # No page tells the study, and its sender reads that it was opened.
    tab.page.reload()
    assert STUDY not in tab.page.content() and STUDY not in elsewhere.page.content()
    tab.open("/apps/emage/mine/")
    assert tab.says("emage.mine.opened", "emage", n=1) in tab.read()
    # Nor does a line of the log, nor to whom it went.
    log = (here.town.hub.folder / "hub.log").read_text(encoding="utf-8")
    assert "/apps/emage/" in log
    assert STUDY not in log and recipient not in log and COMMENT not in log
    elsewhere.open("/services")
    assert elsewhere.path.startswith("/login/")
    with tab.page.expect_navigation():
        tab.press("form[action$='/revoke'] button")
    elsewhere.open(link[0])
    assert elsewhere.status == 404


@in_every_way
def test_a_colleague_is_looked_up_and_kept_as_a_favourite(tab: Visit) -> None:
    tab.sign_in(tab.person("looks-up"), "/apps/directory/?who=moreau")
    tab.page.locator("main .rows a", has_text="Moreau").first.click()
    assert "Clinique du Parc" in tab.page.locator("main").inner_text()
    tab.press("main button[name=liked]")
    tab.open("/apps/directory/favourites")
    assert "Moreau" in tab.page.locator("main").inner_text()


@in_every_way
def test_who_wishes_not_to_be_seen_is_found_by_no_search(tab: Visit) -> None:
    tab.sign_in(tab.person("looks-up"), "/apps/directory/?who=moreau")
    assert "Lucas Moreau" in tab.page.locator("main").inner_text()
    for asked in ("who=delmas", "who=99700102371", "activity=psychiatre"):
        tab.open(f"/apps/directory/?{asked}")
        assert tab.says("directory.none", "directory") in tab.read()


@in_every_way
def test_what_must_be_filled_in_of_an_identity_is_starred(tab: Visit, here: Place) -> None:
    """By somebody of whom the directory knows no contact and no number."""
    tab.open(f"{here.letters.site.origin}/?ui_locales={tab.way.language}")
    tab.password(tab.person("stars"))
    tab.accept_terms()
    tab.page.locator("main [name=attest]").wait_for()
    typed = tab.page.locator("form:has([name=attest]) :is(input, select):not([type=hidden])")
    starred = {}
    for each in typed.all():
        name = each.get_attribute("name")
        if name != "attest":
            label = tab.page.locator(f"label[for='{name}']").inner_text()
            starred[name] = (
                label.strip().endswith("*"),
                each.get_attribute("required") is not None,
            )
    # A star where the browser lets nobody go on without, and nowhere else.
    assert all(star == must for star, must in starred.values())
    assert {name for name, (star, _) in starred.items() if star} == STARRED
    assert tab.says("association.starred", LOCKS) in tab.read()
