"""What must never come into the code."""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import ROOT, Run

SOURCES = sorted((ROOT / "zhengshe").rglob("*.py"))

HOSTILE = (
    "'); DROP TABLE org; --",
    '" OR 1=1 --',
    "a' UNION SELECT sql FROM sqlite_master --",
    '甲"; DELETE FROM org; --',
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_typed_is_a_value_never_sql(street: Run, text: str) -> None:
    assert street("org", "add", text, "--kind", "其他", "--reg-no", text, "--note", text).code == 0
    assert street("project", "add", text, "--name", text, "--mode", "委托管理", "--year", "2026").code == 0
    for words in (
        ("org", "show", text),
        ("org", "list", "--where", f"note={text}"),
        ("project", "list", "--org", text),
        ("search", text),
        ("log", "--org", text),
        ("report", "project", text),
        ("inspection", "add", text, "--year", "2025"),
    ):
        result = street(*words)
        assert result.code == 0, (words, result.err)
    (row,) = json.loads(street("org", "list", "--where", f"note={text}", "-f", "json").out)
    assert (row["name"], row["reg_no"], row["note"]) == (text, text, text)
    assert len(json.loads(street("org", "list", "-f", "json").out)) == 3
    # where a name of the program is asked for, a typed one is refused
    for option in ("--sort", "--columns"):
        assert street("org", "list", option, text).code == 2


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_dangerous_calls(source: object) -> None:
    text = (ROOT / str(source)).read_text("utf-8")
    for forbidden in (
        "yaml.load(",
        "import click",
        "from click",
        "pickle",
        "eval(",
        "exec(",
        "shell=True",
        "os.system",
    ):
        assert forbidden not in text


def test_no_trace_of_the_workshop() -> None:
    """No machine path or host name in what is shipped."""
    for folder in ("zhengshe", "data", "examples", "docs"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix in {".py", ".yaml", ".md", ".txt", ".sql", ".toml"}:
                assert not re.search(r"/work/|/home/\w|/Users/\w|/root/", path.read_text("utf-8")), path
