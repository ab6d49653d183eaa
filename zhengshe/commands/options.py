"""Command options made from the fields of a record.

Typer reads a function's signature. A verb is the same for every noun but for its options, so the functions take
``**given`` and get a signature here, one parameter a field: key -> parameter, label -> help, codelist -> the terms in
the help. This is the only place where signatures are made up.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Annotated, Any

import typer

from zhengshe.commands.completion import Completer, value_of
from zhengshe.models import Field, Kind


def hint(field: Field, *, adding: bool = False) -> str:
    """The help of a field's option: its label, the terms it takes, and when adding what a blank means."""
    takes = {Kind.MONEY: "元；可写 12万元", Kind.FLAG: "是 或 否"}.get(field.kind, "")
    terms = f"{{{field.codelist}}}" if field.codelist else takes
    default = f"默认 {field.default}" if adding and field.default else ""
    more = "；".join(part for part in (terms, default) if part)
    return f"{field.label}（{more}）" if more else field.label


def argument(
    name: str, metavar: str, help: str, *, optional: bool = False, completer: Completer | None = None
) -> inspect.Parameter:
    """A positional parameter."""
    info = typer.Argument(metavar=metavar, help=help, autocompletion=completer)
    annotation: Any = Annotated[str | None, info] if optional else Annotated[str, info]
    default = None if optional else inspect.Parameter.empty
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def option(field: Field, *, adding: bool = False) -> inspect.Parameter:
    """``--found-on`` for ``found_on``; text, since ``values`` reads it and words the errors. The placeholder is ASCII:
    Typer lines up its help by characters, not by their width."""
    placeholder = field.kind.value.upper()
    help, completer = hint(field, adding=adding), value_of(field)
    info = typer.Option(field.option, help=help, metavar=placeholder, autocompletion=completer)
    annotation = Annotated[str | None, info]
    return inspect.Parameter(field.key, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def with_parameters(function: Callable[..., None], added: Iterable[inspect.Parameter]) -> Callable[..., None]:
    """``function`` with its ``**given`` replaced by the added parameters, arguments first."""
    declared = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in inspect.signature(function, eval_str=True).parameters.values()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    parameters = [declared[0], *added, *declared[1:]]
    annotations: dict[str, Any] = {parameter.name: parameter.annotation for parameter in parameters}

    def run(**given: Any) -> None:
        function(**given)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = annotations
    return run
