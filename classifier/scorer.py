"""A model, a policy and a rule pack put together: replies to results, by the fast stage where it settles them and by the full one where not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b, sha256
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from classifier import encoder
from classifier.context import Observed, observe, post_of
from classifier.decide import (
    NEVER_PROPOSED,
    Decision,
    Desk,
    Judged,
    Passage,
    Result,
    Scored,
    decide,
    decide_all,
    for_a_passage,
    trusted_rules,
)
from classifier.errors import ModelError
from classifier.features import features, oddly_spelled, plainly_spelled, rule_ids, with_meaning
from classifier.messages import say
from classifier.model import ANY, Cutoffs, Model, Stage, load_model, shipped_folder
from classifier.ngrams import ngrams, word_ngrams
from classifier.policy import Policy, default_policy
from classifier.reading import as_seen, read_aloud
from classifier.replies import Reply, chunks
from classifier.rules import Findings, RulePack, default_pack, shipped_records, unjudged
from classifier.sentences import BY_THE_WHOLE, HINTED, LONG, sentences
from classifier.thresholds import DIGITS, Targets, forward, pooled
from classifier.tokenizer import Tokenizer

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Staged:
    """A batch as the stages judged it."""

    scored: Judged
    full: list[bool]  # which replies the full stage judged
    grams: csr_matrix


class Inspected(NamedTuple):
    """The result of one reply, with the cut-offs and scores that it was decided by, and the checks of the rule pack that could not run."""

    result: Result
    unable: tuple[str, ...]  # checks that lacked the author or the account's post
    cutoffs: Cutoffs | None = None  # those that it was decided by, None for rules alone
    forward: tuple[float, ...] = ()  # its scores that were held against the upper ones


class Scorer:
    """Scores replies with a model, or by rules alone.

    >>> from classifier.replies import Reply
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
        """Return one result a reply, in order, however many there are; `repeats` says how often each text came in from its author within the run (1 where not given).

        Raises ValueError where there are not as many `repeats` as replies, TypeError where what is given are no replies with texts.
        """
        if isinstance(replies, Reply):  # a tuple itself
            raise TypeError("scorer() takes a sequence of replies: pass [reply] for one")
        for r in replies:
            if not isinstance(r, Reply) or not isinstance(r.id, str) or not isinstance(r.text, str):
                raise TypeError(f"scorer() takes Reply(id=..., text=...) with both as str, not {_types(r)}")
        times = repeats or [1] * len(replies)
        if len(times) != len(replies):
            raise ValueError(f"{len(times)} repeats for {len(replies)} replies")
        results: list[Result] = []
        for chunk in chunks(replies):
            results += self._chunk(chunk, times[len(results) : len(results) + len(chunk)])
        return results

    def inspect(self, reply: Reply) -> Inspected:
        """Return the result of one reply, with the cut-offs and scores that it was decided by and the checks that could not run."""
        observed = observe([reply], account=self.policy.account)
        findings = self.pack(observed)
        if self.model is None:
            return Inspected(self._by_rules(observed, findings)[0], findings[0].unable)
        staged = self._staged(self.model, observed, findings)
        desk = self._full_desk if staged.full[0] else self._fast_desk
        return Inspected(self._by_model(self.model, observed, findings, staged)[0], findings[0].unable, desk.cutoffs, tuple(staged.scored.forward[0].tolist()))

    def _chunk(self, replies: Sequence[Reply], repeats: Sequence[int]) -> list[Result]:
        observed = observe(replies, account=self.policy.account, repeats=repeats)
        findings = self.pack(observed)
        if self.model is None:
            return self._by_rules(observed, findings)
        return self._by_model(self.model, observed, findings, self._staged(self.model, observed, findings))

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
            decision = decide(o, f, Scored(scores[-1]), self._fast_desk)
            if "rules_only" not in decision.signals:
                decision = replace(decision, signals=(*decision.signals, "rules_only"))
            decisions.append(decision)
        return self._results(observed, decisions, scores, [None] * len(observed), [False] * len(observed))

    def _by_model(self, model: Model, observed: Sequence[Observed], findings: Sequence[Findings], staged: _Staged) -> list[Result]:
        desks = [self._full_desk if full else self._fast_desk for full in staged.full]
        decisions = decide_all(observed, findings, staged.scored, desks, lambda noted: model.evidence_of([o.text for o in observed], staged.grams, noted))
        scores = staged.scored.scores
        together = scores[:, -1].tolist()
        for i, passage in self._passages(model, observed, decisions, together).items():
            decisions[i] = for_a_passage(decisions[i], observed[i], passage, self.policy)
        return self._results(observed, decisions, scores[:, : len(model.grounds)].tolist(), together, staged.full)

    def _staged(self, model: Model, observed: Sequence[Observed], findings: Sequence[Findings]) -> _Staged:
        """Return the scores of replies: those of the fast stage, and of the full one where the fast one does not settle a reply."""
        texts = [as_seen(o.text) for o in observed]
        grams = ngrams(texts)
        columns = features(observed, findings, self.pack)
        judged = np.array([o.judged_against_parent for o in observed])
        found = self._scores(model, model.fast, grams, columns, judged)
        doubtful = _doubtful(found, model.fast_cutoffs, judged) if self.with_vectors and model.full is not None else np.zeros(len(observed), dtype=np.bool_)
        if model.full is not None and doubtful.any():
            rows = np.flatnonzero(doubtful)
            unsettled = [read_aloud(texts[i]) for i in rows]
            vectors = self._encoder(unsettled)
            posts = [None if post is None else as_seen(post) for post in (post_of(observed[i].reply) for i in rows.tolist())]
            seen = columns[rows] if model.full.nearness is None else with_meaning(columns[rows], model.full.nearness(vectors, self._encoder.posts(posts)))
            lemmas = word_ngrams(self._tokenizer.lemmas(unsettled))
            further = self._scores(model, model.full, grams[rows], seen, judged[rows], vectors, lemmas)
            found.scores[rows], found.forward[rows], found.firm[rows] = further.scores, further.forward, further.firm
        return _Staged(found, doubtful.tolist(), grams)

    def _passages(self, model: Model, observed: Sequence[Observed], decisions: Sequence[Decision], together: Sequence[float]) -> dict[int, Passage]:
        """Return of the replies that are kept as a whole those in which one sentence, judged by itself, likely holds a ground; by their places."""
        least = (model.full_cutoffs or model.fast_cutoffs).sentence
        places = [
            (i, start, end)
            for i, (o, d, whole) in enumerate(zip(observed, decisions, together, strict=True))
            if len(o.text) >= LONG and whole >= HINTED and d.action == "keep" and o.reply.kind not in NEVER_PROPOSED
            for start, end in sentences(o.text)
        ]
        if not places:
            return {}
        alone = observe([Reply("", observed[i].text[start:end]) for i, start, end in places], account=self.policy.account)
        scores = self._staged(model, alone, self.pack(alone)).scored.scores[:, : len(model.grounds)]
        scores[:, [k for k, g in enumerate(model.grounds) if g in BY_THE_WHOLE]] = 0
        found: dict[int, Passage] = {}
        for (i, start, end), row in zip(places, scores, strict=True):
            k = int(row.argmax())
            if row[k] >= least and (i not in found or row[k] > found[i].score):
                found[i] = Passage(model.grounds[k], start, end, float(row[k]), least)
        return found

    def _scores(self, model: Model, stage: Stage, grams: csr_matrix, columns: csr_matrix, judged: Bools, vectors: npt.NDArray[np.float32] | None = None, lemmas: csr_matrix | None = None) -> Judged:
        """Return the scores with six decimals, as cut-offs have them; the grounds that need a parent post score zero where there is none."""
        n = len(model.grounds)

        def both(columns: csr_matrix, rows: slice | npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
            seen = stage.probabilities(grams[rows], columns, None if vectors is None else vectors[rows], None if lemmas is None else lemmas[rows])
            scores = unjudged(seen.astype(np.float64).round(DIGITS), judged[rows], model.heads)
            return scores, forward(scores[:, :n], scores[:, -1] if ANY in model.learned else None)

        scores, to_forward = both(columns, slice(None))
        firm, odd = to_forward.copy(), oddly_spelled(columns)
        if len(odd):
            firm[odd] = np.minimum(firm[odd], both(plainly_spelled(columns[odd]), odd)[1])
        scores[:, -1] = pooled(scores[:, :n], scores[:, -1] if ANY in model.learned else None)
        return Judged(scores, to_forward, firm)

    def _results(self, observed: Sequence[Observed], decisions: Sequence[Decision], scores: Sequence[Sequence[float]], any_ground: Sequence[float | None], full: Sequence[bool]) -> list[Result]:
        model, edition = self.model.name if self.model else "none", self.policy.edition.isoformat()
        return [
            Result(o.reply, self._drawn(o.reply, decision) if self.audit else decision, tuple(row), model, edition, sha256(o.reply.text.encode("utf-8", "replace")).hexdigest(), together, by_full)
            for o, decision, row, together, by_full in zip(observed, decisions, scores, any_ground, full, strict=True)
        ]

    def _drawn(self, reply: Reply, decision: Decision) -> Decision:
        """Mark a share of the kept replies for audit."""
        if decision.action == "keep" and reply.kind not in NEVER_PROPOSED and _draw(reply.id) < self.audit:
            return replace(decision, signals=(*decision.signals, "audit"))
        return decision


def _types(given: object) -> str:
    """Return of which types what was given instead of a reply is; no text of it."""
    return f"Reply(id={type(given.id).__name__}, text={type(given.text).__name__})" if isinstance(given, Reply) else type(given).__name__


def _draw(reply_id: str) -> float:
    """Return a number from 0 to 1 for an id: the same in every run, evenly spread over ids."""
    return int.from_bytes(blake2b(reply_id.encode("utf-8", "replace"), digest_size=4).digest()) / 2**32


def _doubtful(judged: Judged, cutoffs: Cutoffs, answering: Bools) -> Bools:
    """Tell which replies the fast stage cannot settle: all grounds together reach the doubtful score, or one its own cut-off, and none a suggestion; or danger is likely."""
    upper = np.array([2.0 if u is None else u for u in cutoffs.upper])
    scores = judged.scores
    sure = (judged.firm >= upper).any(axis=1)
    grounds = scores[:, : len(upper)]
    doubtful = (scores[:, -1] >= cutoffs.doubtful) | (grounds >= np.array(cutoffs.lower)).any(axis=1)
    danger = scores[:, len(upper)] >= np.array(cutoffs.doubtful_crisis)[answering.astype(np.intp)]
    return np.asarray((doubtful & ~sure) | danger)
