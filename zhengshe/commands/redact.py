"""redact: a lawful deletion, for good."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from zhengshe.commands.completion import names
from zhengshe.commands.context import asks, open_from, say
from zhengshe.errors import UsageError
from zhengshe.models import RECORDS

if TYPE_CHECKING:
    from zhengshe.ledger import Ledger
    from zhengshe.store.redact import Redacted

Sure = Annotated[bool, typer.Option("--yes", help="不再询问，直接删除（脚本用）")]


def org(
    ctx: typer.Context,
    ref: Annotated[
        str,
        typer.Argument(
            metavar="社会组织", help="名称、代码、登记证号，或只对应一家的片段", autocompletion=names("org")
        ),
    ],
    yes: Sure = False,
) -> None:
    with open_from(ctx, ref) as ledger:
        _redact(ctx, ledger, "org", ref, yes=yes)
    say("登记事项（名称、代码、法定代表人等）、项目、金额和监督记录保留，供核查")


def person(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="姓名", help="全名；组织名称中含有的不动")],
    orgs: Annotated[
        list[str] | None,
        typer.Option(
            "--org",
            metavar="ORG",
            help="只在这家组织的记录中删除，可重复；有同名时必填",
            autocompletion=names("org"),
        ),
    ] = None,
    yes: Sure = False,
) -> None:
    with open_from(ctx) as ledger:  # the name does not belong in the history
        done = _redact(ctx, ledger, "person", name, orgs or (), yes=yes)
    if done.unread:
        say(f"相关组织还有 {done.unread} 份材料，程序看不懂其中内容；请逐份查看，需要时用 zhengshe redact document")


def document(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="材料", help="序号（#3），或只有一份材料的项目、发现、组织")],
    yes: Sure = False,
) -> None:
    with open_from(ctx) as ledger:
        _redact(ctx, ledger, "document", ref, yes=yes)


def _redact(
    ctx: typer.Context, ledger: Ledger, form: str, ref: str, orgs: list[str] | tuple[str, ...] = (), *, yes: bool
) -> Redacted:
    """Show what would go, ask, delete, and say what is left to do."""
    if not yes:
        if not asks(ctx):
            raise UsageError("依法删除不能撤销；确认后请加 --yes")
        would = ledger.redact(form, ref, orgs=orgs, rehearse=True)
        say(f"将删除：{_told(would)}。历史中的相应内容一并删除，不能撤销。")
        if would.kept:
            say(f"含有这个名字的下列名称不动：{'、'.join(would.kept)}")
        typer.confirm("确定删除吗？", abort=True, err=True)
    done = ledger.redact(form, ref, orgs=orgs)
    say(f"已依法删除（批次 {done.batch}）：{_told(done)}。不能撤销。")
    if done.copies:
        say(f"备份中可能还有这些内容，请确认后自行删除：{'、'.join(map(str, done.copies))}")
    say("拷到别处的备份、导出的表格和公文不在此列，请一并处理")
    return done


def _told(done: Redacted) -> str:
    parts = [f"抹去 {_counted(done.changed)}的有关内容"] if done.changed else []
    parts += [f"整条删除 {_counted(done.gone)}"] if done.gone else []
    parts += [f"写入记录中的命令 {done.commands} 处"] if done.commands else []
    return "；".join(parts)


def _counted(counts: Counter[str]) -> str:
    return "、".join(f"{count} 条{RECORDS[noun].label}" for noun, count in sorted(counts.items()))
