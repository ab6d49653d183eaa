"""The version, kept apart so that --version loads nothing else."""

__version__ = "0.1.0"
