"""From a Report or a Table to a terminal or a file. Never queries."""
