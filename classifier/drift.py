"""Two exports side by side: has what comes in changed, and is retraining due? Figures only; no text of a reply is kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from classifier.context import Observed, observe
from classifier.decide import NEVER_PROPOSED, Result
from classifier.errors import DataError
from classifier.evaluate import Ratio
from classifier.headers import ReadOptions
from classifier.messages import catalogue, language, say
from classifier.model import Model
from classifier.ngrams import ngrams
from classifier.normalize import MENTION_PATTERN
from classifier.readers import read_replies
from classifier.reading import mask
from classifier.replies import Rejected, Reply
from classifier.report import check_target
from classifier.report_words import md, number, share, visible
from classifier.scorer import Scorer
from classifier.shift import (
    Change,
    Divergence,
    against_chance,
    change,
    holm,
    jensen_shannon,
    rise_of_mean,
    stability,
    tenths,
)
from classifier.tokenizer import Tokenizer
from classifier.vocabulary import Word, changed_words, characters, counted, scripts, unknown_shares
from classifier.whole import write_whole

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FORMAT = 1
"""Version of the figures. 1: first."""

FEWEST = 50  # replies that each side needs
MOST = 10_000  # replies of a side that are looked at; of more, so many drawn by chance
FLOORS = {"tokens": 0.04, "characters": 0.02, "classes": 0.02, "unknown": 0.10, "half_unknown": 0.10, "scores": 0.25}
"""How far above chance a divergence must lie to matter."""
POINTS, TIMES, SURE = 0.05, 1.5, 0.05  # from when on the change of a ground's share counts: difference, ratio, and the corrected test below
_SEED = 20200302

MEASURES = {
    "tokens": ("語の使われ方", "0なら同じ、1なら共通の語がない"),
    "characters": ("文字の使われ方", "よく使われる500字と、その他の字の種類"),
    "classes": ("字の種類の割合", "漢字・ひらがな・カタカナ・英字・数字・記号など"),
    "unknown": ("モデルの知らない文字列の割合の増加", "返信ごとの割合の平均（推定）"),
    "half_unknown": ("半分以上が知らない文字列の返信の増加", "返信に占める割合（推定）"),
    "scores": ("点数の分布（PSI）", "最も高い項目の確率を、旧い期間の十分位で比べた値"),
}
SHAPES = {"links": "リンクを含む（画像・動画を除く。展開したURLのない返信では、文末のt.coも画像とみなして除く）", "mentions": "@で人を呼ぶ", "parents": "元の投稿が分かる"}
LIMITS = (
    "この比較はラベルを使わないため、判定の正しさそのものは測れません。正しさは、新しい返信の一部に人がラベルを付けて確かめてください。",
    "元の投稿の話題が変われば、語は毎月変わります。そのため、偶然を超えるだけでなく、目安より大きくずれたときだけ学習し直す時期とします。目安を下回っても、少数の新しい手口が混じることはあります。",
    "項目ごとの割合が変わった原因は、返信の変化かもしれず、モデルの誤りが増えたのかもしれません。増えた項目の返信を実際に読んで見分けてください。",
    "知らない文字列の割合は、ハッシュ表の空きから逆算した推定値で、一件ごとの値には幅があります。",
)


@dataclass(frozen=True)
class Export:
    """One side."""

    name: str
    replies: int  # without reposts and the account's own posts
    used: int  # of them looked at
    rejected: int  # rows that could not be read
    median_length: float  # characters of the normalized text


@dataclass(frozen=True)
class Drift:
    """Whether the input has changed, with every figure behind the verdict."""

    format: int
    model: str
    policy: str  # edition
    old: Export
    new: Export
    divergences: tuple[Divergence, ...]
    grounds: tuple[Change, ...]  # of "any" and of each ground two: reached (review or suggest) and suggested
    shapes: tuple[Change, ...]  # replies with links (pictures are none, and for want of expanded ones no t.co at the end of a text), that mention somebody, that are judged against the account's post
    tenths: tuple[tuple[int, int], ...]  # old and new replies in each tenth of the old scores, where a reply's score is that of its likeliest ground
    ks: float  # two-sample Kolmogorov-Smirnov distance of these scores
    ks_p: float
    words: tuple[Word, ...]
    names: Mapping[str, str]  # ground to its short name

    @property
    def due(self) -> bool:
        """Tell whether replies should be labelled and the model retrained."""
        return bool(self._found("en"))

    @property
    def reasons(self) -> tuple[str, ...]:
        """What speaks for retraining, in sentences of the language in use."""
        return self._found(language())

    @property
    def japanese(self) -> tuple[str, ...]:
        """The same in Japanese, as the page has it."""
        return self._found("ja")

    def _found(self, language: str) -> tuple[str, ...]:
        found = [_sentence(f"drift.{d.name}", language, value=f"{d.value:.3f}", threshold=f"{d.threshold:.3f}") for d in self.divergences if d.beyond]
        for c in self.grounds:
            if moved(c):
                ground = self.names[c.name] if language == "ja" else c.name
                found.append(_sentence("drift.rate", language, ground=ground, old=f"{c.old.value or 0:.1%}", new=f"{c.new.value or 0:.1%}"))
        return tuple(found)


def moved(c: Change) -> bool:
    """Tell whether the change of a ground's share calls for action."""
    small, large = sorted((c.old.value or 0.0, c.new.value or 0.0))
    return c.kind == "reached" and large - small >= POINTS and large >= TIMES * small and c.corrected < SURE


def _sentence(key: str, language: str, **values: object) -> str:
    return catalogue()[key][language].format(**values)


def drift(scorer: Scorer, old: str | Path, new: str | Path, *, columns: Mapping[str, str] | None = None) -> Drift:
    """Return how the replies of a new export differ from those of an old one, and whether retraining is due. No labels are needed.

    Retraining is due where at least one of these holds:

    - a divergence is beyond chance and large enough to matter: at most 1 % of 200 random re-splits of the pooled replies
      (a permutation test, seeded) reach it, and it lies above their mean by its floor (FLOORS). The divergences: words, the
      most frequent characters and character classes (Jensen-Shannon, base 2; Lin 1991); the rise of the share of n-grams that the
      model does not know, and of replies more than half of which it does not know; and the population stability index of the
      likeliest ground's score over the deciles of the old export, whose floor of 0.25 is the usual mark of a major shift (0.1 of a minor
      one; Siddiqi 2006, Credit Risk Scorecards). The other floors lie above what other parent posts alone make of data/replies.csv;
    - the share of replies that reach review or suggest, for a ground or for any, has moved by five points or more and is half as
      large again (or was), with Fisher's exact test below 0.05 after Holm's correction over all shares.

    Everything else (Kolmogorov-Smirnov, lengths, links, mentions) is shown beside it and decides nothing. What is beyond
    chance but under its floor is a hint that other topics came in, as they do each month. An n-gram counts as unknown where its hashed
    column has no weight; as unknown ones fall on columns in use by chance, shares are divided by the share of empty columns.

    `columns` says which of our columns is which header, where that is not a usual one.

    Of more than MOST replies a side, so many drawn by chance (by a hash of the id) are looked at. Raises InputError where
    an export cannot be read, DataError where a side has fewer than FEWEST replies.
    """
    options = ReadOptions(columns=columns or {}, account=scorer.policy.account)
    sides = [_read(source, options) for source in (old, new)]
    for source, (replies, _) in zip((old, new), sides, strict=True):
        if len(replies) < FEWEST:
            raise DataError(say("drift.too_few", file=Path(source).name, found=len(replies), wanted=FEWEST))
    used = [_drawn(replies) for replies, _ in sides]
    n, m = (len(u) for u in used)
    everyone = [*used[0], *used[1]]
    results = scorer(everyone)
    observed = observe(everyone, account=scorer.policy.account)
    texts = [mask(o.text) for o in observed]
    words = Tokenizer()(texts)
    vocabulary, counts = counted(words)
    highest = np.array([max(r.scores) for r in results], dtype=np.float64)
    grounds, shapes = _changes(results, observed, n, scorer)
    ks, ks_p = _kolmogorov(highest[:n], highest[n:])
    one, other = (
        Export(Path(source).name, len(replies), len(u), rejected, float(np.median([len(t) for t in part])))
        for source, (replies, rejected), u, part in zip((old, new), sides, used, (texts[:n], texts[n:]), strict=True)
    )
    return Drift(
        FORMAT, scorer.model.name if scorer.model else "none", scorer.policy.edition.isoformat(), one, other, _divergences(texts, counts, highest, scorer.model, n, m),
        grounds, shapes, tuple(zip(*tenths(highest[:n], highest[n:]), strict=True)), ks, ks_p,
        changed_words(vocabulary, counts, n, everyone, texts), {"any": "いずれかの項目", **{g.id: g.short for g in scorer.policy.grounds}},
    )  # fmt: skip


def _read(source: str | Path, options: ReadOptions) -> tuple[list[Reply], int]:
    """Return the replies of an export, joined with the account's own posts in it, and how many rows were bad."""
    replies, posts, rejected = [], {}, 0
    for item in read_replies([source], options=options):
        if isinstance(item, Rejected):
            rejected += not item.whole_sheet
        elif item.kind == "own":
            posts[item.id] = item.text
        elif item.kind not in NEVER_PROPOSED:
            replies.append(item)
    joined = (r._replace(parent_text=r.parent_text or posts.get(r.parent_id or "") or posts.get(r.conversation_id or "")) for r in replies)
    return list(joined) if posts else replies, rejected


def _drawn(replies: Sequence[Reply]) -> list[Reply]:
    """Return the replies in an order of their own, so that the file's order changes nothing; so many as are looked at."""
    from hashlib import blake2b

    def chance(r: Reply) -> tuple[bytes, str]:
        return blake2b(f"{_SEED} {r.id}".encode("utf-8", "replace"), digest_size=8).digest(), r.text

    return sorted(replies, key=chance)[:MOST]


def _divergences(texts: Sequence[str], counts: "csr_matrix", highest: npt.NDArray[np.float64], model: Model | None, n: int, m: int) -> tuple[Divergence, ...]:
    measures = {"tokens": jensen_shannon(counts), "characters": jensen_shannon(characters(texts)), "classes": jensen_shannon(scripts(texts))}
    if model is not None:
        unknown = unknown_shares(ngrams(texts), model)
        measures |= {"unknown": rise_of_mean(unknown), "half_unknown": rise_of_mean((unknown > 0.5).astype(np.float64))}
    measures["scores"] = stability(highest)
    return tuple(against_chance(name, measure, n, m, floor=FLOORS[name], seed=_SEED) for name, measure in measures.items())


def _changes(results: Sequence[Result], observed: Sequence[Observed], n: int, scorer: Scorer) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    def ratio(held: Sequence[bool]) -> tuple[Ratio, Ratio]:
        return Ratio(sum(held[:n]), n), Ratio(sum(held[n:]), len(held) - n)

    grounds = [change("any", "reached", *ratio([bool(r.decision.grounds) for r in results])), change("any", "suggested", *ratio([r.decision.action == "suggest" for r in results]))]
    for g in scorer.policy.ids:
        grounds.append(change(g, "reached", *ratio([g in r.decision.grounds for r in results])))
        grounds.append(change(g, "suggested", *ratio([g in r.decision.grounds and r.decision.action == "suggest" for r in results])))
    shapes = {
        "links": [bool(o.links) for o in observed],
        "mentions": [bool(MENTION_PATTERN.search(o.reply.text)) for o in observed],
        "parents": [o.judged_against_parent for o in observed],
    }
    return holm(grounds), holm([change(name, "shape", *ratio(held)) for name, held in shapes.items()])


def _kolmogorov(old: npt.NDArray[np.float64], new: npt.NDArray[np.float64]) -> tuple[float, float]:
    from scipy.stats import ks_2samp

    found = ks_2samp(old, new, method="asymp")
    return float(found.statistic), float(found.pvalue)


def write_drift(output: Path, found: Drift) -> None:
    """Write the comparison in the format of the suffix: .html (one Japanese page that needs nothing else), .md or .json.

    The file takes its place when it is whole. OutputError is raised where that cannot be done.
    """
    check_target(output, alone=True)
    text = dump(found) if output.suffix.lower() == ".json" else _page(found, output.suffix.lower().removeprefix("."))
    write_whole({output: text})


def dump(found: Drift) -> str:
    """Return the figures and the verdict as JSON: the same figures give the same bytes."""
    return json.dumps({**asdict(found), "due": found.due, "reasons": found.japanese}, ensure_ascii=False, indent=1) + "\n"


def _chance(p: float) -> str:
    return "0.001未満" if p < 0.001 else f"{p:.3f}"


def _page(found: Drift, kind: str) -> str:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=kind == "html", undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    environment.filters.update(share=share, number=lambda x, digits: number(round(x, digits) + 0.0, digits), visible=visible, md=md, chance=_chance, points=lambda x: f"{100 * x:+.1f}")
    source = resources.files(__package__).joinpath(f"drift.{kind}.jinja").read_text(encoding="utf-8")
    pairs = list(zip(found.grounds[::2], found.grounds[1::2], strict=True))
    return environment.from_string(source).render(d=found, pairs=pairs, moved=moved, MEASURES=MEASURES, SHAPES=SHAPES, LIMITS=LIMITS)
