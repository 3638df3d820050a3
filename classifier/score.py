"""The batch run: every reply of an export to a decision, in chunks, with memory that does not grow with the file."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from classifier.carried import left_out
from classifier.decide import Result
from classifier.decided import keep_sources, would_be_lost
from classifier.errors import InputError, OutputError
from classifier.headers import DANGER_CHECK, DECISION, ReadOptions
from classifier.messages import say
from classifier.readers import OwnPosts, read_posts, read_replies, readable_twice
from classifier.rejects import RejectedFile
from classifier.replies import COLUMNS, Rejected, Reply, chunks, letters_lost
from classifier.results import open_writer
from classifier.scorer import Scorer
from classifier.survey import author_and_text, named_apart, survey
from classifier.tables import PostIds
from classifier.whole import regular
from classifier.workbook import TOLD_ANEW

_SELDOM = 50_000  # new objects, after which the collector looks


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
    bad_posts: int = 0  # rows of these files that are none
    first_bad_post: str = ""  # where the first of them stands, and why
    joined: int = 0  # replies that found one of the posts by an id
    post_ids: PostIds = field(default_factory=PostIds)  # of the replies without their post
    unnumbered: int = 0  # replies without an id
    first_unnumbered: str = ""  # where the first of them stands
    again: int = 0  # replies whose id came in before
    decided: int = 0  # replies on which people have decided already
    lost: int = 0  # replies of which little but question marks is left
    sheets: set[str] = field(default_factory=set)  # of workbooks of which several were read, all but the main ones
    headings: dict[tuple[str, str], None] = field(default_factory=dict)  # our columns with what headed them in tables, in order
    unused: dict[str, None] = field(default_factory=dict)  # other headings there under which something stands, in order
    unread: list[Rejected] = field(default_factory=list)  # sheets
    rejects: Path | None = None

    def count(self, results: Sequence[Result]) -> None:
        """Add the results of a chunk."""
        self.replies += len(results)
        self.with_vectors += sum(r.full for r in results)
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
        for reply in (r.reply for r in results if not r.reply.parent_text):
            self.post_ids.add(reply)
        self.decided += sum(any(name in (DECISION, DANGER_CHECK) and value for name, value in r.reply.extra) for r in results if r.reply.extra)
        self.lost += sum("??" in r.reply.text and letters_lost(r.reply.text) for r in results)
        seen = None
        for reply in (r.reply for r in results if r.reply.headings):
            if reply.headings is not seen:  # one tuple for all rows of a table, but for two where some name the post by its id
                self.headings.update(dict.fromkeys(seen := reply.headings))
            if reply.id == (where := f"{reply.place}:{reply.row}"):
                self.unnumbered += 1
                self.first_unnumbered = self.first_unnumbered or where
            left = left_out(tuple(name for name, _ in reply.extra), TOLD_ANEW) if reply.extra else ()
            self.unused.update((name, None) for name, value in reply.extra if value and name not in COLUMNS and name not in left)
        self.sheets.update({r.reply.place for r in results if r.reply.sheet})
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
    with readable_twice(sources) as files:
        _keep_input_safe([*files, *posts], output)
        seen = survey(files, options)
        named = read_posts(posts, options) if posts else OwnPosts({})
        own, run.posts, run.bad_posts, run.first_bad_post = {**seen.posts, **named.texts}, len(named.texts), named.rejected, named.first
        scorer.start()
        started = perf_counter()
        with _seldom_collected(), open_writer(output, policy=scorer.policy, version=version) as writer, RejectedFile(output) as rejects:
            for chunk in chunks(named_apart(seen.items if seen.items is not None else read_replies(files, options=options), seen, rejects, run.unread)):
                joined = [_with_parent(r, own) for r in chunk]
                run.joined += sum(a is not b for a, b in zip(joined, chunk, strict=True))
                results = scorer(joined, [seen.repeated.get(author_and_text(r), 1) for r in chunk])
                writer.write(results)
                run.count(results)
                progress(run.replies, seen.total)
            if not run.replies:
                raise InputError(say("score.no_replies", files=", ".join(map(str, sources)), rejected=rejects.count, first=rejects.first))
        run.seconds = perf_counter() - started
    run.again = seen.again
    run.rejected, run.rejects, run.replaced = rejects.count, rejects.path, writer.replaced
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
        gc.unfreeze()


def _keep_input_safe(sources: Sequence[str | Path], output: Path) -> None:
    """Refuse to write over what is no regular file, a file that is read, results in which people have decided or changed something, or a file that is no result of ours, also where the rejected rows go."""
    regular(output)
    rejects = RejectedFile(output)
    keep_sources(sources, (output, rejects.target))
    if lost := would_be_lost(output):
        raise OutputError(say(f"score.lost_{lost.what}", file=output, found=lost.found))
    rejects.check()


def _with_parent(reply: Reply, posts: dict[str, str]) -> Reply:
    if reply.parent_text or not posts:
        return reply
    text = posts.get(reply.parent_id or "") or posts.get(reply.conversation_id or "")
    return reply._replace(parent_text=text) if text and reply.kind != "own" else reply
