"""Ways for a person to prove who they are."""
