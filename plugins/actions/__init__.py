"""Required actions."""
