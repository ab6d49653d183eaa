"""report year, org, project, ledger, stats: the papers the clerk hands in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhengshe.commands.completion import names, nouns
from zhengshe.commands.context import open_from, say
from zhengshe.commands.output import Format, Output, Unit, emit, inside
from zhengshe.commands.usage import one_of
from zhengshe.models import RECORDS

Footnotes = Annotated[bool, typer.Option("--footnotes", help="每一行列出依据的记录编号")]


def year(
    ctx: typer.Context,
    year: Annotated[int, typer.Argument(metavar="年度", min=1949, max=2100)],
    footnotes: Footnotes = False,
    unit: Unit = "元",
    format: Format = None,
    output: Output = None,
) -> None:
    with open_from(ctx) as ledger:
        emit(ledger.report_year(year, footnotes=footnotes), format, output, unit)


def org(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="社会组织", autocompletion=names("org"))],
    unit: Unit = "元",
    format: Format = None,
    output: Output = None,
) -> None:
    with open_from(ctx) as ledger:
        emit(ledger.report_org(ref), format, output, unit)


def project(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="项目", autocompletion=names("project"))],
    bundle: Annotated[
        Path | None, typer.Option(metavar="FILE.zip", help="审计包：报告、佐证材料、校验清单，写成一个 zip")
    ] = None,
    unit: Unit = "元",
    format: Format = None,
    output: Output = None,
) -> None:
    with open_from(ctx) as ledger:
        report = ledger.report_project(ref)
        if bundle is None:
            emit(report, format, output, unit)
            return
        from zhengshe.render import bundle as bundles

        bundles.write(report, ledger.papers(ref), inside(bundle.parent, bundle.name))
    say(f"已写入 {bundle}")


def ledger(
    ctx: typer.Context,
    noun: Annotated[
        str, typer.Argument(metavar="NOUN", help="哪一本台账，如 project、finding", autocompletion=nouns())
    ],
    year: Annotated[int | None, typer.Option(metavar="YEAR", help="只要一个年度的")] = None,
    unit: Unit = "元",
    format: Format = None,
    output: Output = None,
) -> None:
    one_of("NOUN", noun, [*RECORDS])
    with open_from(ctx) as opened:
        emit(opened.report_ledger(noun, year=year), format, output, unit)


def stats(
    ctx: typer.Context,
    noun: Annotated[
        str, typer.Argument(metavar="NOUN", help="统计哪一类记录，如 project、finding", autocompletion=nouns())
    ] = "project",
    by: Annotated[str, typer.Option("--by", metavar="KEY,...", help="按哪些字段")] = "mode",
    year: Annotated[int | None, typer.Option(metavar="YEAR", help="只要一个年度的")] = None,
    footnotes: Footnotes = False,
    unit: Unit = "元",
    format: Format = None,
    output: Output = None,
) -> None:
    one_of("NOUN", noun, [*RECORDS])
    keys = [key.strip() for key in by.replace("，", ",").split(",") if key.strip()]
    with open_from(ctx) as ledger:
        emit(ledger.stats(noun, keys, footnotes=footnotes, year=year), format, output, unit)
