"""Column names: English, Japanese, and those that the user names."""

import pytest

from classifier.errors import InputError
from classifier.headers import ALIASES, ReadOptions, heading
from classifier.readers import read_replies
from classifier.replies import Rejected, Reply


def read(path, **options):
    items = list(read_replies([path], options=ReadOptions(**options)))
    return [i for i in items if isinstance(i, Reply)], [i for i in items if isinstance(i, Rejected)]


def written(tmp_path, content, name="replies.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


ALL_ALIASES = [(column, alias) for column, aliases in ALIASES.items() for alias in aliases]


@pytest.mark.parametrize(("column", "alias"), ALL_ALIASES, ids=[f"{c}-{a}" for c, a in ALL_ALIASES])
def test_headers_have_japanese_and_english_names(tmp_path, column, alias):
    value = "quote" if column == "kind" else "https://example.com/a" if column == "urls" else "12"
    header = [alias] if column == "text" else [alias, "text"]
    path = written(tmp_path, ",".join(header) + "\n" + ",".join([value, "x"][: len(header)]) + "\n")
    expected = (value,) if column == "urls" else value
    assert getattr(read(path)[0][0], column) == expected


@pytest.mark.parametrize("header", ["TEXT", " Text ", "ｔｅｘｔ", "te_xt", "本 文", "\ufeff本文", "ﾃｷｽﾄ"])
def test_headers_ignore_case_width_spaces_and_underscores(tmp_path, header):
    assert read(written(tmp_path, f"{header},note\nこんにちは,1\n"))[0][0].text == "こんにちは"


def test_columns_option_names_other_headers(tmp_path):
    path = written(tmp_path, "番号,コメント,text\n12,ありがとう,別の列\n")
    (reply,), _ = read(path, columns={"text": "コメント", "id": "番号"})
    assert (reply.id, reply.text, reply.extra) == ("12", "ありがとう", (("text", "別の列"),))


def test_a_column_named_for_one_file_is_taken_there_alone(tmp_path):
    path = written(tmp_path, "番号,コメント,text\n12,ありがとう,別の列\n")
    for columns, text in (({f"{path.name}:text": "コメント"}, "ありがとう"), ({"other.csv:text": "コメント"}, "別の列"), ({"text": "text", f"{path.name}:text": "コメント"}, "ありがとう")):
        assert read(path, columns=columns)[0][0].text == text


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"txt": "本文"}, r"'txt'.*id, text, parent_text.*番号, 本文"),
        ({"text": "無い列"}, r"'無い列'.*番号, 本文"),
    ],
    ids=["our-column", "their-header"],
)
def test_columns_option_unknown_is_an_error_that_lists_the_known(tmp_path, columns, message):
    with pytest.raises(InputError, match=message):
        read(written(tmp_path, "番号,本文\n1,あ\n"), columns=columns)


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        ([["text", "memo"], ["あ", "い"], ["id", "text", "url"]], 0),
        ([["text", "memo"], ["id", "返信", "x"]], 0),
        ([["text"], ["id", "text"]], 1),
        ([["題"], ["id", "text"], ["1", "返信", "あ"]], 1),
        ([["題"], ["text"], ["id", "text"]], 2),
        ([["題"], ["題", "部"], ["番号", "本文", "備考"]], 2),
        ([["題", "部"], ["No", "text"]], 0),
        ([["題"], ["1", "返信", "あ"]], 0),
        ([["甲"], ["乙"]], 0),
    ],
    ids=["replies-between", "kind-below", "title-named-like-a-heading", "below-a-title", "as-narrow-as-the-title", "widest", "as-wide-a-title", "number", "none"],
)
def test_heading_is_the_first_row_or_a_wider_one_below_titles(rows, row):
    found = heading([(number + 7, cells) for number, cells in enumerate(rows)], ReadOptions())
    assert (found.row, found.titles, list(found.columns.header)) == (row + 7, row, rows[row])


@pytest.mark.parametrize(
    ("upper", "lower", "names", "places"),
    [
        pytest.param(["元の投稿", "", "返信", "", "", ""], ["ID", "本文", "ID", "本文", "日時", "備考"], ["元の投稿ID", "元の投稿本文", "返信ID", "返信本文", "日時", "備考"], {"id": 2, "text": 3, "parent_text": 1, "parent_id": 0, "created_at": 4}, id="names-twice"),
        pytest.param(["返信", "", "", "元の投稿", ""], ["ID", "本文", "日時", "ID", "本文"], ["返信ID", "返信本文", "日時", "元の投稿ID", "元の投稿本文"], {"id": 0, "text": 1, "parent_text": 4, "parent_id": 3, "created_at": 2}, id="reply-first"),
        pytest.param(["返信ID", "本文", "投稿日時", "投稿者", ""], ["", "", "", "名前", "アカウント"], ["返信ID", "本文", "投稿日時", "名前", "アカウント"], {"id": 0, "text": 1, "author_name": 3, "author_handle": 4, "created_at": 2}, id="one-group"),
        pytest.param(["元の投稿", "返信", "", "担当"], ["", "ID", "本文"], ["元の投稿", "返信ID", "返信本文", "担当"], {"id": 1, "text": 2, "parent_text": 0}, id="over-both-rows"),
        pytest.param(["返信", "", "投稿者", ""], ["ID", "本文", "名前", "ID"], ["返信ID", "返信本文", "名前", "投稿者ID"], {"id": 0, "text": 1, "author_name": 2}, id="an-unknown-group"),
    ],
)
@pytest.mark.parametrize("titles", [[], [["返信一覧"]], [["返信一覧", "10月"], ["社外秘"]]], ids=["none", "one", "two"])
def test_headings_in_two_rows_are_taken_together(titles, upper, lower, names, places):
    rows = [*titles, upper, lower, ["1", "一", "2", "返信", "名前", "x"]]
    found = heading(list(enumerate(rows)), ReadOptions())
    assert (found.row, list(found.columns.header), dict(found.columns.places)) == (len(titles) + 1, names, places)


def test_heading_of_no_rows_is_empty():
    assert heading([], ReadOptions()).columns.header == ()
