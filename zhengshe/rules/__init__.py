"""Rules: facts and a date in, results out. Nothing here reads a file, a database or a clock."""
