"""Pages that follow from the program are as it says, what others tell a reader to type comes out as they say, and the
books name nothing that is not there."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.pages import carry_out, steps

DOCS = ROOT / "docs"
HOOKS = runpy.run_path(str(DOCS / "hooks.py"))


def test_generated_pages_are_fresh() -> None:
    stale = runpy.run_path(str(DOCS / "generate.py"))["stale"]
    assert stale() == []  # else: make docs


def test_links_between_pages_resolve() -> None:
    made = {DOCS / "guide" / f"{folder.name}.md" for folder in HOOKS["folders"]()}
    made.add(DOCS / "guide" / "files" / "示例文件.zip")
    for page in (*ROOT.glob("*.md"), *DOCS.rglob("*.md")):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text("utf-8")):
            path = (page.parent / target).resolve()
            assert path.exists() or path in made, f"{page.name} -> {target}"


@pytest.mark.parametrize("page", ["schemes.md", "import.md"])
def test_what_a_page_tells_to_type_comes_out(page: str, zs: Run, tmp_path: Path) -> None:
    def run(command: str) -> str:
        result = zs(*shlex.split(command)[1:])
        return result.out + result.err

    carry_out(steps((DOCS / page).read_text("utf-8")), tmp_path, run)


def test_every_example_folder_is_a_page_in_the_nav() -> None:
    nav = (ROOT / "mkdocs.yml").read_text("utf-8")
    for folder in HOOKS["folders"]():
        assert f"guide/{folder.name}.md" in nav
        assert HOOKS["page"](folder).startswith("# ")


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="the extra `docs` is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path / "site"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for page in (tmp_path / "site").rglob("*.html"):  # offline: nothing is fetched from elsewhere
        fetched = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?://[^"]+)"', page.read_text("utf-8"))
        assert fetched == [], page
