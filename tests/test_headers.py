"""Column names: English, Japanese, and those that the user names."""

import openpyxl
import pytest
from exports import read, table, written

from classifier.errors import InputError
from classifier.headers import ALIASES, ReadOptions, heading
from classifier.readers import read_posts

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


IN_TWO_ROWS = pytest.mark.parametrize(
    "rows",
    [
        "元の投稿,,返信,,,\nID,本文,ID,本文,日時,アカウント\n1,お知らせ,2,一,2025,a",
        "元の投稿,,リプライ,\nID,本文,ID,本文\n1,お知らせ,2,一",
        "返信,,,元の投稿,\nID,本文,日時,ID,本文\n2,一,2025,1,お知らせ",
        "返信ID,本文,投稿日時,投稿者,\n,,,名前,アカウント\n2,一,2025,甲,a",
        "元の投稿,返信,,\n,ID,本文,日時\nお知らせ,2,一,2025",
        "返信,,,投稿者,\n番号,本文,日時,表示名,ユーザー名\n1,一,2025,山田,yamada",
        "返信,10月分,,\n番号,本文,日時,表示名\n1,一,2025,山田",
        "ポストID,本文,投稿日時,投稿者名,ユーザー名\nid,text,created_at,author.name,author.username\n1,一,2025,甲,a",
    ],
    ids=["names-twice", "names-alone", "reply-first", "one-group", "over-both-rows", "numbers-under-replies", "a-title-of-two-cells", "japanese-above-english"],
)


@IN_TWO_ROWS
def test_headings_in_two_rows_are_an_error_that_names_both(tmp_path, rows):
    with pytest.raises(InputError, match=r"two rows \(1 and 2\)"):
        read(written(tmp_path, rows))


@IN_TWO_ROWS
@pytest.mark.parametrize("titles", ["返信一覧\n", "返信一覧\n社外秘\n"], ids=["one", "two"])
def test_headings_in_two_rows_below_titles_are_read_rightly_or_not_at_all(tmp_path, titles, rows):
    path = written(tmp_path, titles + rows)
    try:
        texts = [r.text for r in read(path)[0]]
    except InputError as error:
        assert "two rows" in str(error) or "two columns" in str(error)
    else:
        assert texts == ["一"]


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ("ID,日時,本文,ユーザー名,ポストURL,画像URL\n1,2025,,yamada,リンク,リンク\n2,2025,二,sato,リンク,\n", ["二"]),
        ("ID,本文,種別,リンク\n1,一,テキスト,リンク\n2,二,返信,\n", ["一", "二"]),
        ("元の投稿,,,,対応\nID,投稿内容,日時,本文,担当\n9,お知らせ,2025,一,山本\n", ["一"]),
    ],
    ids=["a-picture-with-labels", "words-that-are-headings-too", "a-group-over-some"],
)
def test_a_reply_below_the_headings_is_not_taken_for_headings(tmp_path, content, texts):
    assert [r.text for r in read(written(tmp_path, content))[0]] == texts


def test_two_columns_with_the_header_of_the_text_are_an_error(tmp_path):
    with pytest.raises(InputError, match="two columns have the header '本文'"):
        read(written(tmp_path, "ID,本文,返信ID,本文\n1,お知らせ,2,一\n"))


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("本文,返信", "'本文'.* 返信"),
        ("本文,返信本文", "'本文'.* 返信本文"),
        ("本文,返信コメント", "'本文'.* 返信コメント"),
        ("内容,コメント", "'内容'.* コメント"),
        ("内容,返信文", "'内容'.* 返信文"),
        ("テキスト,返信本文（全文）", "'テキスト'.* 返信本文（全文）"),
        ("text,reply", "'text'.* reply"),
        ("ポスト本文,リプライ", "'(ポスト本文|リプライ)'.* (ポスト本文|リプライ)"),
        ("元の投稿,投稿本文,返信の内容", "'投稿本文'.* 返信の内容"),
        ("投稿本文,内容,返信の内容", "'投稿本文'.* 返信の内容"),
        ("返信本文,返信の内容", "'返信本文'.* 返信の内容"),
        ("返信内容,返信本文（全文）", "'返信内容'.* 返信本文（全文）"),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".jsonl"])
def test_two_headings_that_may_be_of_the_text_are_an_error_that_names_both(tmp_path, header, named, suffix):
    names = header.split(",")
    path = table(tmp_path / f"replies{suffix}", names, ["お知らせ", *[f"返信 {n}" for n in range(1, len(names))]])
    with pytest.raises(InputError, match=rf"replies.*: the text may stand under {named}.*--column \"text="):
        read(path)
    assert read(path, columns={"text": names[-1]})[0][0].text == f"返信 {len(names) - 1}"
    assert read(path, columns={"text": names[0]})[0][0].text == "お知らせ"


@pytest.mark.parametrize("header", ["投稿本文,返信の内容", "投稿内容,返信の内容", "ツイート本文,リプライ内容", "ポスト本文,返信本文", "投稿本文,reply text"])
def test_a_heading_of_posts_beside_one_of_replies_is_that_of_the_post_above(tmp_path, header):
    path = written(tmp_path, f"ツイートID,返信ID,{header}\n1,2,お知らせ,返信です\n")
    (reply,), _ = read(path)
    assert (reply.id, reply.text, reply.parent_text) == ("2", "返信です", "お知らせ")
    assert read(path, columns={"text": header.split(",")[0]})[0][0].text == "お知らせ"
    with pytest.raises(InputError, match="the text may stand under"):
        read_posts([written(tmp_path, "id,投稿本文,返信の内容\n1,お知らせ,返信です\n", "posts.csv")])


@pytest.mark.parametrize(
    "header",
    ["text,返信数", "本文,返信先", "本文,返信日時", "本文,返信案", "本文,返信の要否", "text,in_reply_to_user_id", "text,reply_count", "text,コメント", "返信本文,コメント", "返信本文,返信", "返信内容,内容", "本文,投稿内容"],
)
def test_a_heading_that_is_not_of_replies_leaves_the_text_where_it_stood(tmp_path, header):
    assert read(written(tmp_path, f"{header}\n返信です,1\n"))[0][0].text == "返信です"


def test_a_sheet_with_two_headings_of_the_text_is_not_passed_over(tmp_path):
    book = openpyxl.Workbook()
    for name, rows in (("返信", [["本文", "返信"], ["お知らせ", "一"]]), ("投稿", [["投稿本文"], ["お知らせ"]])):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match=r"a\.xlsx \[返信\]: the text may stand under '本文'.* 返信"):
        read(tmp_path / "a.xlsx")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_headings_below_a_title_are_named_where_none_is_of_the_text(tmp_path, suffix):
    path = table(tmp_path / f"a{suffix}", ["6月分の一覧", "", ""], ["", "", ""], ["番号", "ご意見", "受付日"], ["1", "電波が弱い", "6月1日"])
    with pytest.raises(InputError, match=r"no column with the text .*headings: 番号, ご意見, 受付日$"):
        read(path)
    with pytest.raises(InputError, match=r"'ご意見欄'.*headers: 番号, ご意見, 受付日"):
        read(path, columns={"text": "ご意見欄"})
    assert read(path, columns={"text": "ご意見"})[0][0].text == "電波が弱い"


def test_heading_of_no_rows_is_empty():
    assert heading([], ReadOptions()).columns.header == ()
