"""A page of the docs as steps that can be carried out: what a reader is told to write, and what is said to come of it.

A step is a fenced block, and the line before it says what to do with it:

    新建 `path`：                   New file `path`:                       the block is that file
    在 `path` 的 `anchor` 之前：     In `path`, before `anchor`:            before the line with the anchor
                                    At the end of `path`:                  the block is appended
                                    In `path`, replace `old` with:         the block takes the place of these words

A block of ``console`` holds commands after ``$`` and what they print; ``…`` in it stands for anything. Other blocks are
only read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^(?P<told>[^\n]*)\n+```(?P<language>\w+)\n(?P<block>.*?)^```$", re.MULTILINE | re.DOTALL)
_NEW = re.compile(r"(?:新建|New file) `([^`]+)`[：:]$")
_BEFORE = re.compile(r"(?:在|In) `([^`]+)`(?: 的|, before) `([^`]+)`(?: 之前)?[：:]$")
_REPLACE = re.compile(r"In `([^`]+)`, replace `([^`]+)` with:$")
_END = re.compile(r"At the end of `([^`]+)`:$")

Run = Callable[[str], str]  # a command line -> what it prints


@dataclass(frozen=True)
class Step:
    told: str
    language: str
    block: str

    @property
    def writes(self) -> bool:
        return any(form.search(self.told) for form in (_NEW, _BEFORE, _REPLACE, _END))


def steps(markdown: str) -> list[Step]:
    return [Step(found["told"], found["language"], found["block"]) for found in _FENCE.finditer(markdown)]


def sections(markdown: str) -> Iterator[tuple[str, list[Step]]]:
    """(heading, its steps) of every section of the second level that has any."""
    for part in re.split(r"^## ", markdown, flags=re.MULTILINE)[1:]:
        if found := steps(part):
            yield part.splitlines()[0], found


def carry_out(found: list[Step], folder: Path, run: Run) -> None:
    """Write what is to be written under ``folder``, run the commands, and compare what they print."""
    for step in found:
        if step.writes:
            _write(step, folder)
        elif step.language == "console":
            _compare(step.block, run)


def _write(step: Step, folder: Path) -> None:
    if told := _NEW.search(step.told):
        (folder / told[1]).write_text(step.block, "utf-8")
    elif told := _END.search(step.told):
        path = folder / told[1]
        path.write_text(f"{path.read_text('utf-8')}\n\n{step.block}", "utf-8")
    elif told := _BEFORE.search(step.told):
        path, anchor = folder / told[1], told[2]
        lines = path.read_text("utf-8").splitlines(keepends=True)
        (place,) = (number for number, line in enumerate(lines) if anchor in line)
        lines.insert(place, step.block)
        path.write_text("".join(lines), "utf-8")
    elif told := _REPLACE.search(step.told):
        path, old = folder / told[1], told[2]
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{old} in {path}"
        path.write_text(text.replace(old, step.block.strip()), "utf-8")


def _compare(block: str, run: Run) -> None:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        printed = run(command)
        form = ".*".join(re.escape(piece) for piece in expected.strip().split("…"))
        assert re.fullmatch(form, printed.strip(), re.DOTALL), f"$ {command}\n{printed}"
