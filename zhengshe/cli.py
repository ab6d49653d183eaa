"""The command line: global options, one table of commands, and the one ``except``.

stdout is data, stderr is narration; the exit codes are those of errors.py.
"""

# without ``from __future__ import annotations``: Typer would read the options of ``root`` from text twice in every run

import os
import sys
import traceback
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from zhengshe.commands.context import COMPLETING, INTERRUPTED, NAME, settings_from
from zhengshe.commands.lazy import Entry, LazyGroup, command, group
from zhengshe.errors import UsageError, ZhengsheError, os_reason
from zhengshe.models import RECORDS, Record
from zhengshe.version import __version__


def _noun(record: Record) -> Any:
    from zhengshe.commands.records import noun_group

    return noun_group(record)


Where: TypeAlias = "str | dict[str, tuple[Where, str]]"  # module:function in commands/, or the members of a group


def _build(name: str, where: Where, help: str) -> Any:
    if isinstance(where, dict):
        return group(name, help, {member: _entry(member, to, text) for member, (to, text) in where.items()})
    module, function = where.split(":")
    return command(getattr(import_module(f"zhengshe.commands.{module}"), function), name, help)


def _entry(name: str, where: Where, help: str, section: str = "命令") -> Entry:
    return Entry(help, partial(_build, name, where, help), section)


# name -> where it is, and what it does
VERBS: dict[str, tuple[Where, str]] = {
    "init": ("init:init", "新建数据库"),
    "demo": ("demo:demo", "在当前文件夹建一条示例街道，看看程序能做什么"),
    "info": ("info:info", "说明数据库里有什么"),
    "import": ("import_:import_files", "导入台账（csv、xls、xlsx、ods），先看后写"),
    "reconcile": ("reconcile:reconcile", "与官方名单比对，只看不写"),
    "search": ("search:search", "查找组织、项目和监督发现"),
    "credit": (
        {
            "show": ("credit:show", "一家组织的信用小结，逐项有据"),
            "list": ("credit:list_", "所有组织的信用一览"),
            "diff": ("credit:diff", "两天之间信用为什么变了"),
            "scheme": (
                {
                    "new": ("scheme:new", "以现有方案为底稿写一份新的"),
                    "check": ("scheme:check", "检查方案文件，指出写错的行"),
                    "show": ("scheme:show", "逐条列出一个方案"),
                },
                "评价方案",
            ),
        },
        "信用：小结、一览、变动",
    ),
    "help": ("help:help_", "术语解释：是什么、谁说的、作不作数"),
    "statutes": ("statutes:statutes", "规则依据：条文、出处、数值"),
    "check": ("check:check", "检查红旗与数据质量"),
    "todo": ("todo:todo", "待办：凡有日期的事，逾期在前"),
    "report": (
        {
            "year": ("report:year", "年度报告"),
            "org": ("report:org", "一家组织的信息档案"),
            "project": ("report:project", "一个项目的全部档案"),
            "ledger": ("report:ledger", "整本台账"),
            "stats": ("report:stats", "按任意字段统计"),
        },
        "报告：年度、组织、项目、台账、统计",
    ),
    "export": ("export:export", "导出全部台账（xlsx、csv 文件夹或 jsonl），可原样导回"),
    "publish": ("publish:publish", "生成脱敏的公开数据包（xlsx、html、OCDS、360Giving）"),
    "merge": ("merge:merge", "并入其他街道的数据库"),
    "backup": ("backup:backup", "备份数据库（边用边备，备后校验）"),
    "restore": ("backup:restore", "从备份恢复（先校验，并保存现有数据）"),
    "doctor": ("backup:doctor", "检查数据库是否完好"),
    "log": ("log:log", "查看写入记录"),
    "undo": ("log:undo", "撤销最近一批或指定一批写入"),
    "redact": (
        {
            "org": ("redact:org", "删除一家组织的联系方式、备注、负责人和材料"),
            "person": ("redact:person", "从各处删除一个人的姓名和电话"),
            "document": ("redact:document", "删除一份材料，连同内容"),
        },
        "依法删除个人信息，连同历史；不能撤销",
    ),
}


class RootGroup(LazyGroup):
    """``zhengshe``: the verbs, then the nouns."""

    entries = {name: _entry(name, to, help, "办事") for name, (to, help) in VERBS.items()} | {
        record.noun: Entry(record.label, partial(_noun, record), "台账（add·edit·list·show·remove）")
        for record in RECORDS.values()
    }


# the two options about completion are our own: those that Typer adds cost 1 ms in every run, and speak English
app = typer.Typer(cls=RootGroup, name=NAME, rich_markup_mode=None, no_args_is_help=True, add_completion=False)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{NAME} {__version__}")
        raise typer.Exit


def _install_completion(wanted: bool) -> None:
    if wanted:
        from zhengshe.commands import shells

        shells.install()
        raise typer.Exit


def _show_completion(wanted: bool) -> None:
    if wanted:
        from zhengshe.commands import shells

        shells.show()
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    db: Annotated[
        Path | None, typer.Option(metavar="FILE", help="数据库；默认 $ZHENGSHE_DB，再默认 ./zhengshe.db")
    ] = None,
    operator: Annotated[str | None, typer.Option(metavar="NAME", help="经办人，记入历史；默认本机用户名")] = None,
    today: Annotated[
        str | None, typer.Option(metavar="DATE", help="以哪一天为今天；默认 $ZHENGSHE_TODAY 或本机日期")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="出错时显示技术细节")] = False,  # noqa: ARG001
    version: Annotated[bool, typer.Option("--version", help="显示版本", callback=_version, is_eager=True)] = False,  # noqa: ARG001
    install_completion: Annotated[  # noqa: ARG001
        bool, typer.Option("--install-completion", help="为当前 shell 安装命令补全", callback=_install_completion)
    ] = False,
    show_completion: Annotated[  # noqa: ARG001
        bool, typer.Option("--show-completion", help="显示补全脚本，供自行安装", callback=_show_completion)
    ] = False,
) -> None:
    """政社台账：社会组织登记、政社合作项目、监督发现与信用小结。一个文件，条条有据。"""
    ctx.obj = settings_from(db, operator, today)  # --debug is looked for by main(), which outlives every context


def main() -> None:
    """The program's entry: run the command, turn every failure into one or two Chinese lines and an exit code."""
    from zhengshe.render.console import prepare_streams

    prepare_streams()
    try:
        code = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader (head, less) has what it wanted; keep Python from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except BaseException as error:
        code = _explain(error)
        if "--debug" in sys.argv:
            traceback.print_exception(error)
    sys.exit(code)


def _run() -> int:
    """Run the command. Typer's own ``main`` is not used: it turns Ctrl-C and a closed pipe into silent exit codes."""
    if sys.getfilesystemencoding() != "utf-8" and any("\udc80" <= char <= "\udcff" for char in "".join(sys.argv)):
        raise UsageError("本机的语言环境读不了命令里的中文；请先 export LANG=C.UTF-8（或 zh_CN.UTF-8）再试")
    root_command = typer.main.get_command(app)
    if COMPLETING in os.environ:
        from zhengshe.commands import shells

        return shells.answer(root_command)
    try:
        with root_command.make_context(NAME, sys.argv[1:]) as context:
            root_command.invoke(context)
    except typer.Exit as stop:
        return stop.exit_code
    return 0


def _explain(error: BaseException) -> int:
    """Say what went wrong on stderr and return the exit code."""
    if isinstance(error, ZhengsheError):
        return _fail(str(error), error.exit_code)
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return _fail("已中断，没有写入", INTERRUPTED)
    if isinstance(error, typer.TyperException):
        from zhengshe.commands.usage import in_chinese, is_help

        if is_help(error):
            typer.echo(error.message, err=True)
            return 2
        return _fail(in_chinese(error), 2)
    from zhengshe.store.connection import explain

    if known := explain(error):
        return _fail(str(known), known.exit_code)
    if isinstance(error, FileExistsError):
        return _fail(f"{error.filename} 已存在，没有覆盖；请换一个文件夹或文件名", 1)
    if isinstance(error, OSError):
        return _fail(f"读写文件失败：{error.filename or ''} {os_reason(error)}；请检查路径、权限和磁盘空间", 1)
    if isinstance(error, UnicodeEncodeError) and "surrogates" in error.reason:  # a file's name may be so, a text not
        return _fail("命令里有不是 UTF-8 编码的字；请把终端的编码设为 UTF-8 再试", 2)
    return _fail(f"程序出错：{type(error).__name__}: {error}；请加 --debug 重试，并把显示的内容告诉维护者", 1)


def _fail(message: str, code: int) -> int:
    typer.echo(f"错误：{message}", err=True)
    return code


if __name__ == "__main__":
    main()
