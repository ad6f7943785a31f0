"""A new number or address counts only once a code sent there came back."""

from dataclasses import replace

import pytest

from hub.contract.accounts import Account
from hub.contract.steps import Done, Refused
from hub.testing.memory import MemoryAccounts
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.methods.sent_code.method import SentCode
from hub_plugins.methods.sent_code.settings import SentCodeSettings
from tests.plugins.sent_code.conftest import ADDRESS, MAIL, NUMBER, PHONE, Visit


def test_a_code_sent_to_the_new_number_confirms_it_and_the_old_means_is_told() -> None:
    visit = Visit(MAIL)
    visit.enrol()
    visit.enrol(address="06 12 34 56 42")
    asked = visit.box.outbox.messages[-1]
    assert asked.to == NUMBER
    assert visit.enrol(code=visit.code) == Done()
    assert _addresses(visit) == [ADDRESS, NUMBER]
    told = visit.box.outbox.messages[-1]
    assert (told.to, told.template) == (ADDRESS, "contact_added")
    assert told.values == {"masked": "•• •• •• •• 42"}
    assert [each.action for each in visit.box.noted] == ["contact.added"]


def test_the_means_says_since_when() -> None:
    visit = Visit(MAIL)
    visit.enrol()
    visit.enrol(address=NUMBER)
    visit.enrol(code=visit.code)
    since = {each.label: each.since for each in visit.method.means(visit.ann.id)}
    assert since == {"a•••@h•••.test": None, "•• •• •• •• 42": visit.box.time()}


def test_a_number_that_is_not_confirmed_changes_nothing() -> None:
    visit = Visit(MAIL)
    visit.enrol()
    visit.enrol(address=NUMBER)
    visit.enrol(code=visit.wrong)
    assert visit.refusal == "sent_code.wrong"
    assert _addresses(visit) == [ADDRESS]


def test_five_wrong_codes_end_a_confirmation() -> None:
    visit = Visit(MAIL)
    visit.enrol()
    visit.enrol(address=NUMBER)
    for _ in range(5):
        visit.enrol(code=visit.wrong)
    assert visit.refusal == "sent_code.spent"
    visit.enrol(code=visit.code)
    assert _addresses(visit) == [ADDRESS]


def test_a_confirmation_comes_within_ten_minutes() -> None:
    visit = Visit(MAIL)
    visit.enrol()
    visit.enrol(address=NUMBER)
    visit.box.time.later(minutes=10)
    visit.enrol(code=visit.code)
    assert visit.refusal == "sent_code.expired"
    assert _addresses(visit) == [ADDRESS]


def test_a_code_of_a_sign_in_does_not_confirm_another_address(visit: Visit) -> None:
    visit.choose("mail")
    stolen = visit.code
    visit.enrol()
    visit.enrol(address="06 98 76 54 32")
    visit.enrol(code=stolen if stolen != visit.code else visit.wrong)
    assert visit.refusal == "sent_code.wrong"


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", "sent_code.bad_number"),
        ("12", "sent_code.bad_number"),
        ("+41 79 123 45 67", "sent_code.bad_number"),
        ("+33 8 99 12 34 56", "sent_code.not_mobile"),
        ("03 80 12 34 56", "sent_code.not_mobile"),
        ("ann@", "sent_code.bad_mail"),
        ("ann@hub", "sent_code.bad_mail"),
        ("a b@hub.test", "sent_code.bad_mail"),
        ("ann@hub.test\r\nBcc: eve@hub.test", "sent_code.bad_mail"),
        ("a@b.test,c@d.test", "sent_code.bad_mail"),
        (ADDRESS, "sent_code.already"),
    ],
)
def test_what_cannot_receive_a_code_is_refused(visit: Visit, typed: str, refusal: str) -> None:
    visit.enrol()
    visit.enrol(address=typed)
    assert visit.refusal == refusal
    assert visit.box.outbox.messages == []


@pytest.mark.parametrize("typed", ["0612345678", "+33 6 12 34 56 78", "06.12.34.56.78"])
def test_a_number_is_kept_in_one_form_however_typed(visit: Visit, typed: str) -> None:
    visit.enrol()
    visit.enrol(address=typed)
    assert visit.box.outbox.messages[-1].to == "+33612345678"


def test_only_so_many_contacts_of_a_kind_are_kept() -> None:
    visit = Visit(PHONE, settings=SentCodeSettings(contacts=1))
    visit.enrol()
    visit.enrol(address="06 12 34 56 78")
    assert visit.refusal == "sent_code.enough"


def test_a_removed_contact_is_told_and_receives_no_more_codes(visit: Visit) -> None:
    visit.method.remove(visit.ann.id, visit.id_of("sms"))
    assert _addresses(visit) == [ADDRESS]
    told = [(each.to, each.template) for each in visit.box.outbox.messages]
    assert told == [(NUMBER, "contact_removed"), (ADDRESS, "contact_removed")]
    assert [each.action for each in visit.box.noted] == ["contact.removed"]


def test_removing_what_is_not_there_does_nothing(visit: Visit) -> None:
    visit.method.remove(visit.ann.id, "0123456789abcdef")
    assert _addresses(visit) == [NUMBER, ADDRESS] and visit.box.noted == []


def test_a_read_only_store_says_so(visit: Visit) -> None:
    box = MemoryToolbox("sent_code")
    box.stores = {"directory": _ReadOnly(visit.ann)}  # type: ignore[dict-item]
    visit.method = SentCode(SentCodeSettings(), box)
    step = visit.enrol()
    assert isinstance(step, Refused) and step.why.code == "sent_code.read_only"


class _ReadOnly:
    name = "directory"

    def __init__(self, account: Account) -> None:
        self._known = MemoryAccounts((replace(account),))

    def by_id(self, account_id: str) -> Account | None:
        return self._known.by_id(account_id)  # type: ignore[arg-type]


def _addresses(visit: Visit) -> list[str]:
    account = visit.box.people.by_id(visit.ann.id)
    return [each.address for each in account.contacts] if account else []
