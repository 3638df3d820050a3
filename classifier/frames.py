"""Rows and figures as pandas tables, for notebooks."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from classifier.assessment import Assessment
from classifier.compare import Comparison
from classifier.evaluate import Ratio
from classifier.labeled import Labeled
from classifier.policy import Policy

if TYPE_CHECKING:
    import pandas as pd


def rows_frame(rows: Sequence[Labeled], policy: Policy) -> "pd.DataFrame":
    """Return labelled rows, one a line: what they say, what they hold, and a column of True and False for each ground; without those whose grounds are undecided."""
    import pandas as pd

    plain = [
        {
            "id": r.reply.id, "text": r.reply.text, "parent": r.reply.parent_text or "", "labels": "|".join(g for g in policy.ids if g in r.labels), "crisis": r.crisis,
            "split": r.split, "sure": r.sure, "writer": r.writer, "register": r.register, "length": len(r.reply.text), **{g: g in r.labels for g in policy.ids},
        }
        for r in rows if not r.undecided
    ]  # fmt: skip
    return pd.DataFrame(plain)


def grounds_frame(assessment: Assessment) -> "pd.DataFrame":
    """Return the figures of each ground, with the ends of the 95 % interval of what was caught."""
    import pandas as pd

    names = {g: short for g, _, short in assessment.grounds}
    plain = [
        {
            "ground": g.ground, "name": names[g.ground], "positives": g.positives, "average_precision": g.average_precision, "suggested": g.suggested.value,
            "caught": g.caught.value, **_interval("caught", g.caught), "precision": g.precision.value,
        }
        for g in assessment.figures.grounds
    ]  # fmt: skip
    return pd.DataFrame(plain).set_index("ground")


def slices_frame(assessment: Assessment) -> "pd.DataFrame":
    """Return the slices of the fairness check, with the interval of harmless replies sent to review."""
    import pandas as pd

    plain = [
        {
            "kind": s.kind, "value": s.value, "replies": s.replies, "harmless_suggested": s.harmless_suggested.value, "harmless_reviewed": s.harmless_reviewed.value,
            **_interval("reviewed", s.harmless_reviewed), "violations_kept": s.violations_kept.value,
        }
        for s in (*assessment.slices, *assessment.suites)
    ]  # fmt: skip
    return pd.DataFrame(plain, columns=["kind", "value", "replies", "harmless_suggested", "harmless_reviewed", "reviewed_low", "reviewed_high", "violations_kept"])


def mistakes_frame(assessment: Assessment) -> "pd.DataFrame":
    """Return the worst mistakes, texts masked."""
    import pandas as pd

    columns = ["id", "kind", "text", "labels", "action", "grounds", "words", "decided_by", "score"]
    return pd.DataFrame([{c: "|".join(v) if isinstance(v := getattr(m, c), tuple) else v for c in columns} for m in assessment.mistakes], columns=columns)


def loads_frame(assessment: Assessment) -> "pd.DataFrame":
    """Return the trade of review load against misses; shift 0 is the model's choice."""
    import pandas as pd

    return pd.DataFrame(
        [{"shift": x.shift, "harmless_read": x.harmless_read.value, "violations_kept": x.violations_kept.value} for x in assessment.loads],
        columns=["shift", "harmless_read", "violations_kept"],
    )


def workloads_frame(assessment: Assessment) -> "pd.DataFrame":
    """Return what a desk that reads so many replies a day would miss; empty cells are not attainable."""
    import pandas as pd

    return pd.DataFrame([asdict(w) for w in assessment.workloads])


def differences_frame(comparison: Comparison) -> "pd.DataFrame":
    """Return the shares of two models with their paired difference and its 95 % interval."""
    import pandas as pd

    plain = [
        {"figure": f.name, "first": f.first, "second": f.second, "difference": f.difference.difference, "low": f.difference.low, "high": f.difference.high}
        for f in comparison.figures
        if f.difference
    ]
    return pd.DataFrame(plain, columns=["figure", "first", "second", "difference", "low", "high"]).set_index("figure")


def flips_frame(comparison: Comparison) -> "pd.DataFrame":
    """Return the rows that two models decide differently."""
    import pandas as pd

    plain = [{"id": f.row.reply.id, "text": f.row.reply.text, "suite": f.suite, "labels": "|".join(sorted(f.row.labels)), "first": f.first, "second": f.second, "better": f.better} for f in comparison.flips]
    return pd.DataFrame(plain, columns=["id", "text", "suite", "labels", "first", "second", "better"])


def _interval(name: str, ratio: Ratio) -> dict[str, float | None]:
    low, high = ratio.interval or (None, None)
    return {f"{name}_low": low, f"{name}_high": high}
