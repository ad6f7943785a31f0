"""« Confidentialité »: who finds a person in the directory. Pure.

The wish is an attribute of the account, so that it lives with the account's own store.
"""

from dataclasses import replace
from enum import StrEnum
from typing import Final

from hub.contract.accounts import Account

ATTRIBUTE: Final = "visibility"


class Visibility(StrEnum):
    """Each narrower than the one before."""

    VISIBLE = "visible"
    STRUCTURES = "structures"
    """Visible to the professionals of the same structures."""
    HIDDEN = "hidden"


def visibility(account: Account) -> Visibility:
    """As it was wished; what nobody understands hides, as it was meant to hide something."""
    wish = next(iter(account.attributes.get(ATTRIBUTE, ())), Visibility.VISIBLE.value)
    return Visibility(wish) if wish in set(Visibility) else Visibility.HIDDEN


def wishing(account: Account, wish: Visibility) -> Account:
    others = {name: told for name, told in account.attributes.items() if name != ATTRIBUTE}
    wished = {} if wish is Visibility.VISIBLE else {ATTRIBUTE: (wish.value,)}
    return replace(account, attributes={**others, **wished})
