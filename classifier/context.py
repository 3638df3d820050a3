"""A reply in its surroundings: against the account's post, its author, its links, and its like within the run."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from classifier.alignment import Alignment, align_all, post_text
from classifier.links import links
from classifier.normalize import Normalized, normalize, normalize_all
from classifier.replies import Reply
from classifier.views import views_of

_OFFICIAL_MARK = re.compile(r"公式|official|認証済|✅|☑|🏛|事務局|サポート(?:センター|窓口|係|デスク)?|support|お客[様さ]ま?(?:センター|係|相談|サポート)|運営|広報|窓口|ヘルプデスク|help ?desk|カスタマー|センター|本部|担当")
_BODY = re.compile(
    r"総務省|総務大臣|mic[_ ]?ict|ministry|soumu|デジタル庁|内閣|首相官邸|政府|警察|警視庁|検察|裁判所|国税|税務署|年金機構|厚労省|厚生労働省|経産省|金融庁|消費者庁|消費生活|国民生活センター|総合通信|市役所|県庁|区役所|役場"
    r"|nhk|日本放送協会|docomo|ドコモ|softbank|ソフトバンク|kddi|(?<![a-z])au(?![a-z])|楽天|rakuten|ntt|ワイモバイル|ymobile|uq|povo|ahamo|linemo|日本郵便|郵便局|ゆうちょ|銀行|bank|カード会社|amazon|アマゾン|apple|google|line|paypay|メルカリ|ヤマト|佐川|マイナポ|マイナンバー"
)
_HANDLE_MARK = re.compile(r"official|support|help|info|gov|go_?jp|soumu|mic_|_mic|ict|nhk|docomo|softbank|kddi|rakuten|bank|center|_jp$", re.I)
ACCOUNT_NAMES = ("総務省ictツイート", "総務省ict", "総務省")


@dataclass(frozen=True)
class Author:
    """What the author's name and handle look like; all False where they are not known."""

    known: bool = False
    mark: bool = False  # the name carries an official mark (公式, 事務局, サポート)
    body: bool = False  # the name holds the name of a public body or firm
    both: bool = False
    handle_mark: bool = False  # the handle looks like that of an office
    look_alike: bool = False  # name or handle nearly that of the account itself


_UNKNOWN = Author()


class Observed(NamedTuple):
    """One reply with all that rules and features look at."""

    reply: Reply
    normalized: Normalized
    links: tuple[str, ...]  # the classes of its links
    author: Author
    alignment: Alignment  # against the parent; empty without one
    views: tuple[str, ...]  # other readings of the text: downwards, backwards, Latin letters as kana; mostly none
    repeats: int = 1  # how often this text came in within the run from this author

    @property
    def text(self) -> str:
        """The normalized text."""
        return self.normalized.text

    @property
    def judged_against_parent(self) -> bool:
        """Tell whether there is a parent to judge against; without one off_topic and alteration are not judged."""
        return bool(self.reply.parent_text and self.reply.parent_text.strip())


def post_of(reply: Reply) -> str | None:
    """Return the normalized text of the post that a reply answers, None where it is not known."""
    return post_text(reply.parent_text) if reply.parent_text and reply.parent_text.strip() else None


def observe(replies: Sequence[Reply], *, account: str = "MIC_ICT", repeats: Sequence[int] = ()) -> list[Observed]:
    """Return the replies with their surroundings, in order; `repeats` counts how often each text came in from its author (1 where not given)."""
    normalized = normalize_all([r.text for r in replies], [r.urls for r in replies])
    found = [links(r.text, r.urls) if r.urls or "." in r.text or "．" in r.text else () for r in replies]
    aligned = align_all([n.text for n in normalized], [r.parent_text for r in replies], found)
    return [
        Observed(r, n, classes, look_at_author(r.author_name or "", r.author_handle or "", account) if r.author_name or r.author_handle else _UNKNOWN, alignment, other, times)
        for r, n, classes, alignment, other, times in zip(replies, normalized, found, aligned, views_of(normalized), repeats or [1] * len(replies), strict=True)
    ]


@lru_cache(maxsize=65536)
def look_at_author(name: str, handle: str, account: str) -> Author:
    """Return what a display name and a handle (without @) look like, beside the official account's."""
    plain = normalize(name).text
    mark, body = bool(_OFFICIAL_MARK.search(plain)), bool(_BODY.search(plain))
    handle = handle.lstrip("@").lower()
    own = account.lower()
    near_handle = handle != own and bool(handle) and fuzz.ratio(_flat(handle), _flat(own)) >= 80
    near_name = handle != own and any(fuzz.ratio(plain.replace(" ", ""), n) >= 85 for n in ACCOUNT_NAMES)
    return Author(True, mark, body, mark and body, bool(_HANDLE_MARK.search(handle)), near_handle or near_name)


def _flat(handle: str) -> str:
    """Return a handle with characters of like look made one."""
    return handle.translate(str.maketrans("10l5", "iois")).replace("_", "").replace("rn", "m")
