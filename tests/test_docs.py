"""Pages that follow from the program are as it says, what others tell a reader to type comes out as they say, and the
books name nothing that is not there."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conftest import ROOT, Run
from tests.pages import carry_out, steps
from tests.test_browser import BROWSER, FLAGS

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


@pytest.mark.parametrize("page", ["schemes.md", "import.md", "growing.md"])
def test_what_a_page_tells_to_type_comes_out(page: str, zs: Run, tmp_path: Path) -> None:
    carry_out(steps((DOCS / page).read_text("utf-8")), tmp_path, lambda command: typed(zs, command))


def typed(zs: Run, command: str) -> str:
    result = zs(*shlex.split(command, comments=True)[1:])
    return result.out + result.err


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_what_the_readme_shows_comes_out(page: str, zs: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert zs("demo").code == 0
    monkeypatch.setenv("ZHENGSHE_DB", "zhengshe-demo.db")
    carry_out(steps((ROOT / page).read_text("utf-8")), tmp_path, lambda command: typed(zs, command))


def test_the_first_three_minutes_go_well(zs: Run, tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples" / "weifang" / "01-社会组织登记册.xlsx", tmp_path / "去年的台账.xlsx")
    (block,) = (step.block for step in steps((ROOT / "README.zh.md").read_text("utf-8")) if step.language == "sh")
    for command in block.splitlines():
        assert zs(*shlex.split(command, comments=True)[1:]).code == 0, command


def test_the_readmes_python_runs(zs: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert zs("demo").code == 0
    Path("zhengshe-demo.db").rename("zhengshe.db")
    assert zs("inspection", "remove", "#1").code == 0
    (block,) = (step.block for step in steps((ROOT / "README.md").read_text("utf-8")) if step.language == "python")
    exec(block, {})  # noqa: S102
    assert "六助为老服务中心 A" in capsys.readouterr().out


def test_every_page_is_in_the_nav() -> None:
    nav = (ROOT / "mkdocs.yml").read_text("utf-8")
    made = [f"guide/{folder.name}.md" for folder in HOOKS["folders"]()]
    written = [page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")]
    assert [page for page in (*made, *written) if f"{page}\n" not in nav] == []


def test_the_picture_shows_every_layer() -> None:
    """Rooms are added to the contract and forgotten in the picture."""
    contract = re.search(r"^layers = \[(.*?)\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert contract
    shown = re.findall(r"\w+", re.sub(r"<[^>]*>", " ", (DOCS / "house.svg").read_text("utf-8")))
    assert [room for room in re.findall(r"zhengshe\.(\w+)", contract[1]) if room not in shown] == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as strictly as ``make docs`` does."""
    pytest.importorskip("material", reason="the extra `docs` is not installed")
    target = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", target],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return target


def test_no_page_fetches_anything_from_the_network(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        fetched = re.findall(
            r'<(?:script|link|img)\b[^>]*\s(?:src|href)="(?:https?:)?//([^"]+)"', page.read_text("utf-8")
        )
        assert fetched == [], page


@pytest.mark.skipif(not BROWSER, reason="no Chromium here")
def test_the_site_is_searched_in_chinese_from_a_folder(site: Path, tmp_path: Path) -> None:
    address = f"{(site / 'index.html').as_uri()}?q={quote('费随事转')}"
    options = (*FLAGS, f"--user-data-dir={tmp_path}", "--virtual-time-budget=8000", "--dump-dom")
    shown = subprocess.run(
        [str(BROWSER), *options, address], capture_output=True, text=True, encoding="utf-8", check=True
    )
    results = re.search(r'class="md-search-result__list"(.*?)</ol>', shown.stdout, re.DOTALL)
    assert results
    assert "七月" in results[1]
