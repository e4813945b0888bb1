"""The chart: every figure beside its reference, as a PNG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from benchmarks.measure import Comparison, Series
from benchmarks.report import Result, number

COLOURS = {"measured": "#1f6f8b", "reference": "#b8c4cc"}


def draw(path: Path, results: Sequence[Result], machine: str) -> None:
    """One panel a line: two bars, with least and most, and the ratio as its title."""
    lines = [line for result in results for line in result.comparisons]
    figure = Figure(figsize=(9, 1.15 * len(lines) + 0.6))
    FigureCanvasAgg(figure)  # no display is needed
    panels = figure.subplots(len(lines), 1, squeeze=False)
    for line, panel in zip(lines, panels[:, 0], strict=True):
        _panel(panel, line)
    figure.suptitle(machine, x=0.01, ha="left", fontsize=8, color="#555555")
    figure.tight_layout(rect=(0, 0, 1, 0.985))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def _panel(panel: Axes, line: Comparison) -> None:
    verdict = "" if not line.aims else " · reached" if line.met else " · missed"
    panel.set_title(f"{line.what}: {number(line.ratio.middle)} times{verdict}", loc="left", fontsize=8)
    sides = ((line.against, line.reference, "reference"), ("measured", line.subject, "measured"))
    for height, (name, series, kind) in enumerate(sides):
        panel.barh(height, series.middle, xerr=_whiskers(series), color=COLOURS[kind], height=0.7, capsize=2)
        panel.text(0, height, f" {name}: {number(series.middle)} {line.unit}", va="center", fontsize=7)
    panel.set_yticks([])
    panel.tick_params(axis="x", labelsize=6)
    panel.spines[["top", "right", "left"]].set_visible(False)


def _whiskers(series: Series) -> list[list[float]]:
    return [[series.middle - series.least], [series.most - series.middle]]
