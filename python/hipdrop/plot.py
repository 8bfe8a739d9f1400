"""The diagrams of the report as matplotlib figures.

Every diagram is the one of the report's page: the same curves, norms, limits and words. Left is red and solid, right is
blue and dashed; the grey bands are the norm (mean ± 1 and ± 2 SD), the tinted one is mean ± SD of the limb, the thin lines
are single strides (dotted ones were left out).
"""

import json
from functools import lru_cache
from io import BytesIO

from ._hipdrop import Analysis

COLOURS = {"left": "#b3202e", "right": "#17599f"}
INK, SOFT, LINE, PAPER = "#1a1e23", "#545d68", "#dcdfe3", "#ffffff"
NORM = {"one": "#bcc5cf", "two": "#d8dee4"}
WINDOW, WINDOW_INK = "#faf3e0", "#7a5a10"
ZONES = {"r-drop": "#eef0f2", "r-lean": "#eef0f2", "r-mixed": "#e2e6ea"}

CURVES = ("pelvis_drop", "trunk_lean", "hip_adduction", "knee_valgus", "hip_flexion", "knee_flexion")


def curves(analysis, curve="pelvis_drop", *, language="en", figsize=None):
    """One curve over the stride, left stance beside right stance.

    Parameters
    ----------
    analysis : Analysis
    curve : {"pelvis_drop", "trunk_lean", "hip_adduction", "knee_valgus", "hip_flexion", "knee_flexion"}
        Degrees over 0–100 % of the stride of the stance limb.
    language : {"en", "de", "fr", "es"}
        Language of the words.
    figsize : (width, height) in inches, optional

    Returns
    -------
    matplotlib.figure.Figure
    """
    if curve not in CURVES:
        raise ValueError(f"curve = {curve!r}: expected one of {', '.join(CURVES)}")
    drawn = [figure for figure in _figures(analysis, language) if figure["id"].startswith(f"plot-{curve}-")]
    if not drawn:
        raise ValueError(f"there is no {curve} in {analysis!r}")
    return _draw(drawn, figsize or (5.2 * len(drawn), 3.6), columns=len(drawn))


def scatter(analysis, *, language="en", figsize=(5.2, 4.2)):
    """Drop against lean, stride by stride, over the regions where the label changes (degrees).

    Large marks are the means of the limbs, crosses their 95 % intervals.

    Returns
    -------
    matplotlib.figure.Figure
    """
    drawn = [figure for figure in _figures(analysis, language) if figure["id"] == "plot-scatter"]
    if not drawn:
        raise ValueError(f"no stride with both a drop and a lean in {analysis!r}")
    return _draw(drawn, figsize, columns=1)


def report(analysis, *, language="en", figsize=None):
    """All diagrams of the recording's page: its curves of both limbs, then drop against lean.

    Returns
    -------
    matplotlib.figure.Figure
    """
    drawn = _figures(analysis, language)
    if not drawn:
        raise ValueError(f"nothing to draw in {analysis!r}")
    rows = (len(drawn) + 1) // 2
    return _draw(drawn, figsize or (10.4, 3.6 * rows), columns=2)


def _figures(analysis, language):
    if not isinstance(analysis, Analysis):
        raise TypeError(f"{type(analysis).__name__}: expected an Analysis, as hipdrop.analyze gives it")
    return json.loads(analysis._figures(language))


@lru_cache(maxsize=1)
def _sheet():
    # not pyplot: nothing is shown or kept that the caller did not ask for
    from matplotlib.figure import Figure

    class Sheet(Figure):
        """A matplotlib figure that notebooks show by themselves."""

        def _repr_png_(self):
            memory = BytesIO()
            self.savefig(memory, format="png", dpi=100)
            return memory.getvalue()

    return Sheet


def _draw(figures, figsize, columns):
    rows = -(-len(figures) // columns)
    sheet = _sheet()(figsize=figsize, layout="constrained")
    axes = sheet.subplots(rows, columns, squeeze=False).ravel()
    for spare in axes[len(figures) :]:
        spare.set_axis_off()
    for axis, figure in zip(axes, figures):
        _axis(axis, figure)
    return sheet


def _axis(axis, figure):
    axis.set_title(figure["title"], fontsize=10, color=INK)
    axis.set_xlabel(figure["x"]["title"], fontsize=8, color=SOFT)
    axis.set_ylabel(figure["y"]["title"], fontsize=8, color=SOFT)
    axis.set_xlim(*figure["x"]["range"])
    axis.set_ylim(*figure["y"]["range"])
    for side in ("x", "y"):
        low, high = figure[side]["range"]
        step = figure[side]["step"]
        first = -(-low // step)
        ticks = [step * (first + i) for i in range(int((high - step * first) / step) + 1)]
        (axis.set_xticks if side == "x" else axis.set_yticks)(ticks)
    axis.tick_params(labelsize=8, colors=SOFT, length=0)
    axis.grid(True, color=LINE, linewidth=0.6)
    axis.axhline(0, color=SOFT, linewidth=0.8)
    axis.set_axisbelow(True)
    for spine in axis.spines.values():
        spine.set_visible(False)
    for mark in figure["marks"]:
        MARKS[mark["mark"]](axis, mark)


def _window(axis, mark):
    axis.axvspan(mark["from"], mark["to"], color=WINDOW, linewidth=0, zorder=0)
    _at_foot(axis, (mark["from"] + mark["to"]) / 2, mark["label"], WINDOW_INK)


def _at_foot(axis, x, text, colour):
    where = axis.get_xaxis_transform()
    axis.text(x, 0.01, text, transform=where, ha="center", va="bottom", fontsize=7, color=colour)


def _band(axis, mark):
    low, high = _numbers(mark["low"]), _numbers(mark["high"])
    kinds = mark["class"].split()
    if "band" in kinds:
        colour, alpha = NORM[kinds[1]], 0.62
    else:
        colour, alpha = _colour(kinds), 0.2
    axis.fill_between(range(len(low)), low, high, color=colour, alpha=alpha, linewidth=0, zorder=1)


def _curve(axis, mark):
    kinds = mark["class"].split()
    style = {"color": _colour(kinds), "zorder": 2}
    if "left-out" in kinds:
        style.update(color=SOFT, linewidth=0.7, linestyle=":")
    elif "stride" in kinds:
        style.update(linewidth=0.7, alpha=0.42)
    elif "other" in kinds:
        style.update(linewidth=1.1, alpha=0.9, zorder=3)
    else:
        style.update(linewidth=2.2, zorder=4)
    if "right" in kinds and ("mean" in kinds or "other" in kinds):
        style["linestyle"] = (0, (5, 2))
    axis.plot(_numbers(mark["values"]), **style)


def _event(axis, mark):
    axis.axvline(mark["x"], color=SOFT, linewidth=0.8, linestyle=(0, (1, 3)))
    _at_foot(axis, mark["x"], mark["label"], SOFT)


def _area(axis, mark):
    (left, right), (bottom, top) = axis.get_xlim(), axis.get_ylim()
    x = _within(mark["x"], left, right)
    y = _within(mark["y"], bottom, top)
    if x[0] >= x[1] or y[0] >= y[1]:
        return
    colour = next((ZONES[kind] for kind in mark["class"].split() if kind in ZONES), "none")
    axis.fill_between(x, y[0], y[1], facecolor=colour, edgecolor=LINE, linewidth=0.8, zorder=0)
    at, side = (y[1], "top") if mark["at_top"] else (y[0], "bottom")
    axis.annotate(
        mark["label"],
        (x[0], at),
        xytext=(4, -4 if side == "top" else 4),
        textcoords="offset points",
        va=side,
        fontsize=8,
        fontweight="bold",
        color=SOFT,
    )


def _within(ends, low, high):
    """The ends of an interval, cut at the axis; None reaches it."""
    first = low if ends[0] is None else min(max(ends[0], low), high)
    last = high if ends[1] is None else min(max(ends[1], low), high)
    return first, last


def _point(axis, mark):
    kinds = mark["class"].split()
    shape = "o" if mark["shape"] == "circle" else "^"
    style = {"alpha": 0.6} if "dot" in kinds else {"zorder": 5}
    axis.plot(
        *mark["at"], shape, markersize=1.6 * mark["size"], color=_colour(kinds), markeredgecolor=PAPER, **style
    )


def _line(axis, mark):
    (x0, y0), (x1, y1) = mark["from"], mark["to"]
    axis.plot([x0, x1], [y0, y1], color=_colour(mark["class"].split()), linewidth=1.8, zorder=4)


def _colour(kinds):
    return next((COLOURS[kind] for kind in kinds if kind in COLOURS), SOFT)


def _numbers(values):
    return [float("nan") if value is None else value for value in values]


MARKS = {
    "window": _window,
    "band": _band,
    "area": _area,
    "curve": _curve,
    "point": _point,
    "line": _line,
    "event": _event,
}
