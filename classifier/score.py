"""The batch run: every reply of an export to a decision, in chunks, with memory that does not grow with the file."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import blake2b, sha256
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from classifier import encoder
from classifier.context import Observed, observe
from classifier.decide import NEVER_PROPOSED, Decision, Desk, Result, decide, decide_all, trusted_rules
from classifier.decided import would_be_lost
from classifier.errors import InputError, ModelError, OutputError
from classifier.features import features, oddly_spelled, plainly_spelled, rule_ids
from classifier.headers import ReadOptions
from classifier.messages import say
from classifier.model import ANY, Cutoffs, Model, Stage, load_model, shipped_folder
from classifier.ngrams import mask, ngrams, word_ngrams
from classifier.policy import Policy, default_policy
from classifier.readers import read_posts, read_replies, readable_twice
from classifier.rejects import RejectedFile
from classifier.replies import Reply, chunks, letters_lost
from classifier.results import open_writer
from classifier.rules import Findings, RulePack, default_pack, shipped_records, unjudged
from classifier.survey import named_apart, survey
from classifier.thresholds import DIGITS, Targets, pooled
from classifier.tokenizer import Tokenizer

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_SELDOM = 50_000  # new objects, after which the collector looks


class Scorer:
    """Scores replies with a model, or by rules alone.

    >>> from classifier.replies import Reply, chunks, letters_lost
    >>> scorer = Scorer.default()
    >>> [r.decision.action for r in scorer([Reply(id="1", text="地下鉄で電波が入らないのは困ります。")])]
    ['keep']
    """

    def __init__(
        self,
        model: Model | None,
        *,
        policy: Policy | None = None,
        pack: RulePack | None = None,
        records: Mapping[str, tuple[int, int]] | None = None,  # how the rules of the pack did: rule id to (hits, right)
        fast: bool = False,
        audit: float = 0.0,
    ) -> None:
        self.audit = audit  # share of the kept replies that is drawn for people, so that the misses can be counted
        self.model, self.policy, self.pack = model, policy or default_policy(), pack or default_pack()
        self.with_vectors = not fast and model is not None and model.full is not None and encoder.available()
        if model is not None and model.rules != rule_ids(self.pack):
            raise ModelError(say("model.rules_differ", folder=model.name))
        if model is not None and model.grounds != self.policy.ids:
            raise ModelError(say("model.policy_differs", folder=model.name, known=", ".join(model.grounds)))
        self._records = shipped_records() if records is None else records
        trusted = trusted_rules(self._records, Targets())
        self._fast_desk = Desk(self.policy, model.fast_cutoffs if model else None, trusted, self.pack.signals)
        self._full_desk = replace(self._fast_desk, cutoffs=model.full_cutoffs) if model else self._fast_desk
        self._tokenizer = Tokenizer()
        self._encoder = encoder.Encoder()
        self.with_vectors_count = 0
        self.last_cutoffs: Cutoffs | None = None  # those that the last reply was decided by
        self.last_full: list[bool] = []  # which replies of the last call the full stage decided

    @classmethod
    def default(cls, *, fast: bool = False) -> "Scorer":
        """Return a scorer with the shipped model, policy and rules."""
        return cls(load_model(shipped_folder()), fast=fast)

    def start(self) -> None:
        """Load now what is otherwise loaded with the first replies: the dictionary of the tokenizer, masked words, public suffixes."""
        self.pack(observe([Reply("", "○準備 https://www.example.com/")]))
        if self.with_vectors:
            self._tokenizer.lemmas(["準備"])

    def __call__(self, replies: Sequence[Reply], repeats: Sequence[int] = ()) -> list[Result]:
        """Return one result a reply, in order, however many there are; `repeats` says how often each text came in within the run (1 where not given).

        Raises ValueError where there are not as many `repeats` as replies.
        """
        times = repeats or [1] * len(replies)
        if len(times) != len(replies):
            raise ValueError(f"{len(times)} repeats for {len(replies)} replies")
        self.last_full = []
        results: list[Result] = []
        for chunk in chunks(replies):
            results += self._chunk(chunk, times[len(results) : len(results) + len(chunk)])
        return results

    def _chunk(self, replies: Sequence[Reply], repeats: Sequence[int]) -> list[Result]:
        observed = observe(replies, account=self.policy.account, repeats=repeats)
        findings = self.pack(observed)
        if self.model is None:
            self.last_full += [False] * len(replies)
            return self._by_rules(observed, findings)
        return self._by_model(self.model, observed, findings)

    def _by_rules(self, observed: Sequence[Observed], findings: Sequence[Findings]) -> list[Result]:
        """Score by the rules' own records: the share of right hits of the best rule (with one right and one wrong hit added)."""
        ids = self.policy.ids
        scores, decisions = [], []
        for o, f in zip(observed, findings, strict=True):
            best = dict.fromkeys(ids, 0.0)
            for h in f.hits:
                if h.ground in best:
                    hits, right = self._records.get(h.rule, (0, 0))
                    best[h.ground] = max(best[h.ground], (right + 1) / (hits + 2))
            scores.append(tuple(best.values()))
            decision = decide(o, f, scores[-1], 0.0, self._fast_desk)
            if "rules_only" not in decision.signals:
                decision = replace(decision, signals=(*decision.signals, "rules_only"))
            decisions.append(decision)
        return self._results(observed, decisions, scores)

    def _by_model(self, model: Model, observed: Sequence[Observed], findings: Sequence[Findings]) -> list[Result]:
        texts = [mask(o.text) for o in observed]
        grams = ngrams(texts)
        columns = features(observed, findings, self.pack)
        judged = np.array([o.judged_against_parent for o in observed])
        scores, firm = self._scores(model, model.fast, grams, columns, judged)
        desks, full = [self._fast_desk] * len(observed), [False] * len(observed)
        if self.with_vectors and model.full is not None:
            doubtful = np.flatnonzero(_doubtful(scores, firm, model.fast_cutoffs))
            if len(doubtful):
                unsettled = [texts[i] for i in doubtful]
                further = self._encoder(unsettled), word_ngrams(self._tokenizer.lemmas(unsettled))
                scores[doubtful], firm[doubtful] = self._scores(model, model.full, grams[doubtful], columns[doubtful], judged[doubtful], *further)
                for i in doubtful:
                    desks[i] = self._full_desk
                    full[i] = True
                self.with_vectors_count += len(doubtful)
        self.last_full += full
        self.last_cutoffs = desks[-1].cutoffs
        decisions = decide_all(observed, findings, scores, firm, desks, lambda noted: model.evidence_of([o.text for o in observed], grams, noted))
        return self._results(observed, decisions, scores[:, : len(model.grounds)].tolist(), scores[:, -1].tolist())

    def _scores(self, model: Model, stage: Stage, grams: csr_matrix, columns: csr_matrix, judged: Bools, vectors: npt.NDArray[np.float32] | None = None, lemmas: csr_matrix | None = None) -> tuple[Floats, Floats]:
        """Return the scores with six decimals, as cut-offs have them, and those of the grounds without what odd spelling adds: only these, and rules, put a reply forward.

        A score for each ground, one for danger and one for all grounds together. The grounds that need a parent post score zero where there is none.
        """
        scores = unjudged(stage.probabilities(grams, columns, vectors, lemmas).astype(np.float64).round(DIGITS), judged, model.heads)
        n = len(model.grounds)
        scores[:, -1] = pooled(scores[:, :n], scores[:, -1] if ANY in model.learned else None)
        firm, odd = scores[:, :n].copy(), oddly_spelled(columns)
        if len(odd):
            plain = stage.probabilities(grams[odd], plainly_spelled(columns[odd]), None if vectors is None else vectors[odd], None if lemmas is None else lemmas[odd])
            firm[odd] = np.minimum(firm[odd], plain[:, :n].astype(np.float64).round(DIGITS))
        return scores, firm

    def _results(self, observed: Sequence[Observed], decisions: Sequence[Decision], scores: Sequence[Sequence[float]], any_ground: Sequence[float | None] = ()) -> list[Result]:
        model, edition = self.model.name if self.model else "none", self.policy.edition.isoformat()
        return [
            Result(o.reply, self._drawn(o.reply, decision) if self.audit else decision, tuple(row), model, edition, sha256(o.reply.text.encode("utf-8", "replace")).hexdigest(), score)
            for o, decision, row, score in zip(observed, decisions, scores, any_ground or [None] * len(observed), strict=True)
        ]

    def _drawn(self, reply: Reply, decision: Decision) -> Decision:
        """Mark a share of the kept replies for audit."""
        if decision.action == "keep" and reply.kind not in NEVER_PROPOSED and _draw(reply.id) < self.audit:
            return replace(decision, signals=(*decision.signals, "audit"))
        return decision


def _draw(reply_id: str) -> float:
    """Return a number from 0 to 1 for an id: the same in every run, evenly spread over ids."""
    return int.from_bytes(blake2b(reply_id.encode("utf-8", "replace"), digest_size=4).digest()) / 2**32


def _doubtful(scores: Floats, firm: Floats, cutoffs: Cutoffs) -> Bools:
    """Tell which replies the fast stage cannot settle: all grounds together reach the doubtful score, or one its own cut-off, and none a suggestion; or danger is likely."""
    upper = np.array([2.0 if u is None else u for u in cutoffs.upper])
    sure = (firm >= upper).any(axis=1)
    grounds = scores[:, : len(upper)]
    doubtful = (scores[:, -1] >= cutoffs.doubtful) | (grounds >= np.array(cutoffs.lower)).any(axis=1)
    return np.asarray((doubtful & ~sure) | (scores[:, len(upper)] >= cutoffs.doubtful_crisis))


@dataclass
class Run:
    """The counts of a batch run."""

    replies: int = 0
    rejected: int = 0
    replaced: int = 0
    with_vectors: int = 0
    seconds: float = 0.0
    actions: Counter[str] = field(default_factory=Counter)
    grounds: Counter[tuple[str, str]] = field(default_factory=Counter)  # ground and action
    signals: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)  # columns that a reply did not have
    posts: int = 0  # of the files that `posts` named
    joined: int = 0  # replies that found one of the posts by an id
    lost: int = 0  # replies of which little but question marks is left
    rejects: Path | None = None

    def count(self, results: Sequence[Result]) -> None:
        """Add the results of a chunk."""
        self.replies += len(results)
        self.actions.update(r.decision.action for r in results)
        for r in results:
            decision = r.decision
            if decision.grounds:
                self.grounds.update((g, decision.action) for g in decision.grounds)
            if decision.signals:
                self.signals.update(decision.signals)
        without = {
            "parent_text": sum(not r.reply.parent_text for r in results),
            "author": sum(not (r.reply.author_name or r.reply.author_handle) for r in results),
        }
        self.lost += sum("??" in r.reply.text and letters_lost(r.reply.text) for r in results)
        self.missing.update({column: n for column, n in without.items() if n})


def score(
    sources: Sequence[str | Path],
    output: str | Path,
    scorer: Scorer,
    *,
    options: ReadOptions | None = None,
    posts: Sequence[str | Path] = (),
    version: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Run:
    """Score the replies of `sources` into `output` (its suffix gives the format), bad rows into OUTPUT.rejected.csv; return the counts.

    `posts` are files with the account's own posts, joined by parent_id or conversation_id. `progress` is called with
    the replies done and the number of all. Raises InputError, OutputError; nothing is written then.
    """
    options = options or ReadOptions(account=scorer.policy.account)
    output = Path(output)
    run = Run()
    before = scorer.with_vectors_count
    with readable_twice(sources) as files:
        _keep_input_safe([*files, *posts], output)
        seen = survey(files, options)
        named = read_posts(posts, options) if posts else {}
        own, run.posts = {**seen.posts, **named}, len(named)
        scorer.start()
        started = perf_counter()
        with _seldom_collected(), open_writer(output, policy=scorer.policy, version=version) as writer, RejectedFile(output) as rejects:
            for chunk in chunks(named_apart(seen.items if seen.items is not None else read_replies(files, options=options), seen, rejects)):
                joined = [_with_parent(r, own) for r in chunk]
                run.joined += sum(a is not b for a, b in zip(joined, chunk, strict=True))
                results = scorer(joined, [seen.repeated.get(hash(r.text), 1) for r in chunk])
                writer.write(results)
                run.count(results)
                progress(run.replies, seen.total)
            if not run.replies:
                raise InputError(say("score.no_replies", files=", ".join(map(str, sources)), rejected=rejects.count, first=rejects.first))
        run.seconds = perf_counter() - started
    run.rejected, run.rejects, run.replaced = rejects.count, rejects.path, writer.replaced
    run.with_vectors = scorer.with_vectors_count - before
    return run


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Let the collector walk neither model, rules and lexicon, which stay, nor the replies of a chunk, which hold no cycles, again and again."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _keep_input_safe(sources: Sequence[str | Path], output: Path) -> None:
    """Refuse to write over a folder, a file that is read, a workbook in which people have decided, or a file that is no result of ours."""
    if output.is_dir():
        raise OutputError(say("output.directory", file=output))
    for target in (output, RejectedFile(output).target):
        for s in sources:
            if target.exists() and Path(s).exists() and Path(s).samefile(target):
                raise OutputError(say("score.same_file", file=target))
    if what := would_be_lost(output):
        raise OutputError(say(f"score.lost_{what}", file=output))


def _with_parent(reply: Reply, posts: dict[str, str]) -> Reply:
    if reply.parent_text or not posts:
        return reply
    text = posts.get(reply.parent_id or "") or posts.get(reply.conversation_id or "")
    return reply._replace(parent_text=text) if text and reply.kind != "own" else reply
