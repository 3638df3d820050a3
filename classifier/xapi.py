"""X API v2 objects to replies: pages, stream lines and single posts, flattened as twarc does or not.

Fields as in the X API v2 data dictionary (docs.x.com, "Post object" and "Expansions").
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from classifier.cells import as_text
from classifier.messages import say
from classifier.replies import Rejected, Reply

_POST_FIELDS: tuple[tuple[str, type], ...] = (
    ("edit_history_tweet_ids", list),
    ("referenced_tweets", list),
    ("public_metrics", dict),
    ("entities", dict),
    ("author", dict),
    ("attachments", dict),
    ("note_tweet", dict),
    ("__twarc", dict),
)

Object = dict[str, object]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object was found, and whose account's export it is."""

    file: str
    row: int
    account: str


@dataclass(slots=True)
class Page:
    """The users and posts that a page holds, by id."""

    users: dict[str, Object] = field(default_factory=dict)
    posts: dict[str, Object] = field(default_factory=dict)
    versions: dict[str, Object] = field(default_factory=dict)  # by the id of any version of an edited post

    def add_posts(self, posts: Iterable[Object]) -> None:
        """Add posts, and the posts and users that flattened ones hold inside."""
        for post in posts:
            self.users.update(by_id(_objects([post.get("author"), post.get("in_reply_to_user")])))
            if not _words(post):
                continue
            self.posts.setdefault(as_text(post.get("id")), post)
            for version in _list(post.get("edit_history_tweet_ids")):
                self.versions.setdefault(as_text(version), post)
            for inner in _objects(post.get("referenced_tweets")):
                if _words(inner):
                    self.posts.setdefault(as_text(inner.get("id")), inner)
                    self.users.update(by_id(_objects([inner.get("author")])))

    def post(self, ident: str) -> Object | None:
        """Return a post by its id or the id of another of its versions."""
        return self.posts.get(ident) or self.versions.get(ident)


def kind_of(value: Object) -> str:
    """Return what an object is: post, page, error, user, compliance or other (a row with columns of its own)."""
    if "text" in value or "note_tweet" in value:
        return "post" if any(isinstance(value.get(name), kind) for name, kind in _POST_FIELDS) else "other"
    if isinstance(value.get("data"), list | dict) or isinstance(value.get("includes"), dict):
        return "page"
    if isinstance(value.get("meta"), dict) or isinstance(value.get("errors"), list):
        return "page"
    if "title" in value and "detail" in value:
        return "error"
    if "action" in value and ("id" in value or "user" in value or "tweet" in value):
        return "compliance"
    if ("username" in value or "screen_name" in value) and "id" in value:
        return "user"
    return "other"


def page_items(page: Object, place: Place) -> Iterator[Reply | tuple[str, Rejected]]:
    """Yield the replies of a page in its order; for what is no post, what it is and the rejected row."""
    data = page.get("data")
    found = _objects(data if isinstance(data, list) else [data])
    includes = page.get("includes")
    included = includes if isinstance(includes, dict) else {}
    known = Page(users=by_id(_objects(included.get("users"))))
    known.add_posts(_objects(included.get("tweets")))
    known.add_posts(found)
    for item in found:
        kind = kind_of(item)
        if kind in ("other", "post"):
            reply = post_reply(item, known, place)
            yield reply if isinstance(reply, Reply) else ("post", reply)
        else:
            yield kind, no_post(item, kind, place)
    for error in _objects(page.get("errors")):
        yield "error", no_post(error, "error", place)


def single_item(value: Object, kind: str, place: Place) -> Reply | tuple[str, Rejected]:
    """Return the reply that a single object (no page) is; for what is no post, what it is and the rejected row."""
    if kind != "post":
        return kind, no_post(value, kind, place)
    known = Page()
    known.add_posts([value])
    reply = post_reply(value, known, place)
    return reply if isinstance(reply, Reply) else (kind, reply)


def post_reply(post: Object, known: Page, place: Place) -> Reply | Rejected:
    """Return the reply that a post is, with what `known` tells of its author, its parent and what it refers to."""
    ident, text = _text(post.get("id")), _words(post)
    if not text.strip():
        return Rejected(place.file, place.row, say("reject.no_text"), _raw(post))
    links = _links(post)
    references: dict[str, str] = {}
    for reference in _objects(post.get("referenced_tweets")):
        references.setdefault(_text(reference.get("type")), _text(reference.get("id")))
    author = _author(post, known)
    handle = _handle(author)
    account = place.account.lstrip("@").casefold()
    conversation = _text(post.get("conversation_id"))
    is_root = conversation in (ident, *map(as_text, _list(post.get("edit_history_tweet_ids"))))
    root = known.post(conversation) if conversation and not is_root else None
    if root and _handle(_author(root, known)) not in ("", account):
        root = None  # a conversation under another user's post: no post of the account to judge against
    answered = known.post(references.get("replied_to", ""))
    if answered is root or (answered and account and _handle(_author(answered, known)) == account):
        answered = None  # no other user's post
    if "retweeted" in references:
        kind = "repost"
        if original := known.post(references["retweeted"]):
            text, links = _words(original), tuple(dict.fromkeys(_links(original) + links))
    elif "replied_to" in references:
        kind = "reply"
    elif "quoted" in references:
        kind = "quote"
    else:
        kind = "reply" if conversation and not is_root else "post"
    return Reply(
        id=ident or f"{place.file}:{place.row}",
        text=text,
        parent_text=_words(root) or None if root else None,
        parent_id=conversation if conversation and not is_root else None,
        reply_to_text=_words(answered) or None if answered else None,
        conversation_id=conversation or None,
        author_name=_text(author.get("name")) or None,
        author_handle=_text(author.get("username")).lstrip("@") or None,
        created_at=_text(post.get("created_at")) or None,
        urls=links,
        kind="own" if handle and handle == account else kind,
        file=place.file,
        row=place.row,
    )


def _author(post: Object, known: Page) -> Object:
    user = known.users.get(_text(post.get("author_id"))) or {}
    return next(iter(_objects([post.get("author")])), user)


def _handle(author: Object) -> str:
    return _text(author.get("username")).lstrip("@").casefold()


def no_post(value: Object, kind: str, place: Place) -> Rejected:
    """Return the rejected row of an object that is no post, with the API's own words where it has some."""
    if kind == "error":
        words = ": ".join(filter(None, (_text(value.get("title")), _text(value.get("detail") or value.get("message")))))
        reason = say("reject.api_error", words=words or "-")
    else:
        reason = say(f"reject.{kind}" if kind in ("user", "compliance") else "reject.no_post")
    return Rejected(place.file, place.row, reason, _raw(value))


def by_id(values: Iterable[Object]) -> dict[str, Object]:
    """Return objects by their id as text."""
    return {as_text(value.get("id")): value for value in values}


def _words(post: Object) -> str:
    """Return a post's whole text: that of the long form where there is one."""
    note = post.get("note_tweet")
    return (_text(note.get("text")) if isinstance(note, dict) else "") or _text(post.get("text"))


def _links(post: Object) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for holder in (post.get("note_tweet"), post):
        entities = holder.get("entities") if isinstance(holder, dict) else None
        for url in _objects(entities.get("urls") if isinstance(entities, dict) else None):
            if link := _text(url.get("unwound_url")) or _text(url.get("expanded_url")) or _text(url.get("url")):
                found[link] = None
    return tuple(found)


def _text(value: object) -> str:
    return as_text(value) if isinstance(value, str | int | float) else ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _objects(value: object) -> list[Object]:
    return [item for item in _list(value) if isinstance(item, dict)]


def _raw(value: object) -> str:
    return as_text(json.dumps(value, ensure_ascii=False))[:100_000]
