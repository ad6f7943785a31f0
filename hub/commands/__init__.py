"""What the operator types, one file per noun."""
