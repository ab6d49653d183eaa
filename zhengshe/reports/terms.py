"""The words of the trade: what they mean, who says so, and how far that can be relied on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhengshe.errors import NotFoundError
from zhengshe.reports.report import Block, Column, Heading, Paragraph, Report, Table

# what may be made of a source
CERTAINTY = {
    "条文": "条文（见过条文）",
    "转述": "转述（只见于解读或报道，条文未核对）",
    "草案": "草案（只见于征求意见稿，不作法律依据）",
    "惯例": "惯例（通行说法或地方做法，不作法律依据）",
    "本程序": "本程序自己的用语，不作法律依据",
}

Terms = Mapping[str, Mapping[str, Any]]


def listed(terms: Terms) -> Report:
    """Every term, by what it belongs to."""
    groups: dict[str, list[str]] = {}
    for name, entry in terms.items():
        groups.setdefault(entry["group"], []).append(name)
    columns = [Column("group", "类别"), Column("terms", "术语（zhengshe help 术语 看解释）")]
    table = Table(columns, [(group, "、".join(names)) for group, names in groups.items()])
    return Report([table], [_data(name, entry) for name, entry in terms.items()])


def explained(terms: Terms, topic: str) -> Report:
    """One term. NotFoundError with the nearest for a word that is none."""
    name = _meant(terms, topic.strip())
    entry = _data(name, terms[name])
    facts = [("也叫", "、".join(entry["aliases"])), ("出处", entry["source"]), ("性质", CERTAINTY[entry["certainty"]])]
    facts.append(("有关命令", "、".join(f"zhengshe {command}" for command in entry["see"])))
    known = [(label, text) for label, text in facts if text]
    card = Table([Column(label, label) for label, _ in known], [[text for _, text in known]], card=True)
    blocks: list[Block] = [Heading(name), Paragraph(entry["text"]), card]
    return Report(blocks, [entry])


def _data(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"term": name, "aliases": [], **entry}


def _meant(terms: Terms, topic: str) -> str:
    """The term by its name, another name, or a part that fits only one."""
    names = {word.lower(): name for name, entry in terms.items() for word in (name, *entry.get("aliases", ()))}
    if exact := names.get(topic.lower()):
        return exact
    fitting = sorted({name for word, name in names.items() if topic and topic.lower() in word})
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        import difflib

        near = difflib.get_close_matches(topic.lower(), names, n=3, cutoff=0.4)
        fitting = list(dict.fromkeys(names[word] for word in near))
    hint = f"，是不是 {'、'.join(fitting)}" if fitting else ""
    raise NotFoundError(f"没有术语“{topic}”{hint}；zhengshe help 列出全部", tuple(fitting))
