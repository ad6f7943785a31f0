"""The rules about people, as pure as the broker's."""
