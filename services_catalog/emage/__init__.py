"""« e-mage »: shared imaging, and a study shared with somebody outside."""
