"""Services of the catalogue, one file or folder each."""
