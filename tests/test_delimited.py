"""CSV and TSV: encodings, delimiters, and bad rows that cost only themselves."""

import csv

import pytest
from exports import read, written

from classifier.errors import InputError
from classifier.readers import read_replies

ID = "1577318900085186562"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be", "euc_jp"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"], ids=["comma", "tab", "semicolon"])
def test_read_csv_recognizes_encoding_and_delimiter(tmp_path, encoding, delimiter):
    rows = [["ポストID", "本文", "備考"], [ID, "ひらがなと漢字、\nカタカナ;,\tの文です", "メモ"]]
    path = tmp_path / "replies.csv"
    with path.open("w", encoding=encoding, newline="") as handle:
        csv.writer(handle, delimiter=delimiter).writerows(rows)
    replies, rejected = read(path)
    assert rejected == []
    assert [(r.id, r.text, r.extra, r.row, r.file) for r in replies] == [
        (ID, rows[1][1], (("備考", "メモ"),), 2, "replies.csv")
    ]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_read_csv_knows_utf_16_by_the_ends_of_its_lines(tmp_path, encoding):
    path = written(tmp_path, "上の本文,id\n電波が弱いです,1\n", encoding=encoding)  # 上 holds the byte of a line end
    assert [r.text for r in read(path, columns={"text": "上の本文"})[0]] == ["電波が弱いです"]


def test_read_csv_recognizes_iso_2022_jp(tmp_path):
    path = written(tmp_path, "本文\r\n総務省の返信\r\n", encoding="iso2022_jp")
    assert read(path)[0][0].text == "総務省の返信"


@pytest.mark.parametrize("content", ["番号,コメント\n1,あ\n", "1577318900085186562,税金の無駄だと思います\n2,次\n"])
def test_read_csv_without_text_column_shows_its_headers(tmp_path, content):
    with pytest.raises(InputError, match=r"--column text=.*" + content.split(",")[1].split("\n")[0]):
        read(written(tmp_path, content))


def test_read_csv_without_rows_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no rows"):
        read(written(tmp_path, "id,text\n\n"))


def test_read_csv_names_replies_without_id_by_file_and_row(tmp_path):
    replies, _ = read(written(tmp_path, 'text,id\n"a\nb",\nc,\n'))
    assert [(r.id, r.row) for r in replies] == [("replies.csv:2", 2), ("replies.csv:4", 4)]


@pytest.mark.parametrize(
    ("content", "ids", "rejected"),
    [
        ('id,text\n1,ok\n2,"open\n3,next\n4,last\n', "134", [(3, "quotation")]),
        ('id,text\n1,"open\n2,"closed, well"\n3,next\n', "23", [(2, "quotation")]),
        ('"id","text"\n"1","open\n"2","two"\n"3","three"\n', "23", [(2, "quotation")]),
        ('id,text\n1,"say "hi" now"\n2,two\n', "2", [(2, "quotation")]),
        ('id,text\n1,ok\n2,"open', "1", [(3, "quotation")]),
        ("id,text\n1,ok\n2\n3,a,b\n4,ok,,\n", "14", [(3, "1 cells"), (4, "3 cells")]),
        ("id,text\n1,\n2,   \n3,ok\n", "3", [(2, "no text"), (3, "no text")]),
        ("id,text\n\n1,ok\n,\n  , \n2,ok\n", "12", []),
        ("\n\nid,text\n1,ok\n", "1", []),
        ("sep=;\nid;text\n1;a,b\n", "1", []),
        ("id,text\r1,ok\r2,ok\r", "12", []),
    ],
    ids=[
        *("unclosed", "unclosed-then-quoted", "all-quoted", "quote-inside", "unclosed-at-end", "cell-count"),
        *("no-text", "blank-lines", "blank-before-header", "sep-line", "old-mac"),
    ],
)
def test_read_csv_bad_rows_cost_only_themselves(tmp_path, content, ids, rejected):
    replies, bad = read(written(tmp_path, content))
    assert "".join(r.id for r in replies) == ids
    assert [b.row for b in bad] == [row for row, _ in rejected]
    assert all(word in b.reason for b, (_, word) in zip(bad, rejected, strict=True))
    assert all(b.raw for b in bad if b.reason != "no text")


def test_read_csv_quote_that_swallows_whole_rows_is_rejected(tmp_path):
    content = (
        'id,text\n1577318900085186562,"open\n1577318900085186563,two\n1577318900085186564,"\n1577318900085186565,x\n'
    )
    replies, bad = read(written(tmp_path, content))
    assert [r.id[-1] for r in replies] == ["3", "5"]
    assert [b.row for b in bad] == [2, 4]


def test_read_csv_many_unclosed_quotes_stay_linear(tmp_path):
    content = "id,text\n" + "".join(f'{n},"open\n' for n in range(20_000)) + "x,fine\n"
    replies, bad = read(written(tmp_path, content))
    assert len(bad) == 20_000
    assert [r.text for r in replies] == ["fine"]


@pytest.mark.parametrize(
    ("encoding", "junk"),
    [
        ("utf-8", b"\xff\xfe"),
        ("utf-8", "日本".encode("cp932")),
        ("utf-8-sig", b"\x80"),
        ("cp932", b"\xfd\xff"),
        ("cp932", b"\x81"),
    ],
    ids=["utf-8", "cp932-row-in-utf-8", "bom", "cp932", "cp932-half-character"],
)
def test_read_csv_undecodable_bytes_reject_only_their_row(tmp_path, encoding, junk):
    before, after = "id,text\n1,総務省のお知らせ、助かります\n2,", ",\n3,次の行も読めます\n"
    content = before.encode(encoding) + junk + after.removeprefix(",").encode(encoding.removesuffix("-sig"))
    replies, bad = read(written(tmp_path, content))
    assert [r.text for r in replies] == ["総務省のお知らせ、助かります", "次の行も読めます"]
    assert [(b.row, "bytes" in b.reason) for b in bad] == [(3, True)]
    assert "\\x" in bad[0].raw


@pytest.mark.parametrize("rows", [2, 20])
def test_read_csv_damaged_utf8_that_cp932_could_read_is_not_misread(tmp_path, rows):
    content = b"id,text\n" + "".join(f"{n},通信\n" for n in range(rows)).encode() + b"x,\x82\xa0\n"
    assert content.decode("cp932")
    replies, bad = read(written(tmp_path, content))
    assert {r.text for r in replies} == {"通信"}
    assert [b.row for b in bad] == [rows + 2]


def test_read_csv_cp932_with_half_width_kana_is_not_misread(tmp_path):
    text = "ﾃｽﾄﾃﾞｽ ﾂﾅｶﾞﾗﾅｲ 電波"
    assert read(written(tmp_path, f"本文\n{text}\n", encoding="cp932"))[0][0].text == text


def test_read_csv_ascii_file_with_bad_bytes_keeps_the_rest(tmp_path):
    replies, bad = read(written(tmp_path, b"id,text\n1,ok\n2,\xff\xfe\n3,fine\n"))
    assert [r.id for r in replies] == ["1", "3"]
    assert [b.row for b in bad] == [3]


def test_read_csv_long_cells_and_nul_stay(tmp_path):
    text = "あ" * 300_000 + "\0" + "終"
    assert read(written(tmp_path, f"text,n\n{text},1\n"))[0][0].text == text


def test_read_csv_single_column_takes_texts_with_any_delimiter(tmp_path):
    replies, bad = read(written(tmp_path, 'text\nこんにちは, 世界; \tそして\n"引用, ""も"""\n'))
    assert [r.text for r in replies] == ["こんにちは, 世界; \tそして", '引用, "も"']
    assert bad == []


def test_read_csv_normalizes_handles_links_and_kinds(tmp_path):
    header = "id,text,author_handle,urls,kind\n"
    rows = (
        "1,a,@taro,https://example.com/1 https://example.com/2,返信\n"
        '2,b,＠mic_ict,"https://example.com/a,b,https://example.com/c",reply\n3,c,,,criticism\n'
    )
    replies, _ = read(written(tmp_path, header + rows))
    assert [r.author_handle for r in replies] == ["taro", "mic_ict", None]
    assert [r.kind for r in replies] == ["reply", "own", "reply"]
    assert replies[0].urls == ("https://example.com/1", "https://example.com/2")
    assert replies[1].urls == ("https://example.com/a,b", "https://example.com/c")
    assert replies[2].extra == (("kind", "criticism"),)
    assert read(written(tmp_path, header + rows), account="@Taro")[0][0].kind == "own"


@pytest.mark.parametrize("delimiter", [",", "\t", ";"], ids=["comma", "tab", "semicolon"])
@pytest.mark.parametrize("padded", [True, False], ids=["saved-by-excel", "bare"])
@pytest.mark.parametrize(
    "titles",
    [[["返信一覧"]], [["返信一覧"], []], [[], ["返信一覧"], ["期間", "10月"], []], [["一行目\n二行目"]], [['"引用"の一覧']], [["一覧; 10月, 11月"]], [["一覧"], ["対象,返信"]], [[str(n)] for n in range(9)]],
    ids=["title", "blank-row", "two-titles", "line-break", "quotes", "delimiters", "delimiter-before-a-heading", "nine"],
)
def test_read_csv_takes_the_headings_below_titles(tmp_path, delimiter, padded, titles):
    rows = [["ポストID", "本文", "備考"], [ID, "返信", "a"], ["", "二,三", "b"]]
    path = tmp_path / "replies.csv"
    with path.open("w", encoding="cp932", newline="") as handle:
        width = 3 if padded else 0
        csv.writer(handle, delimiter=delimiter).writerows([*(title + [""] * (width - len(title)) for title in titles), *rows])
    above = path.read_text(encoding="cp932").split("ポストID")[0].count("\n")
    replies, bad = read(path)
    assert bad == []
    assert [(r.id, r.text, r.extra, r.row) for r in replies] == [
        (ID, "返信", (("備考", "a"),), above + 2),
        (f"replies.csv:{above + 3}", "二,三", (("備考", "b"),), above + 3),
    ]


def test_read_csv_takes_named_headings_below_a_title(tmp_path):
    path = written(tmp_path, 'sep=;\n返信一覧;;\n番号;コメント;担当\n7;"あ\nい";佐藤\n8;う;\n')
    replies, _ = read(path, columns={"text": "コメント", "id": "番号"})
    assert [(r.id, r.text, r.row) for r in replies] == [("7", "あ\nい", 4), ("8", "う", 6)]


@pytest.mark.parametrize(
    "content",
    ["番号,コメント,種別\n1,あ,返信\n", ",コメント,種別\n0,あ,返信\n", "題\n" * 10 + "id,text\n1,あ\n", "題,部,課\nNo,text\n1,あ\n"],
    ids=["kind", "kind-beside-a-number", "eleventh-row", "title-as-wide"],
)
def test_read_csv_takes_a_row_for_headings_only_below_titles(tmp_path, content):
    with pytest.raises(InputError, match="titles stand above the headings, delete those rows"):
        read(written(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "texts"),
    [("text\n返信,ありがとう,id\n次\n", ["返信,ありがとう,id", "次"]), ("備考,本文\nx;text;id;urls,次\n", ["次"])],
    ids=["single-column", "other-delimiter"],
)
def test_read_csv_with_headings_in_the_first_row_takes_no_reply_for_them(tmp_path, content, texts):
    assert [r.text for r in read(written(tmp_path, content))[0]] == texts


def test_read_csv_equal_ids_are_left(tmp_path):
    assert [r.id for r in read(written(tmp_path, "id,text\n1,a\n1,b\n"))[0]] == ["1", "1"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("title", ["返信", "本文"])
def test_a_bare_title_that_could_be_a_heading_is_none_above_headings(tmp_path, title, delimiter):
    path = tmp_path / "a.csv"
    path.write_text("\n".join([title, delimiter.join(["ID", "本文", "日時"]), delimiter.join(["7", "一", "2025"])]) + "\n", encoding="utf-8")
    assert [(r.id, r.text, r.row) for r in read_replies([path])] == [("7", "一", 3)]
