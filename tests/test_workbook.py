"""The workbook: texts stay texts, rows stand in the order of urgency, and the officer finds what to do."""

import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock

from classifier import wording
from classifier import workbook as workbook_module
from classifier.decide import Decision, Reason, Result
from classifier.errors import OutputError
from classifier.evidence import pieces_of
from classifier.messages import use
from classifier.policy import default_policy
from classifier.readers import read_replies
from classifier.replies import Reply
from classifier.results import open_writer
from classifier.sheets import CUT, LIMIT
from classifier.workbook import WorkbookSink

POLICY = default_policy()
SHEETS = ["措置候補", "要確認", "該当なし", "投稿者別", "集計"]
HEADER = [
    *(
        "番号",
        "優先度",
        "措置の根拠",
        "返信本文",
        "根拠となる語",
        "確からしさ",
        "提案する措置",
        "投稿者名",
        "ユーザー名",
    ),
    *(
        "元の投稿",
        "投稿日時",
        "リンク",
        "判定の理由",
        "信号",
        "決定",
        "決定した項目",
        "危機の確認",
        "備考",
        "返信ID",
        "ファイル",
        "行",
    ),
]


def result(reply, action="suggest", *, grounds=(), signals=(), reasons=(), priority=None, model="default", score=0.5):
    if isinstance(reply, str):
        reply = Reply("1", reply, file="replies.csv", row=2)
    urgent = [s for s in signals if s in ("crisis", "threat")]
    rank = POLICY.rank([*grounds, *urgent]) if priority is None else priority
    measures = POLICY.measures(grounds, urgent=bool(urgent))
    scores = tuple(score if ground in grounds else 0.01 for ground in POLICY.ids)
    decision = Decision(action, tuple(grounds), tuple(signals), rank, tuple(reasons), measures)
    return Result(reply, decision, scores, model, "2020-03-02", "0" * 64)


def hit(text, words, ground="defamation", source="defamation.looks"):
    start = text.index(words)
    return Reason(ground, source, None, None, start, start + len(words), words)


def write(path, results):
    with open_writer(path, policy=POLICY, version="1.2.3") as writer:
        writer.write(results[:2])
        writer.write(results[2:])
    return writer.replaced


def table(path, sheet, **options):
    """The rows of a sheet as dicts by header."""
    rows = list(openpyxl.load_workbook(path, **options)[sheet].iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def words_of(path, sheet="集計"):
    cells = (cell for row in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True) for cell in row)
    return "\n".join(str(cell) for cell in cells if cell is not None)


def test_workbook_shows_a_proposal(tmp_path):
    path = tmp_path / "out.xlsx"
    text = "@MIC_ICT お前は寄生虫だ"
    reply = Reply(
        *("1745678901234567890", text, "お知らせ", None, None, None, "たろう", "taro", "2024-01-03T08:15:01.000Z"),
        urls=("https://example.com/a", "https://example.com/b"),
        file="返信.csv",
        row=7,
    )
    reasons = (hit(text, "寄生虫"), Reason("defamation", "model", 0.98765, 0.9101))
    assert (
        write(path, [result(reply, grounds=("defamation",), signals=("repeated",), reasons=reasons, score=0.98765)])
        == 0
    )
    assert openpyxl.load_workbook(path).sheetnames == SHEETS
    (row,) = table(path, "措置候補")
    assert list(row) == HEADER
    assert row == {
        **{"番号": 1, "優先度": "中", "措置の根拠": "誹謗中傷 5(2)", "返信本文": text, "根拠となる語": "寄生虫"},
        **{
            "確からしさ": 98,
            "提案する措置": "非表示",
            "投稿者名": "たろう",
            "ユーザー名": "taro",
            "元の投稿": "お知らせ",
        },
        **{"投稿日時": datetime(2024, 1, 3, 17, 15, 1), "リンク": "https://example.com/a\nhttps://example.com/b"},
        "判定の理由": "誹謗中傷：規則「寄生虫」（defamation.looks）\n"
        "誹謗中傷：モデルの判定（確からしさ 98.7%、基準 91.0% 以上）",
        **{"信号": "同文の繰り返し", "決定": None, "決定した項目": None, "危機の確認": None, "備考": None},
        **{"返信ID": "1745678901234567890", "ファイル": "返信.csv", "行": 7},
    }


def test_of_writers_in_danger_those_stand_first_of_whom_it_is_surest(tmp_path):
    def in_danger(id_, *reasons):
        return result(Reply(id_, f"返信{id_}"), "review", signals=("crisis",), reasons=reasons)

    told = [in_danger("1", Reason("crisis", "model", 0.12, 0.1)), in_danger("2", Reason("crisis", "model", 0.4, 0.1)), in_danger("3", Reason("crisis", "model", 0.2, 0.1), Reason("crisis", "crisis.die")), in_danger("5", Reason("crisis", "model", 0.9, 0.1))]
    write(tmp_path / "out.xlsx", [*told, result(Reply("4", "もう"), "review", grounds=("defamation",))])
    assert [row["返信ID"] for row in table(tmp_path / "out.xlsx", "要確認")] == ["5", "3", "2", "1", "4"]
    assert [row["確からしさ"] for row in table(tmp_path / "out.xlsx", "要確認")] == [90, 20, 40, 12, None]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2024-12-31T15:00:00.999Z", datetime(2025, 1, 1)),
        ("2025-10-01T09:30:00+09:00", datetime(2025, 10, 1, 9, 30)),
        ("2025-10-01T09:30:00", datetime(2025, 10, 1, 9, 30)),
        ("2025/10/1 9:30", datetime(2025, 10, 1, 9, 30)),
        ("2025-10-01 00:30:00 UTC", datetime(2025, 10, 1, 9, 30)),
        ("2025-10-01", datetime(2025, 10, 1)),
        ("2025/5/1", datetime(2025, 5, 1)),
        ("5/1", "5/1"),
        ("2025-13-01 00:30", "2025-13-01 00:30"),
        ("10月1日の朝", "10月1日の朝"),
        ("0001-01-01T00:00:00+09:00", "0001-01-01T00:00:00+09:00"),
        ("令和8年5月1日", datetime(2026, 5, 1)),
        (None, None),
    ],
    ids=["utc", "japan", "no-zone", "by-hand", "utc-in-letters", "day", "day-by-hand", "no-year", "no-month", "words", "out-of-range", "japanese-day", "none"],
)
def test_times_are_dates_in_japanese_time_where_they_tell_their_zone(tmp_path, written, shown):
    write(tmp_path / "out.xlsx", [result(Reply("1", "text", created_at=written))])
    (row,) = table(tmp_path / "out.xlsx", "措置候補")
    assert row["投稿日時"] == shown


@pytest.mark.parametrize(
    ("ident", "action", "signals", "target"),
    [
        pytest.param("1745678901234567890", "suggest", (), "https://x.com/i/web/status/1745678901234567890", id="id-of-x"),
        pytest.param("1745678901234567890#2", "review", (), "https://x.com/i/web/status/1745678901234567890", id="told-apart"),
        pytest.param("1745678901234567890", "keep", ("audit",), "https://x.com/i/web/status/1745678901234567890", id="drawn"),
        pytest.param("1745678901234567890", "keep", (), None, id="kept"),
        pytest.param("返信.csv:7", "suggest", (), None, id="row-number"),
        pytest.param("1745678901234567890/../evil", "suggest", (), None, id="not-only-digits"),
    ],
)
def test_the_number_of_a_reply_opens_it_on_x(tmp_path, ident, action, signals, target):
    path = tmp_path / "out.xlsx"
    write(path, [result(Reply(ident, "https://example.com/ を見て"), action, signals=signals)])
    row = openpyxl.load_workbook(path)[wording.ACTIONS[action]][2]
    assert row[0].value == 1 and row[0].data_type == "n"
    assert (row[0].hyperlink and row[0].hyperlink.target) == target
    assert not any(cell.hyperlink for cell in row[1:])


def test_evidence_is_red_and_bold_where_it_stands(tmp_path):
    path = tmp_path / "out.xlsx"
    text = "\x00😀お前は寄生虫だ\r\n_x000D_ゴミ"
    reasons = (hit(text, "寄生虫"), hit(text, "は寄生"), hit(text, "_x000D"), Reason("a", "b", None, None, 90, 99, "x"))
    assert write(path, [result(text, reasons=reasons)]) == 1
    cell = openpyxl.load_workbook(path, rich_text=True)["措置候補"]["D2"].value
    assert isinstance(cell, CellRichText)
    runs = [(run.text, run.font.b and run.font.color.rgb == "FFC00000") for run in cell if isinstance(run, TextBlock)]
    assert runs == [
        ("\ufffd😀お前", False),
        ("は寄生虫", True),
        ("だ_x000D_\n", False),  # as a file holds U+000D
        ("_x000D", True),  # as openpyxl reads the escaped text _x005F_x000D
        ("_ゴミ", False),
    ]


def test_rows_stand_by_priority_then_in_file_order(tmp_path):
    path = tmp_path / "out.xlsx"
    replies = [Reply(str(n), f"text {n}", row=n) for n in range(6)]
    results = [
        result(replies[0], grounds=("off_topic",)),
        result(replies[1], grounds=("commercial",)),
        result(replies[2], "keep", priority=99),
        result(replies[3], grounds=("public_order",), signals=("threat",)),
        result(replies[4], "keep", priority=0),
        result(replies[5], grounds=("commercial",)),
    ]
    write(path, results)
    assert [(row["番号"], row["返信ID"]) for row in table(path, "措置候補")] == [(1, "3"), (2, "1"), (3, "5"), (4, "0")]
    assert [row["返信ID"] for row in table(path, "該当なし")] == ["2", "4"]
    assert [row["優先度"] for row in table(path, "措置候補")] == ["高", "低", "低", "低"]


def test_writer_in_danger_stands_first_and_is_never_put_forward_for_blocking(tmp_path):
    path = tmp_path / "out.xlsx"
    sad = [Reply(str(n), "もう死にたい", author_handle="sad", author_name="A") for n in range(2)]
    bad = [
        Reply(str(n + 5), f"@MIC_ICT @x  副業{n} で稼げます", author_handle="Bad"[n:] or "d", author_name="B")
        for n in range(1)
    ]
    bad += [Reply("8", "副業" * 40, author_handle="BAD", author_name="B"), Reply("9", "x", author_name="B")]
    results = [result(r, "review", grounds=("commercial",)) for r in bad]
    write(path, results + [result(r, "review", signals=("crisis",)) for r in sad])
    rows = table(path, "要確認")
    assert [row["優先度"] for row in rows] == ["危機", "危機", "低", "低", "低"]
    assert rows[0]["当たる場合の措置"] == "上席・関係機関へ引継ぎ"
    assert rows[0]["確からしさ"] is None  # no ground, so no figure that could play the danger down
    (author,) = table(path, "投稿者別")
    assert (author["アカウント"], author["措置候補の件数"], author["要確認の件数"]) == ("Bad", 0, 2)
    assert author["返信の書き出し"] == f"・副業0 で稼げます\n・{'副業' * 15}…"
    assert author["項目"] == "広告・営利 5(5)"


def test_an_author_with_proposals_who_is_in_danger_is_marked_beside_the_decision_to_block(tmp_path):
    path = tmp_path / "out.xlsx"
    told = [("a", ()), ("a", ()), ("A", ("crisis",)), ("b", ()), ("b", ()), ("c", ()), ("c", ("crisis",)), ("d", ("crisis",)), ("d", ("crisis",))]
    write(path, [result(Reply(str(n), "もう死にたい", author_handle=name), "review", signals=signals) for n, (name, signals) in enumerate(told)])
    rows = table(path, "投稿者別")
    assert [(row["アカウント"], row["要確認の件数"], row["危機の件数"]) for row in rows] == [("a", 2, 1), ("b", 2, None)]
    sheet = openpyxl.load_workbook(path)["投稿者別"]
    place = [cell.value for cell in sheet[1]].index("ブロックの判断")
    assert [sheet[row][place - 1].fill.fgColor.rgb for row in (2, 3)] == ["FFC00000", "00000000"]


def test_authors_are_listed_from_two_proposals_on_the_most_proposed_first(tmp_path):
    path = tmp_path / "out.xlsx"
    names = [*["a"] * 2, *["b"] * 7, "c", *["d"] * 3]
    replies = [Reply(str(n), f"text {n}", author_handle=name) for n, name in enumerate(names)]
    actions = ["review", "suggest", *["suggest"] * 7, "suggest", *["keep"] * 2, "suggest"]
    write(path, [result(r, action, grounds=("other",)) for r, action in zip(replies, actions, strict=True)])
    rows = table(path, "投稿者別")
    assert [(row["アカウント"], row["措置候補の件数"], row["要確認の件数"]) for row in rows] == [
        ("b", 7, 0),
        ("a", 1, 1),
    ]
    assert rows[0]["返信の書き出し"].splitlines()[-1] == "ほか 2 件"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "=1+1",
            "+81",
            "-1",
            "@MIC_ICT",
            "＝1",
            '=HYPERLINK("http://x.example","y")',
            "https://example.com",
            "mailto:a@b.c",
        ),
        *(
            "123",
            "1745678901234567890",
            "1e5",
            "TRUE",
            "<r>x</r>",
            "<r><t>&amp;</t></r>",
            "a\r\nb\rc",
            "\ttab ",
            "'quoted",
        ),
        *(
            "_x000D_",
            "_x000D_x000D_",
            "_x005F_",
            "x005F_",
            "_x005F_x000D_",
            "<r>_x0041_</r>",
            "{=1}",
            "&amp;<b>",
            "😀",
            " a\n",
        ),
    ],
)
@pytest.mark.parametrize("marked", [False, True], ids=["plain", "evidence"])
def test_texts_stay_texts(tmp_path, text, marked):
    path = tmp_path / "out.xlsx"
    reasons = (Reason("defamation", "defamation.looks", None, None, 0, len(text), text),) if marked else ()
    reply = Reply("1", text, parent_text=text, author_name=text, file="f.csv")
    assert write(path, [result(reply, reasons=reasons)]) == 0
    sheet = openpyxl.load_workbook(path)["措置候補"]
    for place in ("D2", "H2", "J2"):
        assert sheet[place].data_type == "s"
        assert sheet[place].hyperlink is None
        assert sheet[place].quotePrefix == text.startswith(("=", "+", "-", "@", "＝"))
        if not re.search("_x[0-9A-Fa-f]{4}_|\r", text):  # openpyxl leaves Excel's escapes as they are
            assert sheet[place].value == text
    (again,) = read_replies([path])
    assert (again.text, again.parent_text, again.author_name) == (text, text, text)


CHARACTERS = st.characters(exclude_categories=["Cs"])
PIECES = st.sampled_from(
    ["_x000D_", "_", "x005F_", "_x", "000D_", "\r", "\n", "<r>", "</r>", "<", "&", "\x00", "\ufffe", "😀"]
)
UNFIT = {ord(c): "\ufffd" for c in "\ufdd0\ufdd1\ufffe\uffff"} | {
    n: "\ufffd" for n in range(32) if chr(n) not in "\t\r\n"
}


@settings(max_examples=40)
@given(
    texts=st.lists(
        st.tuples(
            st.lists(PIECES | CHARACTERS, min_size=1, max_size=12).map("".join),
            st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=3),
        ),
        min_size=1,
        max_size=6,
    )
)
@example(texts=[("_x000D_x000D_", [(6, 7)]), ("<r>\r</r>", [])])
def test_replies_read_again_are_the_same(texts, tmp_path_factory):
    path = tmp_path_factory.mktemp("out") / "out.xlsx"
    texts = [("x" + text, spans) for text, spans in texts]  # not blank: a reader would reject it
    results = []
    for number, (text, spans) in enumerate(texts):
        reasons = [Reason("defamation", "model", None, None, start, end) for start, end in spans]
        reply = Reply(str(10**18 + number), text, parent_text=text, author_name=text, author_handle=f"user{number}")
        results.append(result(reply, reasons=reasons, priority=number))
    replaced = write(path, results)
    again = list(read_replies([path]))
    fitted = [text.translate(UNFIT) for text, _ in texts]
    assert [(r.id, r.text, r.parent_text, r.author_name) for r in again] == [
        (str(10**18 + n), text, text, text) for n, text in enumerate(fitted)
    ]
    assert replaced == 3 * sum(ord(c) in UNFIT for text, _ in texts for c in text)
    plain = [row["返信本文"] for row in table(path, "措置候補")]
    for text, read in zip(fitted, plain, strict=True):
        if not re.search("_x[0-9A-Fa-f]{4}_|\r", text):
            assert read == text


@pytest.mark.parametrize(
    ("text", "spans", "pieces"),
    [
        ("abc", [], ["abc"]),
        ("", [(0, 5)], []),
        ("abc", [(0, 3)], ["[abc]"]),
        ("abcdef", [(4, 5), (1, 2)], ["a", "[b]", "cd", "[e]", "f"]),
        ("abcdef", [(1, 3), (2, 4), (4, 5)], ["a", "[bcde]", "f"]),
        ("abc", [(2, 9), (-4, 1), (2, 2), (7, 9), (3, 1)], ["[a]", "b", "[c]"]),
    ],
)
def test_split_merges_and_clips_spans(text, spans, pieces):
    assert [f"[{piece}]" if hot else piece for piece, hot in pieces_of(text, spans)] == pieces


@pytest.mark.parametrize(("letter", "most"), [("あ", LIMIT), ("😀", LIMIT // 2)], ids=["one unit", "two units"])
def test_long_texts_are_cut_visibly_and_counted(tmp_path, letter, most):
    path = tmp_path / "out.xlsx"
    fits, long = letter * most, letter * (most + 1)
    assert write(path, [result(fits, priority=1), result(long, priority=2)]) == 1
    first, second = (row["返信本文"] for row in table(path, "措置候補"))
    assert first == fits
    assert second.endswith(CUT)
    assert second.startswith(letter * 1000)
    assert len(second.encode("utf-16-le")) // 2 in (LIMIT, LIMIT - 1)
    assert "\ufffd" not in second
    assert re.search(r"省略したセル\n1\n", words_of(path))


def test_too_many_rows_name_csv_and_write_nothing(tmp_path, monkeypatch):
    use("en")
    monkeypatch.setattr(workbook_module, "MOST_ROWS", 3)
    path = tmp_path / "out.xlsx"
    write(path, [result("x", "keep")] * 3)
    path.unlink()
    with pytest.raises(OutputError, match=r"too many for a workbook\. Write a \.csv"):
        write(path, [result("x", "keep")] * 4)
    assert list(tmp_path.iterdir()) == []


def test_summary_counts_add_up_and_say_that_nothing_was_deleted(tmp_path):
    path = tmp_path / "out.xlsx"
    results = [
        result("a", grounds=("defamation", "off_topic")),
        result("b", "review", grounds=("defamation",), signals=("inquiry", "new_signal")),
        result("c\x00", "keep", signals=("audit",)),
        result("d", "keep"),
    ]
    write(path, results)
    words = words_of(path)
    for expected in (
        *(
            "措置候補\n1\n運用ポリシー",
            "要確認\n1\n機械だけ",
            "該当なし\n2\n",
            "合計\n4\n",
            "誹謗中傷\n5(2)\n1\n1\n特定の個人",
        ),
        *("無関係\n5(14)\n1\n0\n", "問い合わせ\n1\n", "点検用の抽出\n1\n", "new_signal\n1\n", "置き換えた文字\n1\n"),
        *("一切行っていません", "2020-03-02", "default", "reply-classifier 1.2.3", "@MIC_ICT", "取り込めなかった行"),
    ):
        assert expected in words


def test_likelihood_is_the_one_that_the_reason_tells(tmp_path):
    path = tmp_path / "out.xlsx"
    aside = Reason("privacy", "sentence", 0.61, 0.5, 0, 2, "住所")
    together = Reason("any", "model", 0.44, 0.3)
    write(path, [result("a", "review", grounds=("privacy",), score=0.02, reasons=[aside]), result("b", "review", grounds=("privacy",), score=0.2, reasons=[together])])
    assert [row["確からしさ"] for row in table(path, "要確認")] == [61, 44]


def test_where_a_rule_alone_speaks_no_likelihood_seems_to_contradict_it(tmp_path):
    path = tmp_path / "out.xlsx"
    write(path, [result("b", "review", grounds=("privacy",), score=0.003, reasons=[hit("b", "b", "privacy", "privacy.phone")])])
    assert table(path, "要確認")[0]["確からしさ"] is None


def test_model_free_run_shows_no_likelihood_and_says_so(tmp_path):
    path = tmp_path / "out.xlsx"
    write(path, [result("a", grounds=("other",), model="none"), result("b", "keep", model="none")])
    assert table(path, "措置候補")[0]["確からしさ"] is None
    assert table(path, "該当なし")[0]["確からしさ"] is None
    assert "なし（語句の規則だけで判定）" in words_of(path)


def test_sheets_are_set_up_for_work_and_print(tmp_path):
    path = tmp_path / "out.xlsx"
    write(path, [result("a", grounds=("other",)), result("b", grounds=("other",)), result("c", "keep")])
    book = openpyxl.load_workbook(path)
    sheet = book["措置候補"]
    assert sheet.freeze_panes == "E2"
    assert sheet.auto_filter.ref == "A1:U3"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == (
        "landscape",
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
    assert all(sheet.cell(1, column).font.b for column in range(1, 22))
    assert sheet["D2"].alignment.wrap_text
    assert sheet["D2"].font.name == "Meiryo UI"
    assert sheet["S2"].number_format == "@"
    lists = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation}
    assert lists["O2:O3"] == '"非表示,対応しない,保留,上席へ"'
    assert lists["P2:P3"].strip('"').split(",") == [ground.short for ground in POLICY.grounds]
    assert lists["Q2:Q3"] == '"危機あり,危機なし"'
    for sheet in book:
        assert sheet.sheet_state == "visible"
        assert not any(d.hidden for d in [*sheet.column_dimensions.values(), *sheet.row_dimensions.values()])


def test_same_results_at_the_same_time_give_the_same_bytes(tmp_path):
    for name in "ab":
        sink = WorkbookSink(tmp_path / name, policy=POLICY, version="1", now=datetime(2024, 1, 3, 9, 5))
        sink.write([result("お前は寄生虫だ", reasons=(hit("お前は寄生虫だ", "寄生虫"),)), result("b", "keep")])
        sink.finish()
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert "2024年01月03日 09:05" in words_of(_renamed(tmp_path / "a"))


def _renamed(path: Path) -> Path:
    return path.rename(path.with_suffix(".xlsx"))


@pytest.mark.office
def test_libreoffice_shows_the_texts(tmp_path):
    path = tmp_path / "out.xlsx"
    texts = ["=1+1 寄生虫だ", "<r>山かっこ</r>", "_x000D_寄生虫", "@MIC_ICT 絵文字です"]
    write(path, [result(text, reasons=(hit(text, text[3:6]),)) for text in texts] + [result("ありがとう", "keep")])
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        shutil.which("soffice") or "soffice",
        home,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
    ]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=180)
    pdf = subprocess.run(
        ["pdftotext", str(tmp_path / "out.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    flat = re.sub(r"\s", "", pdf)
    for text in [*texts, "ありがとう", "一切行っていません", "誹謗中傷"]:
        assert text.replace(" ", "") in flat


def test_words_that_several_reasons_show_stand_once(tmp_path: Path) -> None:
    text = "お前は寄生虫以下のゴミクズだ"
    reasons = (hit(text, "寄生虫以下の"), hit(text, "虫以下のゴミクズ"), hit(text, "お前"), hit(text, "寄生虫"))
    write(tmp_path / "a.xlsx", [result(Reply("1", text), grounds=("defamation",), reasons=reasons)])
    assert table(tmp_path / "a.xlsx", "措置候補")[0]["根拠となる語"] == "お前、寄生虫以下のゴミクズ"
