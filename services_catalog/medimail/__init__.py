"""« Medimail »: secure health mail, its association and its mailboxes."""
