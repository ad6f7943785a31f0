"""Which means a person may change with what they proved. Pure."""

from hub.contract.accounts import Account
from hub.contract.events import Factor
from hub.contract.methods import AuthenticationMethod


def strengthens(method: AuthenticationMethod, account: Account) -> bool:
    """Whether changing it takes a strong proof: all but what is only known, such as a password.

    A method that says nothing yet of this account counts as strong: whoever found a password
    must not add a telephone of their own.
    """
    if method.card.outside:
        return True
    possible = method.possible(account)
    return not possible or any(each.factors != {Factor.KNOWLEDGE} for each in possible)
