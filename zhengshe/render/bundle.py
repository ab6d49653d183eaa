"""The auditor's file: one zip with the report, the papers behind it, and a manifest of hashes."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from zhengshe import render
from zhengshe.render.files import replacing
from zhengshe.reports.report import Report

MANIFEST = "manifest.csv"


def write(report: Report, papers: Mapping[str, bytes], output: Path) -> None:
    """``papers`` maps names within the bundle to their bytes. The file appears whole or not at all."""
    contents = {**_reports(report), **{f"papers/{name}": content for name, content in papers.items()}}
    with replacing(output) as path, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in contents.items():
            bundle.writestr(name, content)
        bundle.writestr(MANIFEST, _manifest(contents))


def _reports(report: Report) -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        made = {}
        for format in ("docx", "html"):
            path = Path(folder) / f"report.{format}"
            render.write(report, format, output=path)
            made[path.name] = path.read_bytes()
        return made


def _manifest(contents: Mapping[str, bytes]) -> str:
    """name, size and SHA-256 of every file, for `sha256sum` and for Excel."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["文件", "字节数", "SHA-256"])
    writer.writerows([name, len(content), hashlib.sha256(content).hexdigest()] for name, content in contents.items())
    return "\ufeff" + text.getvalue()
