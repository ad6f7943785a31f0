"""A test authority shaped like IGC-Santé, under names that nobody takes for real."""
