"""Write what follows from the program: the commands from ``--help``; from models.py the data dictionary, metadata for
Datasette and tables for PostgreSQL; the clauses and checks that it knows.

python docs/generate.py            write them
python docs/generate.py --check    fail when they are not as the program says (the tests do this)
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from zhengshe.cli import RootGroup, main
from zhengshe.commands.lazy import Entry
from zhengshe.importing.mapping import export_fields
from zhengshe.models import RECORDS, Field, Kind, Record
from zhengshe.reports.terms import CERTAINTY
from zhengshe.resources import codelists, statutes, terms
from zhengshe.rules.flags import FLAGS
from zhengshe.rules.statute import read_statutes

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


def clauses() -> str:
    parts = [
        "# 规则依据",
        "",
        "由 `python docs/generate.py` 从 data/statutes.yaml 生成，请勿手改。",
        "办公室自己改过的，以 `zhengshe statutes` 为准。",
        "“条文”“草案”“惯例”的意思见[数字从哪里来](numbers.md)。",
        "",
        "| 编号 | 规定 | 出处 | 自 | 把握 |",
        "|---|---|---|---|---|",
    ]
    for name, clause in read_statutes(statutes()).items():
        source = clause.document + clause.article
        since = clause.in_force + (f" 至 {clause.until}" if clause.until else "")
        parts.append(f"| `{name}` | {clause.text} | {source} | {since} | {clause.certainty} |")
    return "\n".join(parts) + "\n"


def checks() -> str:
    parts = [
        "# 检查项",
        "",
        "由 `python docs/generate.py` 从程序生成，请勿手改。`zhengshe check` 逐项查，`check --explain 代码` 说明一项。",
        "命中只说明值得核对，不是结论。文中的英文名是 data/thresholds.yaml 里 `flags` 的数字，办公室可以改。",
        "",
        "| 代码 | 事项 | 查什么 | 依据 |",
        "|---|---|---|---|",
    ]
    clauses = read_statutes(statutes())
    for flag in FLAGS.values():
        basis = "；".join(clauses[name].citation for name in flag.basis)
        parts.append(f"| {flag.code} | {flag.title} | {flag.explain} | {basis} |")
    return "\n".join(parts) + "\n"


def glossary() -> str:
    parts = [
        "# 术语",
        "",
        "由 `python docs/generate.py` 从 data/terms.yaml 生成，请勿手改；在命令行里用 `zhengshe help 术语` 看。",
    ]
    group = ""
    for name, entry in terms().items():
        if entry["group"] != group:
            group = entry["group"]
            parts += ["", f"## {group}"]
        also = f"（也叫{'、'.join(entry['aliases'])}）" if entry.get("aliases") else ""
        parts += [
            "",
            f"**{name}**{also}：{entry['text']}",
            f"出处：{entry['source']}。{CERTAINTY[entry['certainty']]}。",
        ]
    return "\n".join(parts) + "\n"


def datasette() -> str:
    """Metadata for Datasette: Chinese titles, and private columns out of sight.

    A table without private columns is open, its columns described (money is in 分 there). Every other table is closed;
    a record that is only partly private is offered as a query of its public columns instead. Free SQL and the download
    of the file are off.
    """
    tables = {record.noun: _open_table(record) for record in RECORDS.values() if _is_open(record)}
    tables |= {noun: {"allow": False, "hidden": True} for noun in [*RECORDS, *_KEPT_BY_THE_STORE] if noun not in tables}
    tables["org"]["label_column"] = "name"
    tables["project"]["label_column"] = "number"
    queries = {f"{r.noun}s": _query(r) for r in RECORDS.values() if not r.withheld and not _is_open(r)}
    description = "只读、内部使用；对外公开请用 zhengshe publish。表中金额以分计，查询中以元计。"
    database = {"allow_sql": False, "tables": tables, "queries": queries}
    content = {"title": "政社台账", "description": description, "databases": {"zhengshe": database}}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


_KEPT_BY_THE_STORE = (
    *("batch", "history", "session", "pinyin", "sqlar", "sqlite_sequence"),
    *(f"name_pairs{part}" for part in ("", "_data", "_idx", "_docsize", "_config")),
)


def _is_open(record: Record) -> bool:
    return not record.withheld and not any(field.private for field in record.fields)


def _open_table(record: Record) -> dict[str, object]:
    unit = {Kind.MONEY: "（分）", Kind.DECIMAL: "（百分之一）"}
    columns = {field.key: field.label + unit.get(field.kind, "") for field in record.fields}
    return {"title": record.label, "columns": columns | {"created_at": "录入时间", "updated_at": "更新时间"}}


def _query(record: Record) -> dict[str, object]:
    public = [field for field in record.fields if not field.private]
    columns = ",\n  ".join(f'{_sql_value(field)} AS "{field.label}"' for field in public)
    named = next(field.key for field in public if field.key in ("name", "kind"))
    joins = "".join(f'\n  JOIN "{f.kind.value}" ON "{f.kind.value}".id = t."{f.key}"' for f in record.reference_fields)
    where = f"t.\"{named}\" LIKE '%' || :q || '%'"
    sql = f'SELECT\n  {columns}\nFROM "{record.noun}" t{joins}\nWHERE {where}\nORDER BY t.id DESC LIMIT 1000'
    return {"title": record.label, "sql": sql, "params": ["q"], "description": "q 写名称或类别的一部分，空着就是全部"}


def _sql_value(field: Field) -> str:
    if field.kind.is_reference:
        return f'"{field.kind.value}"."{"name" if field.kind is Kind.ORG else "number"}"'
    return f't."{field.key}"' + (" / 100.0" if field.kind in (Kind.MONEY, Kind.DECIMAL) else "")


_POSTGRES = {Kind.DATE: "date", Kind.YEAR: "integer", Kind.COUNT: "integer"}
_POSTGRES |= {Kind.MONEY: "numeric(16, 2)", Kind.DECIMAL: "numeric(8, 2)"}


def postgresql() -> str:
    """Tables for the csv files of ``zhengshe export``, column by column; money is in 元."""
    parts = ["-- 由 python docs/generate.py 生成，请勿手改。对应 zhengshe export 文件夹 里的 csv；金额以元计。"]
    for record in RECORDS.values():
        if record.noun == "document":
            continue
        columns = [(each.key, _POSTGRES.get(each.kind, "text")) for each in export_fields(record)]
        lines = ",\n".join(f'  "{key}" {kind}' for key, kind in columns)
        parts += [
            "",
            f'CREATE TABLE "{record.noun}" (\n{lines}\n);',
            f"COMMENT ON TABLE \"{record.noun}\" IS '{record.label}';",
        ]
    return "\n".join(parts) + "\n"


PAGES = {
    "reference.md": reference,
    "data-dictionary.md": dictionary,
    "clauses.md": clauses,
    "checks.md": checks,
    "terms.md": glossary,
    "datasette.json": datasette,
    "postgresql.sql": postgresql,
}


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
