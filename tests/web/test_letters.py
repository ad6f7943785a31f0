"""Messages to people, from the templates of the plugin that posted them."""

from pathlib import Path

import pytest
from jinja2.exceptions import SecurityError, UndefinedError

from hub.contract.identifiers import ChannelKind
from hub.contract.messages import Message
from hub.web.letters import Write, make_writer
from hub.web.parts import Help, Look

MAIL, SMS = ChannelKind("mail"), ChannelKind("sms")


def write_with(root: Path, **texts: str) -> Write:
    room = root / "templates" / "messages"
    room.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (room / (name.replace("_", ".") + ".txt")).write_text(text, encoding="utf-8")
    return make_writer({"fakes": root}, Look(name="Portail"), Help(telephone="03"))


def message(kind: ChannelKind = MAIL, language: str = "fr", **values: str) -> Message:
    return Message(kind=kind, to="a@hub.test", template="code", values=values, language=language)


def test_the_first_line_of_a_mail_is_its_subject(tmp_path: Path) -> None:
    write = write_with(tmp_path, code_mail_fr="Votre code\n\n{{ code }}, {{ hub_name }}\n")
    letter = write("fakes", message(code="123456"))
    assert (letter.subject, letter.text) == ("Votre code", "123456, Portail")


def test_a_short_message_is_text_alone(tmp_path: Path) -> None:
    write = write_with(tmp_path, code_sms_fr="{{ code }} ({{ support_telephone }})\n")
    letter = write("fakes", message(SMS, code="123456"))
    assert (letter.subject, letter.text) == (None, "123456 (03)")


def test_a_language_without_its_own_text_gets_the_french_one(tmp_path: Path) -> None:
    write = write_with(tmp_path, code_mail_fr="Sujet\nTexte")
    assert write("fakes", message(language="de")).text == "Texte"


def test_each_language_has_its_own_text(tmp_path: Path) -> None:
    write = write_with(tmp_path, code_mail_fr="Sujet\nTexte", code_mail_en="Subject\nText")
    assert write("fakes", message(language="en")).text == "Text"


def test_a_value_cannot_end_the_subject_line(tmp_path: Path) -> None:
    write = write_with(tmp_path, code_mail_fr="Pour {{ name }}\nTexte")
    letter = write("fakes", message(name="Ann\nBcc: all@hub.test"))
    assert letter.subject == "Pour Ann Bcc: all@hub.test"
    assert letter.text == "Texte"


def test_what_people_typed_is_never_a_template(tmp_path: Path) -> None:
    write = write_with(tmp_path, code_sms_fr="{{ name }}")
    assert write("fakes", message(SMS, name="{{ 7*7 }}")).text == "{{ 7*7 }}"


def test_a_template_reaches_nothing_but_its_values(tmp_path: Path) -> None:
    write = write_with(tmp_path, code_sms_fr="{{ name.__class__.__mro__ }}")
    with pytest.raises(SecurityError):
        write("fakes", message(SMS, name="x"))


def test_a_value_that_is_missing_is_an_error_not_a_gap(tmp_path: Path) -> None:
    write = write_with(tmp_path, code_sms_fr="{{ code }}")
    with pytest.raises(UndefinedError):
        write("fakes", message(SMS))


def test_a_text_nobody_wrote_is_named(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=r"code\.sms\.fr\.txt"):
        write_with(tmp_path)("fakes", message(SMS))
