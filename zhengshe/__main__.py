"""``python -m zhengshe``."""

from zhengshe.cli import main

main()
