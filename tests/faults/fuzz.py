"""atheris, guided by coverage, over what reads from outside: values, tables, mapping files, credit schemes.

    python -m tests.faults.fuzz TARGET INPUTS COUNTS.json

Every input is read or refused in the program's own words; any other exception ends the run with the input that did it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages

from tests.faults.common import ENV, ROOT

# a target's share of the inputs: a value takes microseconds, a workbook or a YAML file milliseconds
TARGETS = {"values": 1.0, "tables": 0.05, "mapping": 0.05, "plan": 0.02, "scheme": 0.05}
_VALUES = ("2025年3月1日", "12.5万元", "52310115MJ0000106M", "138 0000 0000", "社会团体", "是", "35人次", "45000")
_MAPPING = """\
noun: project
columns: {活动名称: name}
unit: 万元
set: {year: 2025}
values: {方式: {招投标: 公开招标}}
join: {项目名称: {of: [项目, 分项], with: "·"}}
split: {起止: {at: 至, into: [开始日期, 结束日期]}}
"""
_LEDGER = "名称,类型,备注\n读书会,其他,一\n合唱队,社会团体,二\n"


def fuzz(inputs: int) -> Counter[str]:
    """Every target in a process of its own; says so where atheris is not installed (it comes for Linux)."""
    if not find_spec("atheris"):
        return Counter({"没有安装 atheris，未运行": 0})
    results: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        for target, share in TARGETS.items():
            counts = Path(name) / f"{target}.json"
            words = [sys.executable, "-m", "tests.faults.fuzz", target, str(int(inputs * share)), str(counts)]
            done = subprocess.run(words, cwd=name, env=ENV, capture_output=True, check=False, timeout=1800)
            if done.returncode:
                raise SystemExit(f"{target}: {done.stdout.decode()}{done.stderr.decode()[-1000:]}")
            results.update({f"{target}: {what}": times for what, times in json.loads(counts.read_text()).items()})
    return results


def _values(_: Path) -> Callable[[bytes], None]:
    from zhengshe.models import RECORDS
    from zhengshe.reading import reader_for
    from zhengshe.resources import codelists
    from zhengshe.values import guard_formula, to_json, to_show, unguard_formula

    fields = {field.kind: field for record in RECORDS.values() for field in record.fields}
    kinds = [kind for kind in fields if not kind.is_reference]
    readers = [reader_for(fields[kind], codelists()) for kind in kinds]

    def read(data: bytes) -> None:
        text = data[1:].decode("utf-8", "replace")
        assert unguard_formula(guard_formula(text)) == text
        place = data[0] % len(readers) if data else 0
        value = readers[place](text).value
        to_show(kinds[place], value)
        json.dumps(to_json(kinds[place], value))

    return read


def _tables(folder: Path) -> Callable[[bytes], None]:
    from zhengshe import open_ledger

    ledger = open_ledger(folder / "f.db", create=True, today="2026-06-30")

    def read(data: bytes) -> None:
        (folder / "table").write_bytes(data)
        for plan in ledger.plan([folder / "table"]):
            plan.stage.drop()

    return read


def _mapping(folder: Path) -> Callable[[bytes], None]:
    from zhengshe.importing import recipe

    def read(data: bytes) -> None:
        (folder / "mapping.yaml").write_bytes(data)
        recipe.read(folder / "mapping.yaml")

    return read


def _plan(folder: Path) -> Callable[[bytes], None]:
    from zhengshe import open_ledger

    ledger = open_ledger(folder / "f.db", create=True, today="2026-06-30")
    (folder / "ledger.csv").write_text(_LEDGER, "utf-8")
    lines = ledger.plan_lines(ledger.plan([folder / "ledger.csv"], None))
    (folder / "seed.yaml").write_text("".join(lines), "utf-8")

    def read(data: bytes) -> None:
        (folder / "plan.yaml").write_bytes(data)
        for plan in ledger.plan_decided(folder / "plan.yaml"):
            plan.stage.drop()

    return read


def _scheme(folder: Path) -> Callable[[bytes], None]:
    from zhengshe import open_ledger

    ledger = open_ledger(folder / "f.db", create=True, today="2026-06-30")

    def read(data: bytes) -> None:
        (folder / "scheme.yaml").write_bytes(data)
        ledger.scheme(str(folder / "scheme.yaml"))

    return read


def _seeds(target: str, folder: Path) -> list[bytes]:
    files: dict[str, Iterable[Path]] = {
        "tables": (ROOT / "examples" / "weifang").glob("0[34]*.csv"),
        "scheme": (ROOT / "data" / "schemes").glob("*.yaml"),
        "plan": folder.glob("seed.yaml"),
    }
    if target in files:
        return [path.read_bytes() for path in sorted(files[target])]
    return [text.encode() for text in (_VALUES if target == "values" else [_MAPPING])]


def main() -> None:
    import atheris

    target, inputs, counts = sys.argv[1:]
    with atheris.instrument_imports(include=["zhengshe"]):
        import zhengshe
        from zhengshe.errors import ValueProblem, ZhengsheError

        for module in walk_packages(zhengshe.__path__, "zhengshe."):
            if not module.name.endswith("__main__"):
                import_module(module.name)  # also what a command would only load when it needs it
        folder = Path(tempfile.mkdtemp(dir=Path.cwd()))
        read = {"values": _values, "tables": _tables, "mapping": _mapping, "plan": _plan, "scheme": _scheme}[target](
            folder
        )
    results: Counter[str] = Counter()

    def one(data: bytes) -> None:
        try:
            read(data)
            results["读出"] += 1
        except (ZhengsheError, ValueProblem):
            results["拒绝并说明"] += 1
        if results.total() >= int(inputs):
            Path(counts).write_text(json.dumps(results, ensure_ascii=False), "utf-8")

    corpus = folder / "corpus"
    corpus.mkdir()
    for place, seed in enumerate(_seeds(target, folder)):
        (corpus / str(place)).write_bytes(seed)
    atheris.Setup([sys.argv[0], f"-runs={inputs}", "-seed=20260630", "-max_len=8192", "-timeout=60", str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
