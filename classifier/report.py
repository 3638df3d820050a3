"""An evaluation as one page for people: self-contained HTML in Japanese, or Markdown, made from the saved figures alone."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from classifier.assessment import Assessment, Curve, Mistake, Reliability, Slice, dump, read_assessment
from classifier.decided import keep_sources
from classifier.errors import InputError, OutputError
from classifier.evaluate import GroundFigures, Ratio
from classifier.messages import say
from classifier.plots import load_plot, pr_curve, reliability_plot, replies_read
from classifier.report_words import (
    CLOSING,
    KINDS,
    LIMITS,
    MISTAKES,
    NONE,
    PARTS,
    SUITES,
    TARGETS,
    deciding,
    headline,
    interval,
    md,
    notices,
    number,
    overlap,
    ratio,
    sentences,
    share,
    slice_name,
    slice_order,
    suite_name,
    suite_order,
    visible,
)
from classifier.suites import GATE
from classifier.whole import write_whole
from classifier.wording import ACTIONS, percent

SUFFIXES = (".html", ".md", ".json")
_KEYS = ({"format", "provenance", "figures"}, {"format", "divergences", "due"})  # of figures: an evaluation's, a comparison's of exports
_DEPTHS = (0.02, 0.1, 0.25, 0.5, 0.8)  # shares of a row of the confusion table from which on its shade deepens


def check_target(output: Path, sources: Iterable[str | Path] = (), *, alone: bool = False) -> None:
    """Raise OutputError where no report can be written to `output`: to be asked before the work begins.

    That is also where it, or the figures beside it (but for one that stands `alone`), would replace one of the files that are
    read, or a .json that holds no figures.
    """
    if output.suffix.lower() not in SUFFIXES:
        raise OutputError(say("output.suffix", file=output, known=", ".join(SUFFIXES)))
    if not output.parent.is_dir():
        raise OutputError(say("output.no_folder", file=output, folder=output.parent))
    targets = (output,) if alone else (output, _figures_file(output))
    for path in targets:
        if path.is_dir():
            raise OutputError(say("output.directory", file=path))
    keep_sources(sources, targets)
    for path in targets:
        if path.suffix.lower() == ".json" and path.exists() and path.stat().st_size and not _holds_figures(path):
            raise OutputError(say("report.lost", file=path))


def _figures_file(output: Path) -> Path:
    return output if output.suffix.lower() == ".json" else output.with_suffix(".json")


def _holds_figures(path: Path) -> bool:
    """Tell whether a file holds figures of an evaluation or of a comparison of exports."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and any(record.keys() >= keys for keys in _KEYS)


def write_report(output: Path, assessment: Assessment) -> Assessment | None:
    """Write a report in the format of its suffix (one of SUFFIXES), and the figures beside it under the suffix .json; return the figures of another model or of other rows that stood there before.

    Each file takes its place when all are whole. OutputError is raised where that cannot be done.
    """
    check_target(output)
    before = _earlier(_figures_file(output))
    makers: dict[str, Callable[[Assessment], str]] = {".html": page, ".md": markdown}
    make = makers.get(output.suffix.lower())
    texts = {} if make is None else {output: make(assessment)}
    write_whole({**texts, _figures_file(output): dump(assessment)})
    about = [(a.provenance.model, a.provenance.data, a.provenance.part) for a in (before, assessment) if a]
    return before if len(set(about)) == 2 else None


def _earlier(figures: Path) -> Assessment | None:
    """Return the figures of an evaluation that a file holds, None where it holds none."""
    try:
        return read_assessment(figures)
    except InputError:
        return None


def page(assessment: Assessment) -> str:
    """Return the report as one HTML page that needs nothing else; the same figures give the same page."""
    return _render("report.html.jinja", assessment, escape=True, pictures=_pictures(assessment))


def markdown(assessment: Assessment) -> str:
    """Return the report as Markdown: the tables of the page, without pictures."""
    return _render("report.md.jinja", assessment, escape=False)


@dataclass(frozen=True)
class Row:
    """One ground of the table."""

    id: str
    clause: str
    short: str
    figures: GroundFigures
    review_from: str
    suggest_from: str
    remark: str


@dataclass(frozen=True)
class Cell:
    """One number of the confusion table; `depth` of its shade is 0 (none) to 5."""

    count: int
    depth: int
    same: bool


@dataclass(frozen=True)
class Pictures:
    """The plots, as SVG."""

    curves: tuple[tuple[Curve, Markup], ...]
    reliability: tuple[tuple[Reliability, Markup], ...]
    load: Markup | None


def _render(template: str, a: Assessment, *, escape: bool, pictures: Pictures | None = None) -> str:
    environment = Environment(autoescape=escape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.keep_trailing_newline = True
    environment.finalize = lambda value: visible(value) if type(value) is str else value  # not Markup: our pictures
    names = {g: (short, clause) for g, clause, short in a.grounds}

    def ground(id_: str) -> str:
        return " ".join(names[id_]) if id_ in names else id_

    def of_slice(piece: Slice) -> str:
        given = (piece.kind, piece.value) == ("names", "as_given")
        return slice_name(piece) + (f"（投稿者名かアカウント名があるのは{a.named:,}件）" if given else "")

    environment.filters.update(
        share=share,
        number=number,
        interval=interval,
        ratio=ratio,
        deciding=deciding,
        overlap=overlap,
        md=md,
        ground=ground,
        suite=suite_name,
        slice=of_slice,
    )
    source = resources.files(__package__).joinpath(template).read_text(encoding="utf-8")
    together = "" if a.together is None else f"どの項目も基準に達しなくても、いずれかに当たる確からしさが{percent(a.together)}以上の返信は、確認に回します。"
    return environment.from_string(source).render(
        a=a, f=a.figures, p=a.provenance, dash=NONE, held=share(Ratio(a.figures.violations_kept.whole, a.figures.replies).value), pictures=pictures,
        notices=notices(a), sentences=sentences(a), lines=headline(a), rows=rows(a), together=together, matrix=matrix(a), suites=sorted(a.suites, key=suite_order), slices=sorted(a.slices, key=slice_order), above=_above(a), best=best, mistakes=_mistakes(a), names={g: short for g, _, short in a.grounds},
        ACTIONS=ACTIONS, SUITES=SUITES, KINDS=KINDS, PARTS=PARTS, TARGETS=TARGETS, MISTAKES=MISTAKES, LIMITS=LIMITS, CLOSING=CLOSING, GATE=GATE,
    )  # fmt: skip


def rows(a: Assessment) -> list[Row]:
    """Return the table of the grounds."""
    out = []
    for (id_, clause, short), (lower, upper), g in zip(a.grounds, a.cutoffs, a.figures.grounds, strict=True):
        remarks = ["学習済みの判定がなく、語句の規則だけで判定"] if id_ in a.rules_only else []
        if upper is None and id_ not in a.rules_only:
            by_model = "人が判断する項目" if id_ in a.settled_by_people else "求める適合率を示せず、措置候補を出さない"
            remarks.append(by_model + ("（規則によるものだけ）" if g.suggested.part else ""))
        if g.average_precision is None:
            remarks.append("正例が3件未満")
        out.append(
            Row(
                id_,
                clause,
                short,
                g,
                NONE if lower is None or lower >= 1 else percent(lower),
                NONE if upper is None else percent(upper),
                "。".join(remarks),
            )
        )
    return out


def matrix(a: Assessment) -> list[tuple[str, list[Cell]]]:
    """Return the confusion table: for each ground that was held, how often it was proposed as each ground, last as none."""
    counts = {(c.held, c.proposed): c.count for c in a.confusions}
    columns = [*(g for g, _, _ in a.grounds), ""]
    out = []
    for held, _, _ in a.grounds:
        line = [counts.get((held, p), 0) for p in columns]
        if total := sum(line):
            out.append(
                (
                    held,
                    [
                        Cell(n, sum(n / total >= d for d in _DEPTHS), p == held)
                        for p, n in zip(columns, line, strict=True)
                    ],
                )
            )
    return out


def _above(a: Assessment) -> Callable[[Slice, str], bool]:
    """Return the test of a group's rate: whether its whole interval lies above the rate of all replies."""

    def above(piece: Slice, rate: str) -> bool:
        own, overall = getattr(piece, rate).interval, getattr(a.figures, rate).value
        return own is not None and overall is not None and own[0] > overall

    return above


def _mistakes(a: Assessment) -> list[tuple[str, int, Sequence[Mistake]]]:
    """Return the mistakes of each kind, with how many there are in all."""
    totals = {
        "wrong_suggestion": a.figures.harmless_suggested.part,
        "missed": a.figures.violations_kept.part,
        "wrong_review": a.figures.harmless_reviewed.part,
    }
    return [(kind, totals[kind], [m for m in a.mistakes if m.kind == kind]) for kind in MISTAKES]


def best(curve: Curve, recall: float) -> float | None:
    """Return the highest precision at which a ground's recall still reaches `recall`."""
    return max((p for r, p in curve.points if r >= recall), default=None)


def _pictures(a: Assessment) -> Pictures:
    names, figures = (
        {g: short for g, _, short in a.grounds} | {"any": "すべての項目"},
        {g.ground: g for g in a.figures.grounds},
    )
    curves = []
    for c in a.curves:
        g = figures[c.ground]
        chosen = (
            (g.suggested.value, g.precision.value)
            if g.suggested.value is not None and g.precision.value is not None
            else None
        )
        at = "、".join(f"再現率{100 * r:.0f}%以上で適合率は最高{share(best(c, r))}" for r in (0.5, 0.8, 0.95))
        now = (
            f"実際の措置候補は再現率{share(chosen[0])}、適合率{share(chosen[1])}。"
            if chosen
            else "措置候補は出していない。"
        )
        label = f"{names[c.ground]}の適合率と再現率の曲線。正例{c.positives}件、平均適合率{number(g.average_precision, 3)}。{at}。{now}"
        curves.append(
            (
                c,
                Markup(
                    pr_curve(
                        c, label, base=g.positives / a.figures.replies if a.figures.replies else None, chosen=chosen
                    )
                ),
            )
        )
    plots = []
    for r in a.reliability:
        if r.bins:
            bins = "、".join(
                f"確率{share(b.predicted)}に対し{share(b.observed.value)}（{b.observed.whole}件）" for b in r.bins
            )
            label = f"{names[r.ground]}の確率の信頼性。期待較正誤差{number(r.error, 3)}。モデルの確率と実際に違反だった割合：{bins}。"
            plots.append((r, Markup(reliability_plot(r, label))))
    return Pictures(tuple(curves), tuple(plots), _load_picture(a))


def _load_picture(a: Assessment) -> Markup | None:
    replies, b = a.workloads[0].replies_a_day if a.workloads else 1000, a.estimate.base_rate
    told = {
        x.shift: f"{read:,.0f}件を読むと見落とし{share(x.violations_kept.value)}"
        for x in a.loads
        if (read := replies_read(x, b, replies)) is not None
    }
    if not told:
        return None
    now = f"現在の基準では{told[0.0]}。" if 0.0 in told else ""
    label = f"返信{replies:,}件のうち人が読む件数と、見落とす違反の割合の関係（推計）。{now}基準を動かすと、{'、'.join(told[s] for s in sorted(told) if s % 1 == 0)}。"
    return Markup(load_plot(a.loads, a.workloads, label, base_rate=b, replies=replies))
