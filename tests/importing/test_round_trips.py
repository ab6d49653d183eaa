"""What goes out comes back; twice is once; undone is never."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT, TODAY, Run
from tests.test_history import contents
from zhengshe import open_ledger
from zhengshe.errors import RejectedError
from zhengshe.importing.plan import Wish
from zhengshe.importing.readers import read
from zhengshe.values import unguard_formula


@pytest.fixture
def street(zs: Run, tmp_path: Path) -> Run:
    """The example street, with a few awkward texts in it."""
    assert zs("demo").code == 0
    (tmp_path / "zhengshe-demo.db").rename(tmp_path / "zhengshe.db")
    awkward = ("=1+1", "'=已带撇号", "+86", "甲，乙\n丙", '说"好"', "@甲", "﹝2020﹞", "12.50")
    for number, text in enumerate(awkward):
        added = zs("org", "add", f"组织{number}", "--kind", "其他", "--note", text, "--scope", text)
        assert added.code == 0, added.err
    assert zs("org", "add", "同名社", "--uscc", "52110000MJ015106XK").code == 0
    assert zs("org", "add", "同名社", "--uscc", "511100003063624772").code == 0
    assert zs("inspection", "add", "511100003063624772", "--year", "2025", "--conclusion", "合格").code == 0
    for command in STORED_ALL_THE_SAME:
        done = zs(*command.split())
        assert done.code == 0, done.err
    return zs


# what nobody would take from a ledger of somebody else, and what would be filled in or put right there
STORED_ALL_THE_SAME = """\
org add 读书会（一） --kind 其他
org add 读书会(一) --kind 其他
project add 读书会（一） --name 共读 --mode 委托管理 --year 2026
payment add 共读 --seq 1 --amount 5 --condition 合计
finding add 读书会(一) --project 共读 --channel 行政监督 --severity 一般 --found-on 2026-03-02 --fact 分包不符
finding edit 1 --due-on=
change add 读书会（一） --item 住所 --before 旧址 --after 中址 --approved-on 2024-01-01
org edit 读书会（一） --address 新址
change add 读书会（一） --item 法定代表人 --after 李四 --approved-on 2023-01-01
org edit 读书会（一） --legal-rep 王五
org add 合计 --kind 其他 --note 备注：无""".splitlines()


@pytest.mark.parametrize("target", ["all.xlsx", "all.jsonl", "folder"])
def test_export_into_a_new_file_and_out_again_is_the_same(street: Run, tmp_path: Path, target: str) -> None:
    assert street("export", target).code == 0
    files = sorted((tmp_path / target).glob("*.csv")) if target == "folder" else [tmp_path / target]
    before = contents(tmp_path / "zhengshe.db")

    nothing = street("import", *files, "-f", "json")  # into the same file: nothing is new
    assert nothing.code == 0, nothing.out + nothing.err
    assert contents(tmp_path / "zhengshe.db") == before

    assert street("init", "new.db").code == 0
    done = street("--db", "new.db", "import", *files)
    assert done.code == 0, done.out + done.err
    assert street("--db", "new.db", "export", "again.jsonl").code == 0
    assert street("export", "first.jsonl").code == 0
    assert (tmp_path / "again.jsonl").read_text("utf-8") == (tmp_path / "first.jsonl").read_text("utf-8")


def test_a_folder_is_read_back_file_by_file_too(street: Run, tmp_path: Path) -> None:
    assert street("export", "folder").code == street("init", "new.db").code == 0
    for file in sorted((tmp_path / "folder").glob("*.csv")):
        done = street("--db", "new.db", "import", file)
        assert done.code == 0, done.out + done.err
    assert street("--db", "new.db", "export", "again.jsonl").code == street("export", "first.jsonl").code == 0
    assert (tmp_path / "again.jsonl").read_text("utf-8") == (tmp_path / "first.jsonl").read_text("utf-8")


def test_a_row_added_to_an_export_is_completed_and_refused_like_any_other(street: Run, tmp_path: Path) -> None:
    """People use an export as a form to fill in."""
    assert street("export", "folder").code == 0
    (changes,) = (tmp_path / "folder").glob("*-change.csv")
    (projects,) = (tmp_path / "folder").glob("*-project.csv")
    for file, new in (
        (changes, {"社会组织": "同名社", "统一社会信用代码": "52110000MJ015106XK", "变更事项": "住所"}),
        (projects, {"社会组织": "乙社", "项目名称": "新项目", "合作方式": "委托管理", "合同签订日期": "2026-05-01"}),
    ):
        with file.open(encoding="utf-8-sig", newline="") as opened:
            head = next(csv.reader(opened))
        with file.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, head)
            writer.writeheader()
            writer.writerow(new | {"变更后": "新址", "核准日期": "2026-05-01"} if file is changes else new)
    said = street("import", changes)
    assert said.code == 0 and "只登记，不再改写社会组织" in said.out
    assert street("org", "show", "52110000MJ015106XK").out.count("新址") == 1  # among the changes
    assert street("org", "add", "乙社", "--kind", "其他").code == 0
    assert street("import", projects).code == 0
    (project,) = json.loads(street("project", "list", "--where", "name=新项目", "-f", "json").out)
    assert (project["year"], project["status"], project["number"][:6]) == (2026, "立项", "P2026-")


def test_an_export_takes_the_place_of_the_one_before(street: Run, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    assert street("export", folder).code == 0
    first = {path.name for path in folder.iterdir()}
    assert {"01-org.csv", "03-person.csv", "04-inspection.csv"} <= first
    for name in ("02-inspection.csv", "1-person.csv", "03-person.csv.bak", "03-人员.csv", "03-person.xlsx"):
        (folder / name).write_text("名称\n甲社\n", "utf-8")
    (folder / "05-person.csv").mkdir()
    for row in json.loads(street("person", "list", "-f", "json").out):
        assert street("person", "remove", row["id"]).code == 0
    again = street("export", folder)
    assert again.code == 0 and "03-person.csv" in again.err and "02-inspection.csv" in again.err
    kept = {"1-person.csv", "03-person.csv.bak", "03-人员.csv", "03-person.xlsx", "05-person.csv"}
    assert {path.name for path in folder.iterdir()} == first - {"03-person.csv"} | kept


def test_a_public_export_holds_nothing_private(street: Run, tmp_path: Path) -> None:
    assert street("export", "public.jsonl", "--public").code == 0
    lines = [json.loads(line) for line in (tmp_path / "public.jsonl").read_text("utf-8").splitlines()]
    assert not any("phone" in line or "note" in line for line in lines)
    assert {line["noun"] for line in lines}.isdisjoint({"person", "finding"})


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00", exclude_categories=("Cs", "Cc")), max_size=12)
GBK_CELLS = st.text(
    st.characters(codec="gbk", exclude_characters="\r\x00", exclude_categories=("Cs", "Cc")), max_size=12
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030")


HEADS = ("名称", "类型", "备注", "住所", "法定代表人")
MARKS = st.sampled_from((",", ";", "\t", '"', '""', "；", "，"))


def tables(cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    # a row of plain heads, as a ledger has; what follows is any text, also with what parts cells elsewhere
    marked = st.tuples(cells, MARKS, cells).map("".join)
    texts = cells | marked

    def of(width: int) -> st.SearchStrategy[list[list[str]]]:
        body = st.lists(st.tuples(*[texts] * width).map(list), min_size=1, max_size=6)
        return body.map(lambda rows: [[*HEADS[:width]], *rows])

    return st.integers(1, len(HEADS)).flatmap(of)


TITLES = st.sampled_from(
    [[], [["一览表"]], [["街道；社会组织"], [], ["单位：万元"]], [["一览表"], ["制表：甲，2025年"]]]
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TITLES, tables(CELLS), st.sampled_from(ENCODINGS), st.sampled_from(",;\t"))
def test_any_table_written_as_csv_reads_back(
    tmp_path: Path, titles: list[list[str]], rows: list[list[str]], encoding: str, mark: str
) -> None:
    path = tmp_path / "t.csv"
    # a table of one column has no separator; one that says it is parted by semicolons is not what ledgers are
    delimiter = mark if len(rows[0]) > 1 else ","
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([*titles, *rows])
    (sheet,) = read(path).sheets
    assert [list(row) for row in sheet.rows] == [*titles, *rows]


def test_a_cell_below_the_header_of_one_column_stays_whole(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("名称\n;活动地点\n", "utf-8")
    (sheet,) = read(tmp_path / "t.csv").sheets
    assert [list(row) for row in sheet.rows] == [["名称"], [";活动地点"]]


COLUMN = st.lists(
    st.sampled_from("甲乙丙丁").flatmap(lambda name: st.just(name) | MARKS.map(lambda mark: f"{name}社{mark}原名")),
    min_size=1,
    max_size=5,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(COLUMN, st.sampled_from(("名称", "机构")), st.booleans())
def test_no_text_of_a_column_without_quotes_is_lost(tmp_path: Path, cells: list[str], head: str, titled: bool) -> None:
    """A list as a person types it: whatever is in its lines is read whole, or the line is refused."""
    path, database = tmp_path / "t.csv", tmp_path / "r.db"
    database.unlink(missing_ok=True)
    path.write_text("\r\n".join([*(["名单"] if titled else []), head, *cells]), "gb18030")
    wish = Wish(noun="org", maps={} if head == "名称" else {head: "name"}, sets={"kind": "其他"})
    with open_ledger(database, today=TODAY, create=True) as ledger:
        try:
            (plan,) = ledger.plan([path], wish)
        except RejectedError:  # quotes that are not closed
            return
        read_whole = {str(values["name"]) for values in plan.stage.new_values()}
        refused = {cells[row - 2 - titled] for row in plan.rejected_rows}
    assert read_whole | refused >= {cell.replace('""', '"') if cell[0] == '"' else cell for cell in cells}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables(GBK_CELLS))
def test_any_gbk_table_reads_back(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "t.csv"
    # what happens to be valid UTF-8 as well cannot be told from it; a head in GBK is none
    with path.open("w", encoding="gbk", newline="") as file:
        csv.writer(file).writerows(rows)
    (sheet,) = read(path).sheets
    assert [list(row) for row in sheet.rows] == rows


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables(CELLS.filter(lambda text: text == text.strip() and not text.startswith("_x"))))
def test_any_table_written_as_xlsx_reads_back(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "t.xlsx"
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for place, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(place, column, text)
    book.close()
    (found,) = read(path).sheets
    assert [list(row) for row in found.rows] == rows


NAMES = st.sampled_from(["甲社", "乙社", "丙社", "甲 社", ""])
KINDS = st.sampled_from(["社会团体", "民非", "公司", ""])
LEDGERS = st.lists(st.tuples(NAMES, KINDS, st.sampled_from(["", "2020-01-01", "2020.1", "x"])), max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LEDGERS, LEDGERS)
def test_twice_is_once_and_undone_is_never(
    tmp_path: Path, first: list[tuple[str, str, str]], second: list[tuple[str, str, str]]
) -> None:
    database = tmp_path / "r.db"
    database.unlink(missing_ok=True)
    with open_ledger(database, today=TODAY, create=True) as ledger:
        for number, rows in enumerate((first, second)):
            file = tmp_path / f"{number}.csv"
            with file.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([("名称", "类型", "成立日期"), *rows])
            before = contents(database)
            batch = ledger.apply(ledger.plan([file], Wish(noun="org")), skip_bad=True)
            after = contents(database)
            assert (batch is None) == (before == after)
            assert ledger.apply(ledger.plan([file], Wish(noun="org")), skip_bad=True) is None
            assert contents(database) == after
            if batch is not None:
                ledger.undo(batch)
                assert contents(database) == before
                ledger.undo()
                assert contents(database) == after


def test_guards_against_formulas_come_off_again() -> None:
    assert [unguard_formula(text) for text in ("'=1", "''=1", "'x", "=1")] == ["=1", "'=1", "'x", "=1"]


def test_the_example_ledgers_are_what_they_are_called() -> None:
    formats = {path.name[:2]: read(path).format for path in sorted((ROOT / "examples" / "weifang").glob("0[1-4]*"))}
    assert formats == {"01": "xlsx", "02": "xlsx", "03": "csv", "04": "csv"}
