"""The words of the trade are explained with their source; help fits the terminal and loses nothing."""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import Run
from zhengshe.cli import VERBS
from zhengshe.models import RECORDS
from zhengshe.render.text import width
from zhengshe.reports.terms import CERTAINTY
from zhengshe.resources import codelists, statutes, terms

SELF_EXPLAINING = {"正常", "其他"}


def test_every_term_of_a_codelist_is_explained(zs: Run) -> None:
    words = {word for codelist in codelists().values() for word in codelist.values} - SELF_EXPLAINING
    for word in sorted(words):
        result = zs("help", word)
        assert result.code == 0, word
        assert "出处" in result.out, word


def test_every_entry_names_its_source_and_what_can_be_made_of_it() -> None:
    for name, entry in terms().items():
        assert set(entry) <= {"aliases", "group", "text", "source", "certainty", "see"}, name
        assert entry["certainty"] in CERTAINTY, name
        assert entry["text"].endswith("。"), name
        assert entry["source"], name
        if entry["certainty"] == "条文":  # a law, by its name or its standard's number
            assert re.search("《.+》|GB \\d|令第|民发", entry["source"]), name
        if "征求意见稿" in entry["source"]:
            assert entry["certainty"] == "草案", name


def test_what_the_statutes_hold_for_a_draft_is_no_law_here() -> None:
    drafts = {entry["document"] for entry in statutes().values() if entry["certainty"] == "草案"}
    for name, entry in terms().items():
        if any(document in entry["source"] for document in drafts):
            assert entry["certainty"] == "草案", name


def test_the_commands_it_points_to_exist(zs: Run) -> None:
    for command in sorted({command for entry in terms().values() for command in entry["see"]}):
        assert zs(*command.split(), "--help").code == 0, command


def test_a_name_another_name_or_a_part_that_fits_one(zs: Run) -> None:
    for word in ("活动异常名录", "异常名录", "活动异常", "USCC"):
        assert zs("help", word).code == 0
    (told,) = json.loads(zs("help", "福彩", "-f", "json").out)
    assert (told["term"], told["certainty"]) == ("福彩公益金", "惯例")


@pytest.mark.parametrize(("word", "near"), [("失信", "严重违法失信名单、失信程度"), ("费随市转", "费随事转")])
def test_an_unknown_word_is_answered_with_the_nearest(zs: Run, word: str, near: str) -> None:
    result = zs("help", word)
    assert (result.code, result.out) == (3, "")
    assert near in result.err


def test_without_a_word_all_are_listed(zs: Run) -> None:
    listed = zs("help")
    assert listed.code == 0
    assert all(name in listed.out for name in terms())
    assert {entry["term"] for entry in json.loads(zs("help", "-f", "json").out)} == set(terms())


def test_a_command_is_answered_with_its_usage(zs: Run) -> None:
    assert zs("help", "import").out == zs("import", "--help").out
    assert zs("help", "org").out == zs("org", "--help").out


# -- --help in 80 columns and in fewer


@pytest.mark.parametrize("columns", [80, 50])
def test_help_is_never_wider_than_the_terminal(zs: Run, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for words in ((), *((verb,) for verb in VERBS), *((noun, "add") for noun in RECORDS), ("org", "list")):
        for line in zs(*words, "--help").out.splitlines():
            assert width(line) <= columns, (words, line)


def test_help_loses_nothing(zs: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(columns: int, *words: str) -> str:
        monkeypatch.setenv("COLUMNS", str(columns))
        return re.sub(r"\s", "", zs(*words, "--help").out)

    for words in ((), ("import",), ("project", "add"), ("report", "project")):
        assert told(50, *words) == told(300, *words)
    values = codelists()["mode"].values
    assert "·".join(values) in told(50, "project", "add")
