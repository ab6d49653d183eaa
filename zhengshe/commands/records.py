"""The one grammar of every noun: add, edit, list, show, remove."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhengshe.commands import lazy
from zhengshe.commands.completion import names, value_of
from zhengshe.commands.context import asks, open_from, say, say_warnings
from zhengshe.commands.options import argument, option, with_parameters
from zhengshe.commands.output import Format, Output, emit, is_for_people
from zhengshe.commands.usage import pair
from zhengshe.errors import MissingError
from zhengshe.models import ORG, Field, Kind, Record

if TYPE_CHECKING:
    from zhengshe.ledger import Ledger, Saved

_FILTERED = (Kind.CHOICE, Kind.DATE, Kind.YEAR, Kind.FLAG, Kind.ORG, Kind.PROJECT)


def noun_group(record: Record) -> Any:
    """``zhengshe NOUN …``: the five verbs, each built when it is called."""
    verbs: dict[str, tuple[Callable[[Record], Callable[..., None]], str]] = {
        "add": (add_verb, f"登记{record.label}"),
        "edit": (edit_verb, f"修改{record.label}"),
        "list": (list_verb, f"列出{record.label}"),
        "show": (show_verb, f"查看一条{record.label}及其相关记录"),
        "remove": (remove_verb, f"删除一条{record.label}（可用 undo 撤销）"),
    }
    if record.noun == "document":  # evidence is a file: it is added from one, and can be had back
        from zhengshe.commands.document import add_file, extract

        verbs["add"] = (add_file, "存入一份佐证材料")
        verbs["extract"] = (extract, "取出一份佐证材料")
    if record.noun == "listing":
        from zhengshe.commands.listing_due import due_verb

        verbs["due"] = (due_verb, "名录时限：今天应列入、转入、移出的，各附条款（只提示，不列入）")
    entries = {
        verb: lazy.Entry(help, partial(_build, make, record, verb, help)) for verb, (make, help) in verbs.items()
    }
    return lazy.group(record.noun, record.label, entries)


def _build(make: Callable[[Record], Callable[..., None]], record: Record, verb: str, help: str) -> Any:
    return lazy.command(make(record), verb, help)


def positional(record: Record) -> Field:
    """What stands without an option when a record is added: its owner, or an organization's name."""
    return record.owner or record.fields[0]


def add_verb(record: Record) -> Callable[..., None]:
    first = positional(record)

    def add(ctx: typer.Context, **given: str | None) -> None:
        if asks(ctx) and not given[first.key]:
            given |= _ask(record, [first.key])
        with open_from(ctx, given[first.key]) as ledger:
            try:
                saved = _add(ledger, record, given)
            except MissingError as missing:  # not before: what the program works out is not asked
                if not asks(ctx):
                    raise
                saved = _add(ledger, record, given | _ask(record, missing.keys))
        _report("已录入", record, saved)

    head = argument(first.key, first.label, first.label, optional=True, completer=value_of(first))
    return with_parameters(add, [head, *(option(field, adding=True) for field in record.fields if field is not first)])


def _add(ledger: Ledger, record: Record, given: Mapping[str, str | None]) -> Saved:
    if record.owner:
        rest = {key: value for key, value in given.items() if key != record.owner.key}
        return ledger.add(record.noun, given[record.owner.key], **rest)
    return ledger.add(record.noun, **given)


def _ask(record: Record, keys: Iterable[str]) -> dict[str, str | None]:
    """The answers of the person at the terminal, who is shown the terms a field may hold."""
    from zhengshe import library

    given: dict[str, str | None] = {}
    for field in map(record.__getitem__, keys):
        if field.codelist:
            say(f"{field.label}可选：{'、'.join(library.codelists()[field.codelist])}")
        given[field.key] = typer.prompt(field.label, default="", show_default=False, err=True) or None
    return given


def edit_verb(record: Record) -> Callable[..., None]:
    def edit(ctx: typer.Context, ref: str, **given: str | None) -> None:
        with open_from(ctx, ref) as ledger:
            saved = ledger.edit(record.noun, ref, **given)
        if saved.batch is None:
            say(f"{record.label} {saved.label} 没有变化")
        else:
            _report("已修改", record, saved)

    return with_parameters(_taking_ref(edit, record), map(option, record.fields))


def list_verb(record: Record) -> Callable[..., None]:
    def list_(
        ctx: typer.Context,
        since: Annotated[str | None, typer.Option(metavar="DATE", help="自哪天（含），可写年、月或日")] = None,
        until: Annotated[str | None, typer.Option(metavar="DATE", help="到哪天（含），可写年、月或日")] = None,
        where: Annotated[
            list[str] | None, typer.Option(metavar="KEY=VALUE", help="任一字段等于某值，可重复；值留空表示未填")
        ] = None,
        sort: Annotated[str | None, typer.Option(metavar="KEY,...", help="排序字段，前加 - 为倒序")] = None,
        limit: Annotated[int | None, typer.Option(min=0, metavar="N", help="最多几条")] = None,
        columns: Annotated[str | None, typer.Option(metavar="KEY,...", help="显示哪些字段")] = None,
        format: Format = None,
        output: Output = None,
        **equal: str | None,
    ) -> None:
        with open_from(ctx) as ledger:
            table = ledger.list(
                record.noun,
                since=since,
                until=until,
                where=dict(pair(text) for text in where or ()),
                sort=_names(sort),
                limit=limit,
                columns=_names(columns),
                brief=is_for_people(format, output),
                **equal,
            )
            emit(table, format, output)

    fields = [
        field for field in (*record.fields, *record.derived) if field.kind in _FILTERED or field in record.derived
    ]
    owner_through_project = [Field("org", ORG.label, Kind.ORG)] if "org" not in record and "project" in record else []
    wanted = [field for field in (*fields, *owner_through_project) if field.key not in ("since", "until")]
    return with_parameters(list_, map(option, wanted))


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").replace("，", ",").split(",") if name.strip()]


def show_verb(record: Record) -> Callable[..., None]:
    def show(
        ctx: typer.Context,
        ref: str,
        history: Annotated[bool, typer.Option("--history", help="连同每一次修改")] = False,
        format: Format = None,
        output: Output = None,
    ) -> None:
        with open_from(ctx) as ledger:
            emit(ledger.show(record.noun, ref, with_history=history), format, output)

    return with_parameters(_taking_ref(show, record), [])


def remove_verb(record: Record) -> Callable[..., None]:
    def remove(ctx: typer.Context, ref: str) -> None:
        with open_from(ctx, ref) as ledger:
            saved = ledger.remove(record.noun, ref)
        _report("已删除", record, saved)

    return with_parameters(_taking_ref(remove, record), [])


def _taking_ref(function: Callable[..., None], record: Record) -> Callable[..., None]:
    if record.noun == "org":
        help = "名称、曾用名、代码、登记证号、拼音首字母，或只对应一家的片段"
    elif record.numbered:
        help = "编号、序号（#3），或只对应一条的片段"
    else:
        help = f"序号（#3），或只有一条{record.label}的{positional(record).label}"
    completer = names(record.noun) if record.noun == "org" or record.numbered else value_of(positional(record))
    info = typer.Argument(metavar=record.label, help=help, autocompletion=completer)
    function.__annotations__["ref"] = Annotated[str, info]
    return function


def _report(done: str, record: Record, saved: Saved) -> None:
    say_warnings(saved.warnings)
    say(f"{done}{record.label} {saved.label}（#{saved.id}，批次 {saved.batch}）")
