"""One's own account as its own store has it, without what the hub lays over it."""

from hub.contract.accounts import Account, KeepsAccounts
from hub.contract.identifiers import AccountId
from hub.web.desk import desk


def kept(account_id: AccountId) -> tuple[KeepsAccounts, Account] | None:
    """With the store that may be written to; `None`: it is kept where the hub only reads."""
    for store in desk().stores.values():
        account = store.by_id(account_id)
        if account is not None:
            return (store, account) if isinstance(store, KeepsAccounts) else None
    return None
