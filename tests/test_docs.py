"""The pages that follow from the program are as the program says, and the books name nothing that is not there."""

from __future__ import annotations

import re
import runpy

from tests.conftest import ROOT


def test_generated_pages_are_fresh() -> None:
    stale = runpy.run_path(str(ROOT / "docs" / "generate.py"))["stale"]
    assert stale() == []  # else: make docs


def test_links_between_pages_resolve() -> None:
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} -> {target}"
