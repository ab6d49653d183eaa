"""Mapping files that are wrong in any way at all."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from zhengshe.errors import UsageError
from zhengshe.importing import recipe

words = st.sampled_from(["", "of", "at", "columns", "project", "payment", "amount", "project.amount", "name"])
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.dates() | words
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(scalars, inner, max_size=3), max_leaves=5
)


def mostly(form: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 7).flatmap(lambda odd: form if odd else anything)


def entry(**forms: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return mostly(st.fixed_dictionaries({}, optional={key: mostly(form) for key, form in forms.items()}))


def each(form: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(mostly(words).filter(lambda key: not isinstance(key, (list, dict))), form, max_size=2)


texts, names = each(mostly(words)), st.lists(mostly(words), max_size=3)
join, split = entry(**{"of": names, "with": words}), entry(at=words, into=names)
part = entry(noun=words, fields=names, columns=texts, set=texts, fill=texts, numbered=words)
files = entry(
    noun=words,
    unit=st.sampled_from(["元", "万元"]),
    columns=texts,
    set=texts,
    values=each(mostly(texts)),
    join=each(join),
    split=each(split),
    parts=st.lists(part, max_size=2),
)


@settings(max_examples=300)
@given(files)
def test_whatever_stands_in_a_mapping_file_is_read_or_refused(content: Any) -> None:
    try:
        read = recipe.parsed(content, "x.yaml")
    except UsageError as error:
        assert len(str(error).splitlines()) <= 2
        return
    assert recipe.parsed(json.loads(json.dumps(read.content)), "x.yaml") == read  # as a plan file keeps it
