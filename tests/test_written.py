"""What hub.toml says is found again where it stands."""

from hub.written import written

TEXT = '''# A comment
methods = ["password",
  "totp"]
[provider.word]  # the clinic
title = "x"
[ service . "a.b" ]
more = """
[service.false]
"""
[service.mail.oidc]
methods = 1
[plugin.terms.texts.portal]
[[several]]
[not a key]
'''


def test_tables_and_first_keys_are_found_by_their_line() -> None:
    assert written("hub.toml", TEXT) == {
        "methods": "hub.toml:2",
        "provider.word": "hub.toml:4",
        "service.a.b": "hub.toml:6",
        "service.mail.oidc": "hub.toml:10",
        "plugin.terms.texts.portal": "hub.toml:12",
    }


def test_an_empty_file_says_nothing() -> None:
    assert written("hub.toml", "") == {}
