"""A simulated Pro Santé Connect, with its cards, its telephone and its faults."""
