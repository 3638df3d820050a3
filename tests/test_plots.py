import subprocess
import sys
from xml.etree import ElementTree

import matplotlib
import pytest
from test_report import made

from classifier.assessment import Curve, Load, Reliability, Workload
from classifier.evaluate import Ratio
from classifier.plots import font_file, load_plot, pr_curve, reliability_plot, replies_read

CURVE = Curve("illegal", 4, ((1.0, 0.1), (1.0, 0.5), (0.5, 1.0), (0.0, 1.0)))


def drawn() -> list[str]:
    a = made()
    return [
        pr_curve(CURVE, "曲線", base=0.1, chosen=(0.5, 1.0)),
        reliability_plot(a.reliability[0], "信頼性"),
        load_plot(a.loads, a.workloads, "件数", base_rate=0.05, replies=1000),
    ]


def test_plots_are_pictures_with_a_text_and_no_outside() -> None:
    for svg, label in zip(drawn(), ("曲線", "信頼性", "件数"), strict=True):
        root = ElementTree.fromstring(svg)
        assert (root.tag, root.get("role"), root.get("aria-label")) == ("svg", "img", label)
        assert not [e.tag for e in root.iter() if e.tag in ("style", "metadata", "text", "image")]
        assert "http" not in svg
        ids = [e.get("id") for e in root.iter() if e.get("id")]
        assert len(ids) == len(set(ids))
        assert {str(e.get("href"))[1:] for e in root.iter("use")} <= set(ids)


def test_plots_draw_letters_as_paths_of_the_japanese_font() -> None:
    from matplotlib.ft2font import FT2Font

    letters = "再現率（%）適合モデルの確平均、実際に違反だった割合返信件うち人が読む推計見落とす現在基準0123456789,"
    known = FT2Font(str(font_file())).get_charmap()
    assert [c for c in letters if ord(c) not in known] == []
    for svg in drawn():
        root = ElementTree.fromstring(svg)
        shapes = {e.get("id"): e.get("d", "") for e in root.iter("path")}
        used = [shapes[str(e.get("href"))[1:]] for e in root.iter("use")]
        assert len(used) > 10
        assert all(used)


def test_plots_are_the_same_bytes_whatever_the_settings() -> None:
    before = drawn()
    with matplotlib.rc_context(
        {"font.size": 30, "font.family": ["serif"], "axes.facecolor": "red", "svg.hashsalt": "other"}
    ):
        assert drawn() == before


def test_plots_leave_the_settings_as_they_were() -> None:
    before = dict(matplotlib.rcParams)
    drawn()
    assert dict(matplotlib.rcParams) == before


def test_matplotlib_is_not_loaded_before_a_plot_is_drawn() -> None:
    code = "import sys, classifier.report; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_ids_differ_between_pictures() -> None:
    pictures = [pr_curve(c, "", base=None, chosen=None) for c in (CURVE, Curve("privacy", 3, CURVE.points))]
    one, other = ({e.get("id") for e in ElementTree.fromstring(p).iter() if e.get("id")} for p in pictures)
    assert one
    assert not one & other


def test_pr_curve_keeps_the_highest_precision_of_each_recall() -> None:
    svg = ElementTree.fromstring(pr_curve(CURVE, "", base=None, chosen=None))
    line = next(e for e in svg.iter("path") if "#0b4f8a" in e.get("style", ""))
    numbers = [float(v) for v in line.get("d", "").replace("M", "").replace("L", "").split()]
    heights = [y for x, y in zip(numbers[::2], numbers[1::2], strict=True) if x == max(numbers[::2])]
    assert heights == sorted(heights)  # at full recall the line comes from above and falls: y grows downwards
    assert len(set(heights)) == 2


@pytest.mark.parametrize(
    ("load", "read"),
    [
        (Load(0, Ratio(28, 290), Ratio(9, 182)), 1000 * (0.05 * 173 / 182 + 0.95 * 28 / 290)),
        (Load(0, Ratio(0, 0), Ratio(9, 182)), None),
    ],
)
def test_replies_read_follows_the_base_rate(load: Load, read: float | None) -> None:
    assert replies_read(load, 0.05, 1000) == (None if read is None else pytest.approx(read))


def test_plots_of_next_to_nothing_are_drawn() -> None:
    one = (Load(0, Ratio(0, 10), Ratio(10, 10)), Load(1, Ratio(1, 10), Ratio(0, 10)))
    for loads, workloads in [((), ()), (one, ()), (one, (Workload(50, 1000, None, None),))]:
        assert load_plot(loads, workloads, "", base_rate=0.05, replies=1000).startswith("<svg")
    assert reliability_plot(Reliability("any", 0.0, ()), "").startswith("<svg")
    assert pr_curve(Curve("illegal", 3, ()), "", base=None, chosen=None).startswith("<svg")
