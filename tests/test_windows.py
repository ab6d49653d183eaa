"""What Windows asks for and can be checked anywhere: imports, code pages, paths, open files, line ends."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, TODAY, Run, run_process
from zhengshe import open_ledger

SOURCES = sorted((ROOT / "zhengshe").rglob("*.py"))
POSIX_MODULES = {"crypt", "fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
POSIX_NAMES = {
    "os": {"fork", "forkpty", "getuid", "geteuid", "getgid", "getpgid", "setsid", "chown", "lchown", "chroot", "mkfifo"}
    | {"uname", "killpg", "O_NOFOLLOW", "O_DIRECTORY", "O_CLOEXEC", "O_NONBLOCK", "sysconf", "getloadavg"},
    "signal": {"SIGALRM", "SIGPIPE", "SIGKILL", "SIGHUP", "alarm", "setitimer"},
}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_that_windows_has_not(source: Path) -> None:
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            assert not POSIX_MODULES & {alias.name for alias in node.names}, node.lineno
        if isinstance(node, ast.ImportFrom):
            assert node.module not in POSIX_MODULES, node.lineno
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.attr not in POSIX_NAMES.get(node.value.id, ()), node.lineno


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_text_files_name_their_encoding(source: Path) -> None:
    """Else Windows would take the code page of the machine."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        named = any(keyword.arg == "encoding" for keyword in node.keywords)
        if name in ("read_text", "write_text"):
            place = 0 if name == "read_text" else 1
            assert named or len(node.args) > place, (node.lineno, name)
        if (
            name == "open"
            and not ast.unparse(node.func).startswith("os.")
            and (mode := [arg.value for arg in node.args if isinstance(arg, ast.Constant)])
        ):
            assert named or "b" in str(mode[-1]), node.lineno


ENVIRONMENTS = {
    "cp936": {"PYTHONIOENCODING": "cp936", "PYTHONUTF8": "0"},
    "gbk, plain C": {"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0", "LANG": "C"},
    "gb18030": {"PYTHONIOENCODING": "gb18030", "PYTHONUTF8": "0"},
}


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_a_chinese_code_page_and_a_path_with_blanks(tmp_path: Path, env: dict[str, str]) -> None:
    folder = tmp_path / "我的 文档" / "政社 台账"
    folder.mkdir(parents=True)
    database = folder / "街道 2026.db"
    encoding = env["PYTHONIOENCODING"]

    def run(*words: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "zhengshe", "--db", str(database), *map(str, words)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "ZHENGSHE_TODAY": TODAY, **env},
            capture_output=True,
            timeout=60,
            check=False,
        )

    def said(*words: object) -> str:
        done = run(*words)
        assert done.returncode == 0, done.stderr.decode(encoding, "replace")
        return (done.stdout + done.stderr).decode(encoding)

    assert "已新建数据库" in said("init")
    (folder / "组织 名单.csv").write_bytes("名称,类型\r\n老年协会,社会团体\r\n读书会,其他\r\n".encode(encoding))
    assert "已写入" in said("import", folder / "组织 名单.csv")
    assert "老年协会" in said("org", "list")
    assert "费随事转" in said("help")
    assert "输出格式" in said("org", "list", "--help")
    assert "√" in said("check", "--help") or "红旗" in said("check", "--help")
    for name in ("名单 一.csv", "名单 一.xlsx", "名单 一.html", "名单 一.json"):
        said("org", "list", "-o", folder / name)
    written = (folder / "名单 一.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.count(b"\r\n") == written.count(b"\n") == 3
    assert b"\r\r" not in written
    assert [row["name"] for row in json.loads((folder / "名单 一.json").read_text("utf-8"))] == ["老年协会", "读书会"]
    refused = run("org", "show", "没有的组织")
    assert refused.returncode == 3
    assert "找不到" in refused.stderr.decode(encoding)


def test_where_chinese_cannot_be_typed_that_is_said(tmp_path: Path) -> None:
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "utf-8"}
    assert run_process("init", cwd=tmp_path, env=env).returncode == 0
    refused = run_process("org", "add", "读书会", "--kind", "其他", cwd=tmp_path, env=env)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "LANG=C.UTF-8" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_file_whose_name_is_no_utf8(zs: Run, tmp_path: Path) -> None:
    """As an archive from a Chinese Windows leaves it on Linux."""
    zs("init")
    name = os.fsdecode(os.fsencode(tmp_path) + b"/" + "名单.csv".encode("gbk"))
    try:
        Path(name).write_text("名称,类型\n读书会,其他\n", "utf-8")
    except OSError:
        pytest.skip("this file system takes no such name")
    assert zs("import", name).code == 0
    assert json.loads(zs("import", name, "-f", "json").out)["unchanged"] == 1
    assert "import" in zs("log").out


def test_a_path_of_windows_in_a_stored_name_stays_a_name(zs: Run, tmp_path: Path) -> None:
    """Evidence that was merged or imported from elsewhere may be called so; it is written as a plain file."""
    zs("init")
    zs("org", "add", "老年协会", "--kind", "其他")
    (tmp_path / "合同.pdf").write_bytes(b"x")
    (tmp_path / "取出").mkdir()
    zs("document", "add", "老年协会", "合同.pdf")
    with open_ledger(tmp_path / "zhengshe.db") as ledger:
        for name in (r"C:\资料\合同.pdf", r"..\..\合同.pdf", "合同?.pdf"):
            ledger.edit("document", "1", filename=name)
            # the bytes lie under the name they came with
            ledger._db.execute("UPDATE sqlar SET name = substr(name, 1, 17) || ?", (name.split("\\")[-1],))
            target = ledger.extract("1", tmp_path / "取出")
            assert target.parent == tmp_path / "取出"
            assert target.name == name.split("\\")[-1].replace("?", "_")
            target.unlink()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="cannot see the open files here")
def test_no_file_is_replaced_or_removed_while_it_is_open(
    zs: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to; here it would pass unseen."""
    touched: list[str] = []

    def watched(name: str) -> None:
        real = getattr(os, name)

        def check(*paths: object, **more: object) -> object:
            named = [path for path in paths if isinstance(path, str | os.PathLike)]
            ours = {os.path.realpath(path) for path in named}
            opened = {os.path.realpath(link) for link in Path("/proc/self/fd").iterdir()}
            assert not ours & opened, f"os.{name} of a file that is open: {ours & opened}"
            touched.extend(map(str, named))
            return real(*paths, **more)

        monkeypatch.setattr(os, name, check)

    for name in ("replace", "rename", "remove", "unlink"):
        watched(name)
    zs("init")
    zs("org", "add", "老年协会", "--kind", "其他")
    (tmp_path / "orgs.csv").write_text("名称,类型\n读书会,其他\n,其他\n", "utf-8")
    assert zs("import", "orgs.csv", "--skip-bad", "--rejects", "bad.xlsx").code == 6
    for name in ("a.csv", "a.xlsx", "a.docx", "a.html", "a.md", "a.csv"):
        assert zs("org", "list", "-o", name).code == 0, name
    assert zs("export", "all.xlsx").code == 0
    assert zs("export", "all").code == 0
    assert zs("backup", "--keep", "1").code == 0
    (copy,) = tmp_path.glob("*.bak.db")
    copy.rename(tmp_path / "kept.db")
    assert zs("restore", "kept.db").code == 0
    (tmp_path / "zhengshe.db").write_bytes(b"destroyed" * 1000)
    assert zs("restore", "kept.db").code == 0
    assert zs("org", "list").code == 0
    assert any(name.endswith(".bak.db") for name in touched)


def test_a_console_without_a_character_shows_it_as_an_escape() -> None:
    code = "import sys; from zhengshe.render.console import prepare_streams as p; p(); print('𠮷√×●▲')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "cp936"},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode("cp936").strip() == r"\U00020bb7√×●▲"


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are no bytes there")
@pytest.mark.parametrize("command", [("search", "\udcff\udcfe"), ("org", "add", "\udcff会")])
def test_bytes_that_are_no_utf8_are_refused(tmp_path: Path, command: tuple[str, ...]) -> None:
    assert run_process("init", cwd=tmp_path).returncode == 0
    refused = run_process(*command, cwd=tmp_path)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert "UTF-8" in refused.stderr
