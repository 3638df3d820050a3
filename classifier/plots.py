"""The pictures of a report as inline SVG: labels in Japanese, letters drawn as paths, the same figures to the same bytes."""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from classifier.assessment import Curve, Load, Reliability, Workload

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE, POINT, BAND, GUIDE = "#0b4f8a", "#d55e00", "#c9d9ea", "#595959"
"""Blue and vermilion differ for every kind of color vision (Okabe and Ito 2008), and in gray: so do shapes and dashes."""

_FONT = "IPAexGothic"
_SETTINGS: dict[Any, Any] = {
    "font.family": [_FONT],
    "axes.unicode_minus": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#333333",
    "axes.linewidth": 0.7,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "svg.fonttype": "path",
    "svg.hashsalt": "classifier",
    "path.simplify": False,
}
_HALVES = ((0.0, 0.5, 1.0), ("0", "50", "100"))
_READS = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)


def pr_curve(curve: Curve, label: str, *, base: float | None, chosen: tuple[float, float] | None) -> str:
    """Return precision against recall of one ground.

    `label` is what a reader who cannot see the picture is told; `base` the precision of proposing at random;
    `chosen` recall and precision of what was suggested, None where nothing was.
    """
    with _axes(2.1, 2.0) as (figure, axes):
        points = sorted(
            curve.points, key=lambda p: (p[0], -p[1])
        )  # at equal recall the higher cut-off, with the higher precision, comes first
        axes.step([p[0] for p in points], [p[1] for p in points], where="pre", color=LINE, linewidth=1.4)
        if base is not None:
            axes.axhline(base, color=GUIDE, linewidth=0.8, linestyle=(0, (4, 3)))
        if chosen is not None:
            axes.plot(
                *([v] for v in chosen),
                marker="D",
                markersize=6,
                color=POINT,
                markeredgecolor="black",
                markeredgewidth=0.7,
                clip_on=False,
                zorder=5,
            )
        _unit_square(axes, "再現率（%）", "適合率（%）")
        return _svg(figure, label, f"pr-{curve.ground}")


def reliability_plot(reliability: Reliability, label: str) -> str:
    """Return what was found against what was predicted, with 95 % intervals; on the dashed line the two are equal."""
    with _axes(2.7, 2.6) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=GUIDE, linewidth=0.8, linestyle=(0, (4, 3)))
        for b in reliability.bins:
            if b.observed.value is not None and b.observed.interval is not None:
                axes.plot([b.predicted] * 2, b.observed.interval, color=LINE, linewidth=1.1, solid_capstyle="butt")
                axes.plot(
                    [b.predicted],
                    [b.observed.value],
                    marker="o",
                    markersize=4.5,
                    color=POINT,
                    markeredgecolor="black",
                    markeredgewidth=0.6,
                    clip_on=False,
                    zorder=5,
                )
        _unit_square(axes, "モデルの確率（平均、%）", "実際に違反だった割合（%）")
        return _svg(figure, label, f"rel-{reliability.ground}")


def load_plot(
    loads: Sequence[Load], workloads: Sequence[Workload], label: str, *, base_rate: float, replies: int
) -> str:
    """Return the share of violations that is missed against the number of replies, among `replies`, that people read."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    points = _points(loads, base_rate, replies)
    with _axes(4.7, 3.3, size=10) as (figure, axes):
        reads = [p[0] for p in points]
        axes.fill_between(reads, [100 * p[2] for p in points], [100 * p[3] for p in points], color=BAND, linewidth=0)
        axes.plot(reads, [100 * p[1] for p in points], color=LINE, linewidth=1.4, marker="o", markersize=2.5)
        top = max([100 * p[3] for p in points], default=100.0) * 1.12
        now = [p for p in points if p[4] == 0]
        for p in now[:1]:
            axes.plot(
                [p[0]],
                [100 * p[1]],
                marker="D",
                markersize=8,
                color=POINT,
                markeredgecolor="black",
                markeredgewidth=0.8,
                zorder=5,
            )
            axes.annotate(
                "現在の基準", (p[0], 100 * p[1]), xytext=(8, 12), textcoords="offset points", va="bottom", zorder=6
            )
        low, high = (
            min([*reads, *(w.reviews_a_day for w in workloads)], default=10) * 0.85,
            max([*reads, *(w.reviews_a_day for w in workloads)], default=replies) * 1.1,
        )
        for w in workloads:
            axes.axvline(w.reviews_a_day, color=GUIDE, linewidth=0.9, linestyle=(0, (1, 2)), zorder=0)
            axes.annotate(
                f"{w.reviews_a_day:,}件",
                (w.reviews_a_day, top),
                xytext=(3, -2),
                textcoords="offset points",
                va="top",
                fontsize=9,
                color="#333333",
            )
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        axes.set_ylim(0, top)
        ticks = [t for t in _READS if low <= t <= high]
        axes.xaxis.set_major_locator(FixedLocator(ticks))
        axes.xaxis.set_major_formatter(FixedFormatter([f"{t:,}" for t in ticks]))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel(f"返信{replies:,}件のうち人が読む件数（推計）")
        axes.set_ylabel("見落とす違反の割合（%）")
        return _svg(figure, label, "loads")


def _points(loads: Sequence[Load], base_rate: float, replies: int) -> list[tuple[float, float, float, float, float]]:
    """Return for each load that can be drawn: replies read, share of violations missed with its interval, and the shift."""
    points = []
    for load in loads:
        read, kept = replies_read(load, base_rate, replies), load.violations_kept
        if read and kept.value is not None and kept.interval is not None:
            points.append((read, kept.value, *kept.interval, load.shift))
    return sorted(points)


def replies_read(load: Load, base_rate: float, replies: int) -> float | None:
    """Return how many of `replies` people read where a share `base_rate` are violations; None where a rate is undefined."""
    harmless, kept = load.harmless_read.value, load.violations_kept.value
    if harmless is None or kept is None:
        return None
    return replies * (base_rate * (1 - kept) + (1 - base_rate) * harmless)


@contextmanager
def _axes(width: float, height: float, *, size: float = 9) -> Iterator[tuple["Figure", "Axes"]]:
    """Lend an empty figure (inches) and its axes; settings hold inside only, and no setting of the computer's shows through."""
    import matplotlib
    from matplotlib import font_manager
    from matplotlib.figure import Figure

    if _FONT not in font_manager.fontManager.get_font_names():
        font_manager.fontManager.addfont(font_file())
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        for name, value in _SETTINGS.items():
            matplotlib.rcParams[name] = value
        matplotlib.rcParams["font.size"] = size
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure, figure.subplots()


def font_file() -> Path:
    """Return the font of matplotlib-fontja, which is not imported: it would change matplotlib's settings for everyone."""
    spec = find_spec("matplotlib_fontja")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "fonts" / "ipaexg.ttf"


def _unit_square(axes: "Axes", x: str, y: str) -> None:
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.04)
    axes.set_xticks(*_HALVES)
    axes.set_yticks(*_HALVES)
    axes.set_xlabel(x, labelpad=2)
    axes.set_ylabel(y, labelpad=2)


_LONG = ("d", "x", "y", "width", "height")
_DECIMALS = re.compile(r"-?\d+\.\d+")
_TARGET = re.compile(r"url\(#([^)]+)\)")


def _svg(figure: "Figure", label: str, key: str) -> str:
    """Return a figure as an `svg` element for an HTML page: no style sheet, no link, ids that begin with `key`."""
    out = io.BytesIO()
    figure.savefig(
        out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}, transparent=True
    )
    root = ElementTree.fromstring(out.getvalue())
    used = {v.lstrip("#") for e in root.iter() for k, v in e.attrib.items() if k.endswith("href")}
    used |= {m for e in root.iter() for v in e.attrib.values() for m in _TARGET.findall(v)}
    names = {old: f"{key}-{i}" for i, old in enumerate(sorted(used))}
    _strip(root, names)
    size = root.get("viewBox", "")
    root.attrib.clear()
    root.attrib.update(
        {"viewBox": size, "role": "img", "aria-label": label, "stroke-linejoin": "round", "stroke-linecap": "butt"}
    )
    return ElementTree.tostring(root, encoding="unicode")


def _strip(element: Any, names: dict[str, str]) -> None:
    """Take name spaces, style sheets, metadata and idle ids out, shorten numbers, and give the ids their new names."""
    element.tag = element.tag.rpartition("}")[2]
    element.text = element.tail = None
    for child in list(element):
        _strip(child, names)
        if child.tag in ("metadata", "style") or (child.tag == "defs" and not len(child)):
            element.remove(child)
    for name, value in list(element.attrib.items()):
        del element.attrib[name]
        plain = name.rpartition("}")[2]
        if plain == "id":
            if value in names:
                element.set("id", names[value])
        elif plain == "href":
            element.set("href", f"#{names[value.lstrip('#')]}")
        else:
            element.set(
                plain,
                _TARGET.sub(
                    lambda m: f"url(#{names[m[1]]})", _DECIMALS.sub(_short, value) if plain in _LONG else value
                ),
            )
    if element.get("d"):
        element.set("d", " ".join(element.get("d", "").split()))


def _short(number: re.Match[str]) -> str:
    """Return a number with two decimals at most: a hundredth of a point."""
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
