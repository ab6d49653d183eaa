"""Standards out: what others' programs read, masked for the public."""
