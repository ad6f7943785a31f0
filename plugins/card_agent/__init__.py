"""The workstation agent: it reads the card and signs the challenge of the sign-in page."""
