"""Write the pages that follow from the program: the commands from ``--help``, the data dictionary from models.py.

python docs/generate.py            write them
python docs/generate.py --check    fail when they are not as the program says (the tests do this)
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from zhengshe.cli import RootGroup, main
from zhengshe.commands.lazy import Entry
from zhengshe.models import RECORDS, Field, Record
from zhengshe.resources import codelists

HERE = Path(__file__).resolve().parent
_SHOWN = ("org", "finding")
_KINDS = {
    "text": "文字",
    "date": "日期",
    "year": "年度",
    "money": "金额（元，库中以分计）",
    "count": "非负整数",
    "decimal": "两位小数",
    "credit_code": "统一社会信用代码",
    "choice": "代码表",
    "phone": "电话",
    "flag": "是/否",
    "org": "社会组织",
    "project": "合作项目",
}


def help_of(*words: str) -> str:
    """What the program prints for ``words --help``."""
    out = io.StringIO()
    argv, sys.argv = sys.argv, ["zhengshe", *words, "--help"]
    try:
        with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
            main()
    finally:
        sys.argv = argv
    return "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())


def commands() -> Iterator[tuple[str, ...]]:
    """Every command; the nouns share one grammar, so two of them stand for all."""
    yield ()
    entries = {name: entry for name, entry in RootGroup.entries.items() if name not in RECORDS or name in _SHOWN}
    yield from _below((), entries)


def _below(path: tuple[str, ...], entries: Mapping[str, Entry]) -> Iterator[tuple[str, ...]]:
    for name, entry in entries.items():
        yield (*path, name)
        yield from _below((*path, name), getattr(entry.build(), "entries", {}))


def reference() -> str:
    parts = ["# 命令手册", "", "由 `python docs/generate.py` 从程序的 `--help` 生成，请勿手改。"]
    parts.append(
        "其余各类记录（change、person、inspection……）的命令与 org、finding 相同，字段见[数据字典](data-dictionary.md)。"
    )
    for words in commands():
        parts += ["", f"## zhengshe {' '.join(words)}".rstrip(), "", "```", help_of(*words), "```"]
    return "\n".join(parts) + "\n"


def dictionary() -> str:
    parts = [
        "# 数据字典",
        "",
        "由 `python docs/generate.py` 从 zhengshe/models.py 与 data/codelists.yaml 生成，请勿手改。",
    ]
    for record in RECORDS.values():
        parts += ["", f"## {record.noun} {record.label}", "", *_about(record), "", *_fields(record)]
    return "\n".join(parts) + "\n"


def _about(record: Record) -> Iterator[str]:
    keys = "，否则 ".join(" + ".join(record[key].label for key in each) for each in record.natural_keys)
    yield f"自然键：{keys}。" + (f"不公开：{record.withheld}。" if record.withheld else "")


def _fields(record: Record) -> Iterator[str]:
    yield "| 键 | 名称 | 类型 | 必填 | 公开 | 导入时认得的其他表头 |"
    yield "|---|---|---|---|---|---|"
    for field in record.fields:
        required = "是" if field.required else ""
        public = "否" if field.private or record.withheld else "是"
        yield f"| {field.key} | {field.label} | {_kind(field)} | {required} | {public} | {'、'.join(field.synonyms)} |"


def _kind(field: Field) -> str:
    if not field.codelist:
        return _KINDS[field.kind.value]
    codelist = codelists()[field.codelist]
    return "·".join(codelist.values) + ("" if codelist.closed else "（可增）")


PAGES = {"reference.md": reference, "data-dictionary.md": dictionary}


def stale() -> list[str]:
    """The pages that are not as the program says."""
    return [
        name for name, make in PAGES.items() if not (HERE / name).exists() or (HERE / name).read_text("utf-8") != make()
    ]


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(f"请运行 make docs：{'、'.join(stale())}" if stale() else 0)
    for page, write in PAGES.items():
        (HERE / page).write_text(write(), "utf-8")
