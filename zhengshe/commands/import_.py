"""import: ledgers of people's making into the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from zhengshe import library, render
from zhengshe.commands import targets
from zhengshe.commands.completion import nouns
from zhengshe.commands.context import INTERRUPTED, open_from, say
from zhengshe.commands.output import Format, Output, emit, is_for_people
from zhengshe.commands.progress import Progress
from zhengshe.commands.usage import one_of, pair
from zhengshe.errors import UsageError
from zhengshe.models import RECORDS

if TYPE_CHECKING:
    from zhengshe.importing.plan import Plan, Wish
    from zhengshe.ledger import Ledger

# how a list is to be read, also for reconcile
Noun = Annotated[
    str | None, typer.Option("--as", metavar="NOUN", help="是哪种记录；不写则由表头判断", autocompletion=nouns())
]
SheetName = Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="只读这个工作表")]
Maps = Annotated[list[str] | None, typer.Option("--map", metavar="HEADER=FIELD", help="这一列是哪个字段，可重复")]
Sets = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="整份文件这个字段都是这个值，可重复")
]

PARTLY, REFUSED = 6, 4
_SHOWN = 50  # changes and refusals listed on a screen; the rest is in -f json and in the rejects


def import_files(
    ctx: typer.Context,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="csv、xls、xlsx、ods 或 export 的 jsonl")
    ] = None,
    noun: Noun = None,
    sheet: SheetName = None,
    encoding: Annotated[str | None, typer.Option(metavar="NAME", help="文字编码；不写则自动识别")] = None,
    maps: Maps = None,
    sets: Sets = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE.yaml", help="按映射文件读（写法见 docs/import.md）")
    ] = None,
    save_mapping: Annotated[Path | None, typer.Option(metavar="FILE.yaml", help="把这次的读法存成映射文件")] = None,
    plan: Annotated[
        Path | None, typer.Option(metavar="FILE.yaml", help="不写入，把每一行怎么处理写成计划文件，可手改")
    ] = None,
    apply: Annotated[Path | None, typer.Option(metavar="FILE.yaml", help="照计划文件写入")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会改什么，不写入")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="跳过不能接受的行，写入其余")] = False,
    rejects: Annotated[
        Path | None, typer.Option(metavar="FILE", help="把不能接受的行连同原因另存（xlsx 或 csv），改好可再导入")
    ] = None,
    add_missing_orgs: Annotated[
        bool, typer.Option("--add-missing-orgs", help="本库没有的组织一并登记（类型由信用代码读出）")
    ] = False,
    accept_renames: Annotated[
        bool, typer.Option("--accept-renames", help="信用代码相同而名称不同的，按更名处理并留下变更记录")
    ] = False,
    format: Format = None,
    output: Output = None,
) -> None:
    one_of("--as", noun, [*RECORDS])
    reading: dict[str, Any] = {
        "noun": noun,
        "sheet": sheet,
        "encoding": encoding,
        "maps": _pairs(maps),
        "sets": _pairs(sets),
    }
    reading |= {"add_missing_orgs": add_missing_orgs, "accept_renames": accept_renames}
    if apply and (files or mapping or plan or any(reading.values())):
        raise UsageError("--apply 已经定下读哪些文件、怎么读；请去掉文件名和其他读法选项")
    if not (files or apply):
        raise UsageError("请写出要导入的文件，例如 zhengshe import 台账.xlsx")
    read = files or ([apply] if apply else [])
    beside = _Targets(plan, rejects, save_mapping)
    beside.look_at(format, output, [*read, *([mapping] if mapping else [])], ctx.obj.db)
    dry_run = dry_run or plan is not None
    with open_from(ctx, *(file.name for file in read)) as ledger:
        with Progress() as tell:
            tell.opening(read)
            if apply:
                plans = ledger.plan_decided(apply, tell=tell)
            else:
                plans = ledger.plan(read, _wish(mapping, reading), tell=tell)
            beside.must_hold(plans)
            refused = sum(plan.counts()["rejected"] for plan in plans)
            planned = library.import_told(plans, None, _SHOWN)  # before writing, while old and new still differ
            write = not dry_run and (skip_bad or not refused)
            batch = ledger.apply(plans, skip_bad=skip_bad, tell=tell) if write else None
        with _never_silent_about(batch):
            with Progress() as tell:
                written = beside.write(ledger, plans, tell)
            emit(planned if is_for_people(format, output) else library.import_told(plans, batch, 0), format, output)
    for text in written:
        say(text)
    if refused:
        say(_advice(refused, written=batch is not None, dry_run=dry_run, skip_bad=skip_bad))
        raise typer.Exit(PARTLY if skip_bad and not dry_run else REFUSED)
    say("没有写入" if dry_run else f"已写入（批次 {batch}）" if batch else "没有变化，没有写入")


class _Targets(NamedTuple):
    """The files to be written beside the ledger. All that can be known of them is asked before it is written to."""

    plan: Path | None
    rejects: Path | None
    mapping: Path | None

    def look_at(self, format: str | None, output: Path | None, read: Sequence[Path], database: Path) -> None:
        """UsageError or ZhengsheError when one cannot be written, or must not be."""
        named = {"--plan": self.plan, "--rejects": self.rejects, "--save-mapping": self.mapping, "--output": output}
        targets.look_at(named, read, database)
        targets.must_end("--plan", self.plan, ".yaml", ".yml")
        targets.must_end("--rejects", self.rejects, ".xlsx", ".csv")
        targets.must_end("--save-mapping", self.mapping, ".yaml", ".yml")
        targets.must_be_new(self.mapping)
        if self.plan and any("\udc80" <= char <= "\udcff" for file in read for char in str(file)):
            raise UsageError("台账的文件名不是 UTF-8 编码，计划文件里写不下；请先改名")
        render.must_have_place(render.format_for(format, output), output)

    def must_hold(self, plans: Sequence[Plan]) -> None:
        """UsageError when there is more to be written than such a file holds."""
        if self.mapping and sum(not plan.part for plan in plans) > 1:
            raise UsageError("映射文件只能存一张表的读法；请用 --sheet 指定一张")
        refused = {id(plan.sheet) for plan in plans if plan.rejected_rows}
        if self.rejects and self.rejects.suffix.lower() == ".csv" and len(refused) > 1:
            raise UsageError(f"{len(refused)} 张表有不能接受的行，csv 只放得下一张；请把 --rejects 改成 xlsx 文件")

    def write(self, ledger: Ledger, plans: Sequence[Plan], tell: Progress) -> list[str]:
        """Write them; what is to be said of each."""
        from zhengshe.render.files import text_file

        said: list[str] = []
        if self.rejects and any(plan.rejected_rows for plan in plans):
            kind = render.format_for(None, self.rejects)
            render.write(library.rows_refused(plans, tell), kind, output=self.rejects)
            said.append(f"不能接受的行已写入 {self.rejects}，改好后可再导入")
        if self.mapping:
            sheet, *parts = plans
            with self.mapping.open("x", encoding="utf-8") as file:
                file.write(sheet.recipe(parts))
            said.append(f"读法已存到 {self.mapping}，明年用 --mapping {self.mapping} 照此导入")
        if self.plan:
            with text_file(self.plan, "utf-8") as file:
                file.writelines(ledger.plan_lines(plans, tell=tell))
            said.append(f"计划已写入 {self.plan}；看过、改过之后用 zhengshe import --apply {self.plan} 写入")
        return said


@contextmanager
def _never_silent_about(batch: int | None) -> Iterator[None]:
    """Whatever fails once the batch is in the ledger must not be taken for an import that was not made."""
    try:
        yield
    except BrokenPipeError:  # the reader has seen enough
        raise
    except KeyboardInterrupt:
        if batch is None:
            raise
        say(f"已中断；数据已写入（批次 {batch}），可用 undo 撤销")
        raise typer.Exit(INTERRUPTED) from None
    except Exception:
        if batch is not None:
            say(f"数据已写入（批次 {batch}），可用 undo 撤销；之后的没有做成：")
        raise


def _pairs(texts: list[str] | None) -> dict[str, str]:
    return dict(pair(text) for text in texts or ())


def _wish(mapping: Path | None, reading: dict[str, Any]) -> Wish:
    from zhengshe.importing.plan import Wish

    return Wish.by_recipe(library.mapping_in(mapping), **reading) if mapping else Wish(**reading)


def _advice(refused: int, *, written: bool, dry_run: bool, skip_bad: bool) -> str:
    if written:
        return f"有 {refused} 行不能接受，已跳过；其余已写入，可用 undo 撤销"
    if dry_run:
        return f"有 {refused} 行不能接受；没有写入"
    if skip_bad:
        return f"有 {refused} 行不能接受，已跳过；其余没有变化，没有写入"
    return f"错误：有 {refused} 行不能接受，没有写入；请改好后重来，或加 --skip-bad 跳过（--rejects 文件 可另存这些行）"
