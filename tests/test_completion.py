"""What a shell is told while a command is being typed, by the protocol it really speaks."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, run_process
from zhengshe.resources import codelists

NAMES = ["潍坊街道老年协会", "潍坊街道青年协会", "周亚英工作室"]


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("street")
    assert run_process("init", cwd=folder).returncode == 0
    (folder / "orgs.csv").write_text("名称,类型\n" + "".join(f"{name},其他\n" for name in NAMES), "utf-8")
    assert run_process("import", "orgs.csv", "--as", "org", cwd=folder).returncode == 0
    project = ("project", "add", "老年协会", "--name", "金婚庆典", "--mode", "委托管理", "--year", "2026")
    assert run_process(*project, cwd=folder).returncode == 0
    return folder


def asked(folder: Path, *words: str, **env: str) -> list[str]:
    """What bash is offered for the last word."""
    line = ["zhengshe", *words]
    asking = {"COMP_WORDS": "\n".join(line), "COMP_CWORD": str(len(line) - 1), "_ZHENGSHE_COMPLETE": "complete_bash"}
    done = run_process(cwd=folder, env=asking | env)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_nouns_verbs_and_members_of_groups(street: Path) -> None:
    assert asked(street, "p") == ["publish", "person", "penalty", "project", "payment"]
    assert asked(street, "org", "") == ["add", "edit", "list", "show", "remove"]
    assert asked(street, "credit", "scheme", "c") == ["check"]
    assert asked(street, "import", "x.csv", "--as", "pr") == ["project"]


def test_options(street: Path) -> None:
    assert asked(street, "--o") == ["--operator"]
    assert asked(street, "org", "add", "读书会", "--k") == ["--kind"]


def test_terms_of_codelists(street: Path) -> None:
    for noun, option, codelist in (("org", "--kind", "kind"), ("project", "--status", "project_status")):
        assert asked(street, noun, "list", option, "") == list(codelists()[codelist].values)
    assert asked(street, "finding", "add", "老年协会", "--severity", "较") == ["较重"]
    assert asked(street, "org", "list", "-f", "j") == ["json", "jsonl"]
    assert asked(street, "org", "edit", "x", "--is-charity", "") == ["是", "否"]
    assert asked(street, "help", "费") == ["费随事转", "费用"]


@pytest.mark.parametrize(
    "words",
    [
        ("org", "show"),
        ("inspection", "add"),
        ("inspection", "show"),
        ("credit", "show"),
        ("report", "org"),
        ("todo", "--org"),
        ("finding", "list", "--org"),
        ("redact", "org"),
        ("redact", "person", "王某", "--org"),
    ],
)
def test_names_of_organizations_from_the_file(street: Path, words: tuple[str, ...]) -> None:
    assert asked(street, *words, "潍坊") == NAMES[:2]
    assert asked(street, *words, "[*") == []


def test_numbers_of_projects(street: Path) -> None:
    assert asked(street, "project", "show", "") == asked(street, "payment", "add", "P") == ["P2026-001"]


def test_the_file_that_the_command_line_names(street: Path, tmp_path: Path) -> None:
    assert asked(tmp_path, "org", "show", "周") == []
    assert asked(tmp_path, "--db", str(street / "zhengshe.db"), "org", "show", "周") == NAMES[2:]
    assert asked(tmp_path, "org", "show", "周", ZHENGSHE_DB=str(street / "zhengshe.db")) == NAMES[2:]
    assert not (tmp_path / "zhengshe.db").exists()  # asking makes no file


def test_a_file_that_cannot_tell_is_passed_over_in_silence(street: Path, tmp_path: Path) -> None:
    for content in (b"", b"no database", (street / "zhengshe.db").read_bytes()[:3000]):
        (tmp_path / "zhengshe.db").write_bytes(content)
        assert asked(tmp_path, "org", "show", "") == []
    assert asked(street, "org", "show", "周", ZHENGSHE_TODAY="someday") == NAMES[2:]


def test_zsh_and_fish_are_told_in_chinese(street: Path) -> None:
    typed = {"_TYPER_COMPLETE_ARGS": "zhengshe org list --ki"}
    zsh = run_process(cwd=street, env=typed | {"_ZHENGSHE_COMPLETE": "complete_zsh"})
    assert '"--kind":"类型（社会团体·社会服务机构' in zsh.stdout
    fish = typed | {"_ZHENGSHE_COMPLETE": "complete_fish"}
    told = run_process(cwd=street, env=fish | {"_TYPER_COMPLETE_FISH_ACTION": "get-args"})
    assert told.stdout.startswith("--kind\t类型")
    assert run_process(cwd=street, env=fish | {"_TYPER_COMPLETE_FISH_ACTION": "is-args"}).returncode == 0
    nothing = fish | {"_TYPER_COMPLETE_FISH_ACTION": "is-args", "_TYPER_COMPLETE_ARGS": "zhengshe import x"}
    assert run_process(cwd=street, env=nothing).returncode == 1  # then fish offers files


# -- a real bash


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """An environment in which ``zhengshe`` is a command."""
    program = tmp_path / "bin" / "zhengshe"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m zhengshe "$@"\n', "utf-8")
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}


def bash(script: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
def test_bash_completes_after_installation(street: Path, tmp_path: Path, installed: dict[str, str]) -> None:
    done = bash("zhengshe --install-completion; echo done", street, installed)
    assert "已为 bash 安装命令补全" in done.stderr
    script = tmp_path / ".bash_completions" / "zhengshe.sh"
    assert f"source '{script}'" in (tmp_path / ".bashrc").read_text("utf-8")
    shown = bash("zhengshe --show-completion; echo done", street, installed)
    assert script.read_text("utf-8") in shown.stdout
    typing = (
        f"source {script}; COMP_WORDS=(zhengshe org show 潍坊); COMP_CWORD=3; _zhengshe_completion zhengshe;"
        ' printf "%s\\n" "${COMPREPLY[@]}"; complete -p zhengshe'
    )
    offered = bash(typing, street, installed).stdout.splitlines()
    assert offered == [*NAMES[:2], "complete -o default -F _zhengshe_completion zhengshe"]
