"""The html page in a real browser, where one is installed: a click on a head sorts, and it prints."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Run

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not BROWSER, reason="no Chromium here")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def browse(tmp_path: Path, page: Path, *options: str) -> str:
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *options, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, timeout=60).stdout


@pytest.fixture
def page(street: Run, tmp_path: Path) -> Path:
    for name, amount in (("甲", "200"), ("乙", "1000"), ("丙", "30")):
        options = ("--name", name, "--mode", "委托管理", "--year", "2026", "--amount", amount)
        assert street("project", "add", "老年协会", *options).code == 0
    assert street("project", "list", "-o", "list.html").code == 0
    return tmp_path / "list.html"


def test_a_click_on_a_head_sorts_numbers_as_numbers(page: Path, tmp_path: Path) -> None:
    click = "<script>[...document.querySelectorAll('th')].find(t=>t.textContent.includes('合同金额')).click()</script>"
    clicked = tmp_path / "clicked.html"
    clicked.write_text(page.read_text("utf-8").replace("</body>", f"{click}</body>"), "utf-8")
    shown = browse(tmp_path, clicked, "--dump-dom")
    body = shown[shown.index("<tbody") :]
    found = re.findall(r"(1,000\.00|200\.00|30\.00)", body)
    assert found == ["30.00", "200.00", "1,000.00"]


def test_it_prints_and_fetches_nothing(page: Path, tmp_path: Path) -> None:
    browse(tmp_path, page, f"--print-to-pdf={tmp_path / 'list.pdf'}")
    assert (tmp_path / "list.pdf").read_bytes().startswith(b"%PDF")
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", page.read_text("utf-8"))
