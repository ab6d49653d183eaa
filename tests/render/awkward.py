"""One data set with everything that has ever broken a table."""

from __future__ import annotations

from zhengshe.models import Kind
from zhengshe.reports.report import Chart, Column, Heading, Paragraph, Report, Table
from zhengshe.values import Value

COLUMNS = (
    Column("name", "名称"),
    Column("uscc", "统一社会信用代码", Kind.CREDIT_CODE),
    Column("founded_on", "成立日期", Kind.DATE),
    Column("year", "年度", Kind.YEAR),
    Column("amount", "合同金额", Kind.MONEY),
    Column("people", "服务人次", Kind.COUNT),
    Column("score", "得分", Kind.DECIMAL),
    Column("is_charity", "慈善组织", Kind.FLAG),
    Column("note", "备注"),
)

ROWS: tuple[tuple[Value, ...], ...] = (
    (
        "上海市浦东新区潍坊新村街道源竹居民区金婚老人集体庆祝活动志愿服务与社区营造促进中心（筹）",
        "51310115MJ50012344",
        "2019-03-01",
        2025,
        123456789,
        12000,
        9550,
        1,
        '甲|乙，\n“丙” 说："好"',
    ),
    ('=HYPERLINK("http://x.test","点我")', None, None, None, -50, 0, 0, 0, "+86；第二格"),
    ("@SUM(A1:A9)", None, "2024-02-29", 2024, 0, None, -125, None, "-5 度，零下"),
    (
        "\U00020bb7田家庭社👨‍👩‍👧e\u0301",
        None,
        None,
        None,
        100_000_000_000,
        1,
        10000,
        1,
        "\x1b[31m红\u202e倒\u202c\u200b零宽",
    ),
    ("'=已带撇号", None, None, None, 1, None, None, None, "<b>粗</b> & *星* [链接](x) 3~5 人"),
    (None, None, None, None, None, None, None, None, "制表\t符\r\n换行"),
)


def table() -> Table:
    return Table(COLUMNS, ROWS, "社会组织")


def report() -> Report:
    by_year = Table(
        (Column("year", "年度"), Column("amount", "合同金额", Kind.MONEY), Column("paid", "已支付", Kind.MONEY)),
        (("2023", 1_200_000_00, 900_000_00), ("2024", -30_000_00, 0), ("2025", 2_345_678_90, None)),
        "分年度资金",
        note="金额为合同口径，未经审计。",
    )
    by_kind = Table(
        (Column("kind", "类型"), Column("orgs", "数量", Kind.COUNT)),
        (("社会团体", 12), ("社会服务机构", 7), ("基金会", 1), ("社区<社会>组织", 30)),
        "类型构成",
    )
    return Report(
        [
            Heading("二〇二五年政社合作情况报告"),
            Heading("一、总体情况", 2),
            Paragraph("全街道登记社会组织 50 家。\n其中社区社会组织 30 家，占 60%。"),
            table(),
            Heading("（一）资金", 3),
            Chart("bar", by_year, ("amount", "paid")),
            Chart("pie", by_kind, ("orgs",)),
            Chart("line", by_year, ("amount", "paid")),
            Heading("二、附表", 2),
            Table(COLUMNS, ROWS[:1], "基本信息", card=True),
            Table(COLUMNS[:2], (), "处罚"),
        ]
    )
