"""Which means a person may change with what they proved. Pure."""

from hub.contract.accounts import Account
from hub.contract.events import Evidence, Factor
from hub.contract.methods import AuthenticationMethod


def strengthens(method: AuthenticationMethod, account: Account) -> bool:
    """Whether changing it takes a strong proof: all but what is only known, such as a password.

    A method that says nothing yet of this account counts as strong: whoever found a password
    must not add a telephone of their own.
    """
    # Asked of a stranger first: that reads nothing, and mostly settles it.
    if method.card.outside or any(map(_more_than_known, method.possible(None))):
        return True
    possible = method.possible(account)
    return not possible or any(map(_more_than_known, possible))


def _more_than_known(evidence: Evidence) -> bool:
    return evidence.factors != {Factor.KNOWLEDGE}
