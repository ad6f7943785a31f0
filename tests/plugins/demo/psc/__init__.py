"""The simulated Pro Santé Connect, asked by stock clients."""
