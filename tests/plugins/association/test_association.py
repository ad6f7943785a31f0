"""Who one is, confirmed once before a service opens, and the proof of it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hub import (
    Account,
    AccountId,
    Answer,
    Ask,
    ChannelKind,
    ConfigErrors,
    Contact,
    Done,
    Identifier,
    Json,
    Recurring,
    Situation,
    Task,
)
from hub.contract.identifiers import ServiceId
from hub.testing.pages import drawn
from hub.testing.settings import TableSettings
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.actions import association
from hub_plugins.actions.association.action import Associate
from hub_plugins.actions.association.book import Book, Proof
from hub_plugins.actions.association.forms import read_forms
from hub_plugins.actions.association.numbers import number_of, system_of

FOLDER = Path(str(association.__file__)).parent
WORDS = "J’atteste l’exactitude de ces informations."
FORM: dict[str, Json] = {"version": "2026-01", "title": "Votre compte", "attestation": WORDS}
SECRETARY = Account(
    id=AccountId("s-1"),
    display_name="Sophie Garnier",
    identifiers=(Identifier(system="login", number="sophie"),),
    contacts=(Contact(kind=ChannelKind("mail"), address="sophie@hub.test", validated=True),),
    attributes={"given_name": ("Sophie",), "family_name": ("Garnier",)},
)
DOCTOR = replace(
    SECRETARY,
    id=AccountId("d-1"),
    identifiers=(Identifier(system="rpps", number="99700075064"),),
    contacts=(
        *SECRETARY.contacts,
        Contact(kind=ChannelKind("sms"), address="+33639980101", validated=True),
    ),
)
TYPED = {
    "mobile": "06 12 34 56 78",
    "identifier_type": "finess",
    "identifier_number": "99 000 0029",
    "attest": "yes",
}


@pytest.fixture
def box() -> MemoryToolbox:
    return MemoryToolbox("association")


def action(box: MemoryToolbox, **said: Json) -> Associate:
    declared = TableSettings(association={"forms": {"mail": {**FORM, **said}}})
    (found,) = association.required_actions(declared, box)
    assert isinstance(found, Associate)
    return found


def task(box: MemoryToolbox, account: Account = SECRETARY, asked: object = None) -> Task:
    memory = asked.memory if isinstance(asked, Ask) else {}
    return Task(
        now=box.time.now, account=account, service=ServiceId("mail"), return_url="/", memory=memory
    )


def confirm(
    form: Associate, box: MemoryToolbox, typed: Mapping[str, str], account: Account = SECRETARY
) -> object:
    asked = form.begin(task(box, account))
    return form.advance(task(box, account, asked), Answer(fields=typed))


def proof(box: MemoryToolbox, account: Account = SECRETARY) -> Proof | None:
    return Book(box.drawer("mail")).of(account.id)


def locked(ask: object) -> Json:
    assert isinstance(ask, Ask)
    return ask.values["locked"]


def shown(ask: object) -> dict[str, dict[str, Json]]:
    assert isinstance(ask, Ask)
    fields = ask.values["fields"]
    assert isinstance(fields, list)
    return {str(each["name"]): each for each in fields if isinstance(each, dict)}


def test_it_is_asked_only_where_a_service_names_it_and_only_once(box: MemoryToolbox) -> None:
    form = action(box)
    assert form.name == "association.mail"
    assert isinstance(form, Recurring) and not form.everywhere
    assert form.due(SECRETARY, ())
    assert isinstance(confirm(form, box, TYPED), Done)
    assert not form.due(SECRETARY, ()) and form.due(DOCTOR, ())
    assert not action(box, version="2027-01").due(SECRETARY, ())


def test_the_proof_says_when_which_words_and_what_was_confirmed(box: MemoryToolbox) -> None:
    form = action(box)
    confirm(form, box, TYPED)
    kept = proof(box)
    assert kept and (kept.version, kept.at) == ("2026-01", box.time.now)
    (declared,) = read_forms(TableSettings(association={"forms": {"mail": FORM}}))
    assert kept.sha256 == declared.digest
    assert kept.confirmed == {
        "mail": "sophie@hub.test",
        "family_name": "Garnier",
        "given_name": "Sophie",
        "mobile": "+33612345678",
        "identifier_type": "finess",
        "identifier_number": "990000029",
    }
    assert kept.directory == ("family_name", "given_name", "mail")
    (noted,) = box.noted
    assert (noted.action, noted.account) == ("association.confirmed", SECRETARY.id)
    assert noted.details == {"key": "mail", "text": "Votre compte", "version": "2026-01"}


def test_what_is_confirmed_stands_sealed_and_nowhere_else(box: MemoryToolbox) -> None:
    confirm(action(box), box, TYPED)
    (kept,) = box.drawer("mail").of(SECRETARY.id)
    assert not kept.public and not kept.label
    assert b"+33612345678" in kept.secret


def test_what_the_directory_says_is_locked_whatever_a_form_sends(box: MemoryToolbox) -> None:
    form = action(box)
    asked = form.begin(task(box))
    told = locked(asked)
    assert isinstance(told, list) and ["family_name", "Garnier"] in told
    assert "family_name" not in shown(asked)
    confirm(form, box, {**TYPED, "family_name": "Autre", "mail": "thief@evil.test"})
    kept = proof(box)
    assert kept and kept.confirmed["family_name"] == "Garnier"
    assert kept.confirmed["mail"] == "sophie@hub.test"


def test_whoever_the_directory_knows_whole_only_attests(box: MemoryToolbox) -> None:
    form = action(box, optional=[])
    assert shown(form.begin(task(box, DOCTOR))) == {}
    assert isinstance(confirm(form, box, {"attest": "yes"}, DOCTOR), Done)
    kept = proof(box, DOCTOR)
    assert kept and kept.confirmed["identifier_number"] == "99700075064"
    assert kept.confirmed["identifier_type"] == "rpps"


def test_a_telephone_is_shown_in_groups_and_kept_as_it_is(box: MemoryToolbox) -> None:
    form = action(box)
    told = locked(form.begin(task(box, DOCTOR)))
    assert isinstance(told, list) and ["mobile", "+33 6 39 98 01 01"] in told
    confirm(form, box, {"attest": "yes"}, DOCTOR)
    kept = proof(box, DOCTOR)
    assert kept and kept.confirmed["mobile"] == "+33639980101"


def test_the_number_of_the_place_stands_where_one_has_none_of_one_s_own(
    box: MemoryToolbox,
) -> None:
    place = Situation(id="p", structure="990000029", role="secrétaire", source="memory")
    form = action(box, optional=[])
    there = replace(task(box), situation=place)
    found = locked(form.begin(there))
    assert isinstance(found, list) and ["identifier_number", "990000029"] in found
    own = locked(form.begin(replace(there, account=DOCTOR)))
    assert isinstance(own, list) and ["identifier_number", "99700075064"] in own


def test_an_address_nobody_proved_is_proposed_and_may_be_changed(box: MemoryToolbox) -> None:
    unproved = (Contact(kind=ChannelKind("mail"), address="old@hub.test"),)
    somebody = replace(SECRETARY, contacts=unproved)
    form = action(box)
    assert shown(form.begin(task(box, somebody)))["mail"]["value"] == "old@hub.test"
    confirm(form, box, {**TYPED, "mail": "a.new@HUB.test"}, somebody)
    kept = proof(box, somebody)
    assert kept and kept.confirmed["mail"] == "a.new@hub.test"


def test_a_number_that_was_only_declared_is_proposed_and_never_locked(
    box: MemoryToolbox,
) -> None:
    declared = Identifier(system="rpps", number="99700075064", declared=True)
    somebody = replace(SECRETARY, identifiers=(declared,))
    form = action(box)
    asked = form.begin(task(box, somebody))
    assert "99700075064" not in str(locked(asked))
    assert shown(asked)["identifier_number"]["value"] == "99700075064"
    own = {**TYPED, "identifier_type": "rpps", "identifier_number": ""}
    confirm(form, box, {**own, "identifier_number": "99700434378"}, somebody)
    kept = proof(box, somebody)
    assert kept and kept.confirmed["identifier_number"] == "99700434378"


def test_without_the_attestation_nothing_opens_and_nothing_typed_is_lost(
    box: MemoryToolbox,
) -> None:
    form = action(box)
    again = confirm(form, box, {**TYPED, "attest": ""})
    assert isinstance(again, Ask) and again.refused
    assert again.refused.code == "association.not_attested" and not again.refused.counts
    assert shown(again)["mobile"]["value"] == TYPED["mobile"]
    assert form.due(SECRETARY, ()) and proof(box) is None and not box.noted


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("mobile", "03 53 01 00 07"),
        ("mobile", "0639"),
        ("mobile", ""),
        ("mobile", "1" * 5000),
        ("telephone", "javascript:alert(1)"),
        ("identifier_number", "99700075064"),
        ("identifier_number", ""),
        ("identifier_type", "passport"),
        ("identifier_type", ""),
    ],
)
def test_a_field_that_cannot_be_right_is_pointed_out_and_the_rest_stays(
    box: MemoryToolbox, field: str, typed: str
) -> None:
    form = action(box)
    again = confirm(form, box, {**TYPED, field: typed})
    assert isinstance(again, Ask) and again.refused and again.refused.code == "association.wrong"
    fields = shown(again)
    assert fields[field]["wrong"] and len(str(fields[field]["value"])) <= 400
    for name in {"mobile", "identifier_type", "identifier_number"} - {field}:
        assert fields[name]["value"] == TYPED[name]
    assert again.values["ticked"] is True
    assert form.due(SECRETARY, ())


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("family_name", "<script>alert(1)</script>"),
        ("given_name", "A" * 101),
        ("given_name", "R2\u0000D2"),
        ("mail", "a@b"),
        ("mail", "<a@hub.test>"),
        ("mail", f"{'a' * 65}@hub.test"),
    ],
)
def test_names_and_addresses_of_nobody_are_pointed_out(
    box: MemoryToolbox, field: str, typed: str
) -> None:
    nobody = replace(SECRETARY, attributes={}, contacts=())
    whole = {**TYPED, "family_name": "d’Arc-Noé", "given_name": "Zoé", "mail": "a@hub.test"}
    assert shown(confirm(action(box), box, {**whole, field: typed}, nobody))[field]["wrong"]
    assert isinstance(confirm(action(box), box, whole, nobody), Done)


def test_words_that_were_not_shown_are_not_attested(box: MemoryToolbox) -> None:
    asked = action(box).begin(task(box))
    newer = action(box, attestation="J’atteste aussi autre chose.")
    again = newer.advance(task(box, asked=asked), Answer(fields=TYPED))
    assert isinstance(again, Ask) and again.values["attestation"] == "J’atteste aussi autre chose."
    assert shown(again)["mobile"]["value"] == TYPED["mobile"]
    assert newer.due(SECRETARY, ())


def test_what_stands_locked_is_confirmed_as_it_was_shown(box: MemoryToolbox) -> None:
    here = Situation(id="p", structure="990000029", role="secrétaire", source="memory")
    form = action(box, optional=[])
    asked = form.begin(replace(task(box), situation=here))
    moved = replace(here, id="q", structure="990000037")
    again = form.advance(replace(task(box, asked=asked), situation=moved), Answer(fields=TYPED))
    found = locked(again)
    assert isinstance(found, list) and ["identifier_number", "990000037"] in found
    assert form.due(SECRETARY, ())


def test_the_form_of_a_second_tab_changes_no_proof(box: MemoryToolbox) -> None:
    form = action(box)
    asked = form.begin(task(box))
    confirm(form, box, TYPED)
    box.time.later(minutes=5)
    second = form.advance(task(box, asked=asked), Answer(fields={**TYPED, "mobile": "0612345699"}))
    assert isinstance(second, Done)
    kept = proof(box)
    assert kept and kept.confirmed["mobile"] == "+33612345678" and len(box.noted) == 1


def test_who_leaves_takes_the_proof_along(box: MemoryToolbox) -> None:
    form = action(box)
    assert form.kept_of(SECRETARY) is None
    confirm(form, box, TYPED)
    kept = form.kept_of(SECRETARY)
    assert isinstance(kept, dict) and kept["version"] == "2026-01"
    assert kept["at"] == "2026-01-01T12:00:00+00:00"
    confirmed = kept["confirmed"]
    assert isinstance(confirmed, dict) and confirmed["mobile"] == "+33612345678"


def test_an_association_forgotten_is_asked_again(box: MemoryToolbox) -> None:
    form = action(box)
    confirm(form, box, TYPED)
    assert Book(box.drawer("mail")).forget(SECRETARY.id)
    assert form.due(SECRETARY, ())


def test_every_form_that_cannot_be_asked_is_reported_at_once() -> None:
    forms: dict[str, Json] = {
        "one": {**FORM, "mandatory": ["shoe_size"]},
        "two": {**FORM, "optional": ["mail"], "attestation": " "},
    }
    with pytest.raises(ConfigErrors) as caught:
        read_forms(TableSettings(association={"forms": forms}))
    assert [error.path for error in caught.value.errors] == [
        "plugin.association.forms.one.mandatory",
        "plugin.association.forms.two.optional",
        "plugin.association.forms.two.attestation",
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_stars_what_is_mandatory_and_marks_what_is_locked(
    box: MemoryToolbox, language: str
) -> None:
    again = confirm(action(box), box, {"mobile": '"><script>alert(1)</script>'})
    assert isinstance(again, Ask)
    form = drawn(again, box, FOLDER, language)
    assert "*" in form.words and "Garnier" in form.words and WORDS in form.words
    assert set(form.fields) == {"mobile", "telephone", "identifier_number", "attest"}
    assert form.fields["mobile"] == '"><script>alert(1)</script>'
    assert ("annuaire" if language == "fr" else "directory") in form.words


@pytest.mark.parametrize(
    ("system", "typed", "found"),
    [
        ("rpps", "10003456789", None),
        ("rpps", "1000 0000 004", None),
        ("rpps", "99700101126", "99700101126"),
        ("adeli", "0b6077602", "0B6077602"),
        ("finess", "2A0000014", "2A0000014"),
        ("finess", "AA0000014", None),
        ("siret", "732 829 320 00074", "73282932000074"),
        ("siret", "73282932000075", None),
        ("siret", "35600000000048", "35600000000048"),
        ("siret", "35600000049837", "35600000049837"),
        ("passport", "1", None),
    ],
)
def test_numbers_are_known_by_their_form_and_key(
    system: str, typed: str, found: str | None
) -> None:
    assert number_of(system, typed) == found


def test_a_structure_is_known_by_its_number_and_not_by_its_name() -> None:
    assert system_of("990000029") == "finess"
    assert system_of("73282932000074") == "siret"
    assert system_of("Clinique du Parc") is None


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(some.dictionaries(some.sampled_from(["mobile", "mail", "attest", "x"]), some.text()))
def test_whatever_is_typed_is_an_answer_and_never_an_accident(typed: dict[str, str]) -> None:
    box = MemoryToolbox("association")
    form = action(box)
    assert isinstance(confirm(form, box, typed), Ask)
    assert form.due(SECRETARY, ())
