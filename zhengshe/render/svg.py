"""Charts as inline SVG: bars, lines, shares. Plain shapes with their figures written beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise
from math import cos, pi, sin

from zhengshe.models import Kind
from zhengshe.render.blocks import Series, drawn
from zhengshe.render.cells import show_wan
from zhengshe.render.text import one_line, width
from zhengshe.reports.report import Chart
from zhengshe.values import to_show

_COLOURS = ("#2f5d8a", "#c0713a", "#5b8c5a", "#8a5a8c", "#a39130", "#5a8c8c", "#8c5a5a", "#777777")
_WIDTH, _LINE, _BAR, _CELL = 720, 20, 16, 7.2  # pixels; a cell is half a 汉字 at 14 pixels

Show = Callable[[int], str]


def draw(chart: Chart, unit: str) -> str:
    """The chart as an SVG element; empty when there is nothing to draw. A pie with a negative part is drawn as bars."""
    points, series = drawn(chart)
    if not points or not any(any(each.values) for each in series):
        return ""
    if chart.kind == "pie" and min(_known(series)) >= 0:
        height, parts = _pie(points, series[0], _show(series[0], unit))
    elif chart.kind == "line":
        height, parts = _lines(points, series, _show(series[0], unit))
    else:
        height, parts = _bars(points, series, _show(series[0], unit))
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}" role="img" '
        f'aria-label="{escape(one_line(chart.table.title))}" font-family="sans-serif" font-size="14">\n'
        f"{''.join(parts)}</svg>\n"
    )


def _known(series: Sequence[Series]) -> list[int]:
    return [value for each in series for value in each.values if value is not None]


def _show(series: Series, unit: str) -> Show:
    if series.kind is not Kind.MONEY:
        return lambda value: to_show(series.kind, value)
    return lambda value: f"{show_wan(value)} 万元" if unit == "万元" else f"{to_show(series.kind, value)} 元"


def _label(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(one_line(text))}</text>\n'


def _folded(text: str, cells: int) -> list[str]:
    lines = [""]
    for char in one_line(text):
        if lines[-1] and width(lines[-1] + char) > cells:
            lines.append("")
        lines[-1] += char
    return lines


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


def _bars(points: Sequence[str], series: Sequence[Series], show: Show) -> tuple[float, list[str]]:
    """Bars lie down, so that long Chinese names have room; a bar for each series beside each name."""
    left = min(max(map(width, points)) * _CELL + 12, 290)
    figures = max(width(show(value)) for value in _known(series)) * _CELL + 10
    high, low = max(0, *_known(series)), min(0, *_known(series))
    before = figures if low < 0 else 0.0  # a negative bar has its figure at its left
    scale = (_WIDTH - left - before - figures) / (high - low)
    zero = left + before - low * scale
    parts, y = [], 8.0
    for place, point in enumerate(points):
        name = _folded(point, round((left - 12) / _CELL))
        parts += [_label(left - 8, y + 13 + number * _LINE, line, "end") for number, line in enumerate(name)]
        for number, each in enumerate(series):
            parts.append(_bar(zero, y + number * _LINE, each.values[place], scale, _colour(number), show))
        y += max(len(series), len(name)) * _LINE + 8
    parts.append(f'<line x1="{zero:.1f}" y1="4" x2="{zero:.1f}" y2="{y:.1f}" stroke="#999"/>\n')
    return _legend(parts, series, y)


def _bar(zero: float, y: float, value: int | None, scale: float, colour: str, show: Show) -> str:
    if value is None:
        return ""
    long = abs(value) * scale
    x = min(zero, zero + value * scale)
    bar = f'<rect x="{x:.1f}" y="{y:.1f}" width="{long:.1f}" height="{_BAR}" fill="{colour}"/>\n'
    return bar + (_label(x - 6, y + 13, show(value), "end") if value < 0 else _label(x + long + 6, y + 13, show(value)))


def _lines(points: Sequence[str], series: Sequence[Series], show: Show) -> tuple[float, list[str]]:
    """A line for each series over the years, each value written at its point; a missing one breaks the line."""
    high, low = max(0, *_known(series)), min(0, *_known(series))
    top, tall, side = 24.0, 200.0, max(50.0, max(width(show(value)) for value in _known(series)) * _CELL / 2)
    step, scale = (_WIDTH - 2 * side) / max(len(points) - 1, 1), tall / (high - low)
    zero = top + high * scale
    parts = [f'<line x1="{side}" y1="{zero:.1f}" x2="{_WIDTH - side}" y2="{zero:.1f}" stroke="#999"/>\n']
    for number, each in enumerate(series):
        spots = [None if v is None else (side + place * step, zero - v * scale) for place, v in enumerate(each.values)]
        for start, end in pairwise(spots):
            if start and end:
                parts.append(
                    f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
                    f'stroke="{_colour(number)}" stroke-width="2"/>\n'
                )
        for value, spot in zip(each.values, spots, strict=True):
            if value is not None and spot:
                parts.append(f'<circle cx="{spot[0]:.1f}" cy="{spot[1]:.1f}" r="3" fill="{_colour(number)}"/>\n')
                # every other series writes below its points, so that two that are close can both be read
                parts.append(_label(spot[0], spot[1] + (18 if number % 2 else -7), show(value), "middle"))
    names = [_folded(point, max(int(step / _CELL) - 1, 4)) for point in points]
    bottom = top + tall + 36
    for place, lines in enumerate(names):
        at = side + place * step
        parts += [_label(at, bottom + number * _LINE, line, "middle") for number, line in enumerate(lines)]
    return _legend(parts, series, bottom + max(map(len, names)) * _LINE - 6)


def _pie(points: Sequence[str], series: Series, show: Show) -> tuple[float, list[str]]:
    """Shares, with a key that gives every value and its percentage."""
    values = [value or 0 for value in series.values]
    total = sum(values)
    centre, radius, angle, y = 120.0, 100.0, -pi / 2, 30
    parts = []
    for number, (point, value) in enumerate(zip(points, values, strict=True)):
        turn = 2 * pi * value / total
        if turn >= 2 * pi - 1e-9:
            parts.append(f'<circle cx="{centre}" cy="{centre}" r="{radius}" fill="{_colour(number)}"/>\n')
        elif turn > 0:
            parts.append(_slice(centre, radius, angle, turn, _colour(number)))
        angle += turn
        parts.append(f'<rect x="260" y="{y - 12}" width="14" height="14" fill="{_colour(number)}"/>\n')
        for line in _folded(f"{point}　{show(value)}（{value / total:.1%}）", int((_WIDTH - 290) / _CELL)):
            parts.append(_label(282, y, line))
            y += _LINE
        y += 4
    return max(2 * centre, y), parts


def _slice(centre: float, radius: float, angle: float, turn: float, colour: str) -> str:
    x1, y1 = centre + radius * cos(angle), centre + radius * sin(angle)
    x2, y2 = centre + radius * cos(angle + turn), centre + radius * sin(angle + turn)
    large = 1 if turn > pi else 0
    return (
        f'<path d="M{centre},{centre} L{x1:.1f},{y1:.1f} A{radius},{radius} 0 {large} 1 {x2:.1f},{y2:.1f} Z" '
        f'fill="{colour}" stroke="#fff"/>\n'
    )


def _legend(parts: list[str], series: Sequence[Series], y: float) -> tuple[float, list[str]]:
    """The drawing with the names of its series below."""
    x = 50.0
    for number, each in enumerate(series):
        parts.append(f'<rect x="{x:.1f}" y="{y + 4:.1f}" width="14" height="14" fill="{_colour(number)}"/>\n')
        parts.append(_label(x + 20, y + 16, each.label))
        x += 44 + width(each.label) * _CELL
    return y + 26, parts
