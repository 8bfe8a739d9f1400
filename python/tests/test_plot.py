"""The report's diagrams as matplotlib figures."""

import hipdrop
import pytest
from hipdrop import plot
from matplotlib.colors import to_hex


def test_curves_show_both_limbs_with_norm_and_strides(analysis):
    sheet = plot.curves(analysis, "pelvis_drop")
    left, right = sheet.axes
    assert "left" in left.get_title().lower() and "right" in right.get_title().lower()
    assert left.get_xlim() == (0.0, 100.0)
    assert left.get_ylim() == right.get_ylim(), "one scale for both limbs"
    used = sum(analysis.limbs["strides"])
    curves = [line for axis in sheet.axes for line in axis.lines if len(line.get_xdata()) == 101]
    assert len(curves) >= used + 4, "every stride, both means on both sides"
    mean = next(line for line in right.lines if line.get_linewidth() == 2.2)
    assert to_hex(mean.get_color()) == plot.COLOURS["right"]
    assert max(mean.get_ydata()) > 6, "the drop of the right stance limb"


def test_every_diagram_is_drawn(analysis, tmp_path):
    sheet = plot.report(analysis)
    assert len([axis for axis in sheet.axes if axis.get_title()]) >= 9
    sheet.savefig(tmp_path / "report.png", dpi=40)
    assert (tmp_path / "report.png").stat().st_size > 10_000
    scatter = plot.scatter(analysis)
    assert {"o", "^"} <= {line.get_marker() for line in scatter.axes[0].lines}
    assert "Hüft" in "".join(t.get_title() for t in plot.report(analysis, language="de").axes)


def test_what_cannot_be_drawn_is_said(analysis):
    with pytest.raises(ValueError, match="expected one of pelvis_drop"):
        plot.curves(analysis, "elbow")
    with pytest.raises(ValueError, match="there is: en"):
        plot.report(analysis, language="xx")
    standing = hipdrop.analyze(hipdrop.synth("healthy", standing_s=2.0)[0])
    with pytest.raises(ValueError, match="nothing to draw"):
        plot.report(standing)


def test_nothing_is_left_in_pyplot(analysis):
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    plot.curves(analysis)
    assert plt.get_fignums() == before
