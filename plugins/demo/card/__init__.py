"""The demo's cards: issued by its own test authority, put in a reader made of files."""
