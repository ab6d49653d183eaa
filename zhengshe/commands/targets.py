"""The files that a command will write, looked at before the work: nothing is destroyed, and nothing is done by half
because a file could not be written in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

from zhengshe.errors import UsageError, ZhengsheError
from zhengshe.render.files import must_be_writable

_BESIDE = ("", "-wal", "-shm", "-journal")  # what belongs to a database


def look_at(targets: Mapping[str, Path | None], read: Sequence[Path], database: Path) -> None:
    """``targets`` are the files to be written, by the option that names them.

    UsageError when one is a file that is read, the database, or named twice; ZhengsheError when it cannot be written.
    """
    named = {option: target for option, target in targets.items() if target}
    for target in named.values():
        if any(_is_same(target, file) for file in read):
            raise UsageError(f"{target} 就是要读的文件，不能写在它上面；请换一个文件名")
        if any(_is_same(target, database.with_name(database.name + end)) for end in _BESIDE):
            raise UsageError(f"{target} 是数据库，不能写在它上面；请换一个文件名")
    for (one, first), (other, second) in combinations(named.items(), 2):
        if _is_same(first, second):
            raise UsageError(f"{one} 和 {other} 写的是同一个文件 {first}；请换一个文件名")
    for target in named.values():
        must_be_writable(target)


def must_end(option: str, target: Path | None, *suffixes: str) -> None:
    """UsageError unless the name of the file ends so, or none was given."""
    if target and target.suffix.lower() not in suffixes:
        raise UsageError(f"{option} 写的文件名应以 {' 或 '.join(suffixes)} 结尾，现为 {target.name}")


def must_be_new(target: Path | None) -> None:
    """ZhengsheError when there is such a file."""
    if target and target.exists():
        raise ZhengsheError(f"{target} 已存在，没有覆盖；请换一个文件名")


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))
