"""Charts as inline SVG: bars, lines, shares. Plain shapes with their figures written beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import cos, pi, sin

from zhengshe.models import Kind
from zhengshe.render.blocks import Series, drawn
from zhengshe.render.cells import show_wan
from zhengshe.render.text import one_line, width
from zhengshe.reports.report import Chart
from zhengshe.values import to_show

_COLOURS = ("#2f5d8a", "#c0713a", "#5b8c5a", "#8a5a8c", "#a39130", "#5a8c8c", "#8c5a5a", "#777777")
_WIDTH, _LINE, _BAR, _CELL = 720, 26, 18, 7.2  # pixels; a cell is half a 汉字 at 14 pixels


def draw(chart: Chart, unit: str) -> str:
    """The chart as an SVG element; empty when there is nothing to draw."""
    points, series = drawn(chart)
    if not points or not series or not any(any(each.values) for each in series):
        return ""
    if chart.kind == "pie":
        height, parts = _pie(points, series[0], unit)
    elif chart.kind == "bar":
        height, parts = _bars(points, series, unit)
    else:
        height, parts = _lines(points, series, unit)
    title = escape(one_line(chart.table.title))
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}" role="img" aria-label="{title}" '
        f'font-family="sans-serif" font-size="14">\n{"".join(parts)}</svg>\n'
    )


def _shown(series: Series, value: int, unit: str) -> str:
    if series.kind is Kind.MONEY:
        return f"{show_wan(value)} 万元" if unit == "万元" else f"{to_show(series.kind, value)} 元"
    return to_show(series.kind, value)


def _label(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(one_line(text))}</text>\n'


def _bars(points: Sequence[str], series: Sequence[Series], unit: str) -> tuple[float, list[str]]:
    """Bars lie down, so that long Chinese names have room; a bar for each series under each name."""
    left = min(max(map(width, points)) * _CELL + 12, 260)
    most = max(max(each.values) for each in series) or 1
    room = _WIDTH - left - 170
    parts, y = [], 10.0
    for place, point in enumerate(points):
        parts.append(_label(left - 8, y + 14, point, "end"))
        for number, each in enumerate(series):
            value = each.values[place]
            long = max(value, 0) / most * room
            parts.append(
                f'<rect x="{left:.1f}" y="{y:.1f}" width="{long:.1f}" height="{_BAR}" fill="{_colour(number)}"/>\n'
            )
            parts.append(_label(left + long + 6, y + 14, _shown(each, value, unit)))
            y += _BAR + 3
        y += 8
    return _legend(parts, series, y)


def _lines(points: Sequence[str], series: Sequence[Series], unit: str) -> tuple[float, list[str]]:
    """A line for each series over the years, each value written at its point."""
    top, bottom, left, right = 24.0, 220.0, 50.0, _WIDTH - 50.0
    most = max(max(each.values) for each in series) or 1
    step = (right - left) / max(len(points) - 1, 1)
    parts = [f'<line x1="{left}" y1="{bottom}" x2="{right}" y2="{bottom}" stroke="#999"/>\n']
    for place, point in enumerate(points):
        parts.append(_label(left + place * step, bottom + 20, point, "middle"))
    for number, each in enumerate(series):
        spots = [
            (left + place * step, bottom - value / most * (bottom - top)) for place, value in enumerate(each.values)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{_colour(number)}" stroke-width="2"/>\n')
        for (x, y), value in zip(spots, each.values, strict=True):
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_colour(number)}"/>\n')
            parts.append(_label(x, y - 7, _shown(each, value, unit), "middle"))
    return _legend(parts, series, bottom + 34)


def _pie(points: Sequence[str], series: Series, unit: str) -> tuple[float, list[str]]:
    """Shares, with a key that gives every value and its percentage."""
    total = sum(series.values) or 1
    centre, radius = 120.0, 100.0
    parts, angle = [], -pi / 2
    for number, value in enumerate(series.values):
        turn = 2 * pi * value / total
        if turn >= 2 * pi - 1e-9:
            parts.append(f'<circle cx="{centre}" cy="{centre}" r="{radius}" fill="{_colour(number)}"/>\n')
        elif turn > 0:
            parts.append(_slice(centre, radius, angle, turn, _colour(number)))
        angle += turn
    for number, (point, value) in enumerate(zip(points, series.values, strict=True)):
        y = 30 + number * _LINE
        parts.append(f'<rect x="260" y="{y - 12}" width="14" height="14" fill="{_colour(number)}"/>\n')
        parts.append(_label(282, y, f"{point}　{_shown(series, value, unit)}（{value / total:.1%}）"))
    return max(2 * centre, 30 + len(points) * _LINE), parts


def _slice(centre: float, radius: float, angle: float, turn: float, colour: str) -> str:
    x1, y1 = centre + radius * cos(angle), centre + radius * sin(angle)
    x2, y2 = centre + radius * cos(angle + turn), centre + radius * sin(angle + turn)
    large = 1 if turn > pi else 0
    return (
        f'<path d="M{centre},{centre} L{x1:.1f},{y1:.1f} A{radius},{radius} 0 {large} 1 {x2:.1f},{y2:.1f} Z" '
        f'fill="{colour}" stroke="#fff"/>\n'
    )


def _legend(parts: list[str], series: Sequence[Series], y: float) -> tuple[float, list[str]]:
    if len(series) < 2:
        return y + 6, parts
    return y + 34, [*parts, *_keys(series, y + 16)]


def _keys(series: Sequence[Series], y: float) -> Iterator[str]:
    x = 50.0
    for number, each in enumerate(series):
        yield f'<rect x="{x:.1f}" y="{y - 12:.1f}" width="14" height="14" fill="{_colour(number)}"/>\n'
        yield _label(x + 20, y, each.label)
        x += 44 + width(each.label) * _CELL


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]
