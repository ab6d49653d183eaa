"""For mkdocs: the guide's pages are made from the example folders, which the tests execute, at every build.

A remark in a transcript (``# …``) is the page's prose, what stands between two remarks a block of commands with what
they printed. Files beside ``cmd.txt`` are offered for download, and all of them together as 示例文件.zip.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
_OURS = ("cmd.txt", "expected.txt")


def folders() -> list[Path]:
    return sorted(path.parent for path in EXAMPLES.glob("[0-9][0-9]-*/cmd.txt"))


def page(folder: Path) -> str:
    """The Markdown of an example folder. The first remark is the title."""
    title, *lines = (folder / "expected.txt").read_text("utf-8").splitlines()
    parts = [title, *(_block(remark, [*block]) for remark, block in groupby(lines, key=_is_remark))]
    if given := [path.name for path in attachments(folder)]:
        parts.append(f"本页用到的文件：{'、'.join(given)}，都在[示例文件.zip](files/示例文件.zip)里。")
    return "\n\n".join(parts) + "\n"


def _is_remark(line: str) -> bool:
    return line == "#" or line.startswith("# ")


def _block(remark: bool, lines: list[str]) -> str:
    if remark:
        return "\n".join(line[2:] for line in lines)
    return "\n".join(["```console", *lines, "```"])


def attachments(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.iterdir()) if path.name not in _OURS)


def archive() -> bytes:
    """What a reader needs to type the guide's commands: the street's ledgers and every page's own files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted((EXAMPLES / "weifang").iterdir()):
            target.write(path, f"weifang/{path.name}")
        for folder in folders():
            for path in attachments(folder):
                target.write(path, path.name)
    return content.getvalue()


def on_files(files: Files, config: MkDocsConfig) -> Files:
    from mkdocs.structure.files import File

    for folder in folders():
        files.append(File.generated(config, f"guide/{folder.name}.md", content=page(folder)))
    files.append(File.generated(config, "guide/files/示例文件.zip", content=archive()))
    return files


_FETCHED, _OURS_INSTEAD = "https://unpkg.com/iframe-worker/shim", "assets/file-worker.js"


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:  # noqa: ARG001
    """Searching in pages opened from a folder: our own script in the place of one fetched from the network."""
    from mkdocs.utils import get_relative_url

    return output.replace(_FETCHED, get_relative_url(_OURS_INSTEAD, page.url))


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:  # noqa: ARG001
    """The same for the page that says that there is no such page."""
    return output_content.replace(_FETCHED, _OURS_INSTEAD)
