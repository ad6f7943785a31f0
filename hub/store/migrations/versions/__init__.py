"""The core's migrations, oldest first. Each is frozen once released."""
