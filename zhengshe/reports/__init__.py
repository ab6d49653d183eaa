"""Figures only: what to show, never how. Nothing here prints."""
