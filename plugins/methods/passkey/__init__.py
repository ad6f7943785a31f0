"""Passkeys: WebAuthn with user verification."""
