import json
import re
import warnings
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from classifier.assessment import (
    FORMAT,
    Assessment,
    Bin,
    Confusion,
    Curve,
    FieldEstimate,
    Load,
    Mistake,
    Provenance,
    Reliability,
    Slice,
    Source,
    Uneven,
    Workload,
    dump,
    read_assessment,
)
from classifier.errors import InputError, OutputError
from classifier.evaluate import Figures, GroundFigures, Ratio
from classifier.policy import default_policy
from classifier.report import check_target, markdown, matrix, page, rows, write_report
from classifier.report_words import SUITES, headline, md, notices, sentences, share, slice_name, visible
from classifier.suites import shipped_suites

GROUNDS = tuple((g.id, g.clause, g.short) for g in default_policy().grounds)
SECTIONS = [
    "要点", "項目別の結果", "適合率と再現率", "確率の信頼性", "確認する件数と見落とし", "項目どうしの取り違え",
    "行動スイート", "公平性", "取扱いの一貫性", "主な誤り", "出所", "限界",
]  # fmt: skip
NOTHING = Ratio(0, 0)
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}


def piece(kind: str, value: str, wrong: int = 0, marked: Ratio = NOTHING) -> Slice:
    return Slice(kind, value, 120, Ratio(wrong, 80), Ratio(8, 80), Ratio(20, 40), Ratio(1, 40), marked)


def made() -> Assessment:
    """Return an evaluation of 480 invented replies, as `assess` could have made it."""
    figures = Figures(
        480,
        Ratio(86, 182),
        Ratio(9, 182),
        Ratio(0, 290),
        Ratio(28, 290),
        Ratio(86, 86),
        Ratio(8, 8),
        Ratio(5, 472),
        0.936,
        tuple(
            GroundFigures(g, 12 + k, 0.9, Ratio(6, 12 + k), Ratio(11 + k, 12 + k), Ratio(6, 7))
            for k, (g, _, _) in enumerate(GROUNDS)
        ),
    )
    bins = tuple(Bin(0.05 + k / 10, Ratio(k, 10)) for k in range(10))
    return Assessment(
        format=FORMAT,
        provenance=Provenance(
            "desk-2026",
            "2020-03-02",
            "0.1.0",
            "2026-11-27",
            (Source("replies.csv", 480, "ab" * 32),),
            "test",
            (Source("old.csv", 9000, "cd" * 32),),
            9000,
            0,
            0,
            "unidic-lite 1.0.8",
            (("precision", 0.95), ("misses", 0.02)),
        ),
        grounds=GROUNDS,
        together=0.25,
        cutoffs=tuple((0.2, None if g == "other" else 0.9831) for g, _, _ in GROUNDS),
        figures=figures,
        actions=(("suggest", 86), ("review", 123), ("keep", 271)),
        estimate=FieldEstimate(0.05, 1.0, 0.0, 0.139, 2.47),
        workloads=(Workload(50, 1000, None, None), Workload(100, 1000, 3.6, 0.071)),
        curves=tuple(Curve(g, 12, ((1.0, 0.03), (1.0, 0.6), (0.5, 1.0), (0.0, 1.0))) for g, _, _ in GROUNDS[:3]),
        reliability=(Reliability("any", 0.025, bins), Reliability("off_topic", 0.018, bins)),
        loads=tuple(
            Load(s, Ratio(60 - 10 * k, 290), Ratio(2 + 5 * k, 182)) for k, s in enumerate((-1.0, -0.5, 0.0, 0.5, 1.0))
        ),
        confusions=(
            Confusion("illegal", "illegal", 9),
            Confusion("illegal", "commercial", 1),
            Confusion("defamation", "", 2),
        ),
        suites=(
            piece("suite", "pairs", 4),
            piece("suite", "criticism"),
            piece("suite", "identity"),
            piece("suite", "innocent"),
            replace(piece("suite", "distress"), harmless_suggested=NOTHING, crisis_marked=Ratio(42, 61)),
        ),
        slices=(
            piece("identity", "any"),
            piece("identity", "外国人", 9),
            piece("register", "kansai"),
            piece("length", "81-"),
            piece("length", "1-10"),
            piece("language", "japanese"),
            piece("names", "as_given"),
            piece("names", "blanked"),
        ),
        named=103,
        near_pairs=7,
        uneven=(Uneven("r1", "r2", 0.97, ("keep", "review"), True, ("仕事しろ", "仕事しろよ")),),
        mistakes=(
            Mistake("m1", "missed", "去年説明した■■係長", ("defamation",), "keep", (), (), "model", 0.15),
            Mistake("w1", "wrong_review", "契約社員、手取り14万", (), "review", ("illegal",), ("手取り14万",), "model", 0.75),
            Mistake("w2", "wrong_review", "窓口の番号", (), "review", ("privacy",), (), "rule", None),
            Mistake("w3", "wrong_review", "もう限界です", (), "review", (), (), "crisis", None),
        ),
        rules_only=("alteration",),
        settled_by_people=("other",),
    )


def emptied() -> Assessment:
    """Return the evaluation of no reply by no model: everything is undefined."""
    a = made()
    none = tuple(GroundFigures(g, 0, None, NOTHING, NOTHING, NOTHING) for g, _, _ in GROUNDS)
    figures = Figures(0, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, None, none)
    nothing = Slice("names", "as_given", 0, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
    return replace(
        a,
        provenance=replace(a.provenance, model="none", data=(), trained_on=(), trained_rows=0, targets=()),
        together=None,
        cutoffs=((None, None),) * len(GROUNDS),
        figures=figures,
        actions=(("suggest", 0), ("review", 0), ("keep", 0)),
        estimate=FieldEstimate(0.05, None, None, None, None),
        workloads=(Workload(50, 1000, None, None),),
        curves=(),
        reliability=(Reliability("any", 0.0, ()),),
        loads=(),
        confusions=(),
        suites=(),
        slices=(nothing,),
        named=0,
        near_pairs=0,
        uneven=(),
        mistakes=(),
        rules_only=tuple(g for g, _, _ in GROUNDS),
        settled_by_people=(),
    )


def said(text: str) -> Assessment:
    """Return an evaluation in which every text that came from outside is `text`, without plots."""
    a = replace(made(), curves=(), reliability=(), loads=())
    return replace(
        a,
        provenance=replace(a.provenance, model=text, part=text, dictionary=text, data=(Source(text, 1, text),)),
        suites=(*a.suites, piece("suite", text)),
        slices=(piece("identity", text), piece(text, text)),
        uneven=(Uneven(text, text, 0.9, ("keep", "review"), True, (text, text)),),
        mistakes=tuple(replace(m, id=text, text=text, words=(text,)) for m in a.mistakes),
    )


class Reader(HTMLParser):
    """Reads a page: its elements with their attributes, its text, and whether each element is closed where it must be."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.headings: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("h1", "h2", "h3"):
            self.headings.append((tag, ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert "svg" in self.open, f"<{tag}/> outside of a picture"
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)
            if set(self.open) & {"h1", "h2", "h3"}:
                tag, text = self.headings[-1]
                self.headings[-1] = (tag, text + data)

    def of(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="module")
def html() -> str:
    return page(made())


@pytest.fixture(scope="module")
def reader(html: str) -> Reader:
    return Reader(html)


def test_page_is_well_formed_japanese_html_with_the_sections_in_order(html: str, reader: Reader) -> None:
    assert html.startswith("<!DOCTYPE html>")
    assert reader.open == []
    assert reader.of("html") == [{"lang": "ja"}]
    assert [h for h in reader.headings if h[0] == "h1"] == [("h1", "返信仕分けの評価報告書")]
    assert [text.split() for tag, text in reader.headings if tag == "h2"] == [
        [str(n), name] for n, name in enumerate(SECTIONS, 1)
    ]


def test_page_ids_are_unique_and_every_reference_leads_to_one(reader: Reader) -> None:
    ids = [a["id"] for _, a in reader.elements if "id" in a]
    assert len(ids) == len(set(ids))
    targets = {str(a["href"])[1:] for _, a in reader.elements if str(a.get("href", "")).startswith("#")}
    targets |= {str(a["aria-labelledby"]) for _, a in reader.elements if "aria-labelledby" in a}
    targets |= set(re.findall(r"url\(#([^)]+)\)", " ".join(str(v) for _, a in reader.elements for v in a.values())))
    assert targets <= set(ids)


def test_page_needs_nothing_from_outside_and_runs_nothing(html: str, reader: Reader) -> None:
    links = [
        str(v) for _, a in reader.elements for k, v in a.items() if k in ("href", "src", "action", "data", "srcset")
    ]
    assert all(v.startswith("#") or v == "data:," for v in links)
    assert "http" not in html.replace("http-equiv", "")
    assert not reader.of("script", "iframe", "object", "embed", "form", "img")
    assert not [k for _, a in reader.elements for k in a if k.startswith("on")]
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)


def test_every_picture_tells_its_numbers_in_words(reader: Reader) -> None:
    pictures = reader.of("svg")
    labels = [str(p["aria-label"]) for p in pictures]
    assert len(labels) == 3 + 2 + 1
    assert all(p["role"] == "img" for p in pictures)
    assert labels[0].startswith(
        "法令違反の適合率と再現率の曲線。正例12件、平均適合率0.900。再現率50%以上で適合率は最高100.0%"
    )
    assert "期待較正誤差0.025" in labels[3]
    assert "現在の基準では" in labels[5]


def test_every_table_has_a_caption_and_heads_with_scope(reader: Reader) -> None:
    assert len(reader.of("table")) == len(reader.of("caption")) == 11
    assert all(a.get("scope") in ("col", "row", "colgroup", "rowgroup") for a in reader.of("th"))


def test_page_and_markdown_are_the_same_bytes_for_the_same_figures(html: str) -> None:
    assert page(made()) == html
    assert markdown(made()) == markdown(made())


def test_page_made_from_the_figures_file_is_the_same(tmp_path: Path, html: str) -> None:
    write_report(tmp_path / "report.html", made())
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == html
    assert (tmp_path / "report.json").read_text(encoding="utf-8") == dump(made())
    assert read_assessment(tmp_path / "report.json") == made()
    assert page(read_assessment(tmp_path / "report.json")) == html


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("r.html", {"r.html", "r.json"}),
        ("r.md", {"r.md", "r.json"}),
        ("r.json", {"r.json"}),
        ("R.HTML", {"R.HTML", "R.json"}),
    ],
)
def test_write_report_writes_the_figures_beside_it_and_leaves_nothing_else(
    tmp_path: Path, name: str, files: set[str]
) -> None:
    (tmp_path / name).write_text(json.dumps({"format": 1, "provenance": {}, "figures": {}}), encoding="utf-8")
    for _ in range(2):  # over a report of another version, and over its own
        write_report(tmp_path / name, made())
    assert {p.name for p in tmp_path.iterdir()} == files
    assert "desk-2026" in (tmp_path / name).read_text(encoding="utf-8")
    assert json.loads(next(tmp_path.glob("*.json")).read_text(encoding="utf-8"))["format"] == FORMAT


def test_write_report_returns_what_it_replaced_where_that_is_of_another_model_or_of_other_rows(tmp_path: Path) -> None:
    other = replace(made(), provenance=replace(made().provenance, model="other"))
    told = [write_report(tmp_path / "r.html", a) for a in (made(), made(), other, made())]
    assert [t and t.provenance.model for t in told] == [None, None, made().provenance.model, "other"]


def test_write_report_writes_through_a_link_and_leaves_it_one(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "r.md").write_text("old", encoding="utf-8")
    (tmp_path / "r.md").symlink_to(tmp_path / "kept" / "r.md")
    write_report(tmp_path / "r.md", made())
    assert (tmp_path / "r.md").is_symlink()
    assert "desk-2026" in (tmp_path / "kept" / "r.md").read_text(encoding="utf-8")


def test_check_target_refuses_another_suffix_and_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"r\.pdf: no format .*\.html, \.md, \.json"):
        check_target(tmp_path / "r.pdf")


def test_check_target_refuses_a_missing_folder_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="there is no folder"):
        check_target(tmp_path / "none" / "r.html")
    (tmp_path / "r.json").mkdir()
    with pytest.raises(OutputError, match="this is a folder"):
        check_target(tmp_path / "r.html")
    with pytest.raises(OutputError, match="this is a folder"):
        write_report(tmp_path / "r.json", made())


@pytest.mark.parametrize("text", ['{"id": "1", "text": "甲", "labels": ""}\n', '[{"format": 1}]', '{"format": 1}', "覚え書き"])
@pytest.mark.parametrize("name", ["r.html", "r.md", "r.json"])
def test_a_json_file_of_others_is_not_written_over(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "r.json").write_text(text, encoding="utf-8")
    for write in (lambda: check_target(tmp_path / name), lambda: write_report(tmp_path / name, made())):
        with pytest.raises(OutputError, match=r"r\.json holds no figures of 'evaluate'.*Choose another name with -o"):
            write()
    assert [(p.name, p.read_text(encoding="utf-8")) for p in tmp_path.iterdir()] == [("r.json", text)]
    check_target(tmp_path / "r.html", alone=True)
    (tmp_path / "r.json").write_bytes(b"")  # an empty file holds nothing that could be lost
    write_report(tmp_path / name, made())


def test_write_report_leaves_the_old_report_whole_where_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "r.html").write_text("old", encoding="utf-8")

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_report(tmp_path / "r.html", made())
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == "old"


ODD = [
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "=HYPERLINK(1)",
    "{{ 7*7 }}{% raw %}",
    "a|b\n| c | d |\n\n# 見出し",
    "*強調* `符号` [字](javascript:1) https://example.com www.example.com \\| a@b.jp",
]


@pytest.mark.parametrize("text", ODD)
def test_page_shows_texts_as_they_are_and_never_as_markup(text: str) -> None:
    read = Reader(page(said(text)))
    assert read.open == []
    assert "".join(read.texts).count(text) >= 8
    assert not read.of("script", "img")
    assert not [k for _, a in read.elements for k in a if k.startswith("on")]


@pytest.mark.parametrize("text", ODD)
def test_markdown_texts_break_no_table_and_make_no_markup(text: str) -> None:
    plain, odd = markdown(said("文")).splitlines(), markdown(said(text)).splitlines()
    pipes = [len(re.findall(r"(?<!\\)\|", line)) for line in plain]
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in odd] == pipes
    body = "\n".join(odd)
    assert not re.search(r"<(script|img|/style)", body)
    assert "https://" not in body
    assert "[字](" not in body


def test_control_and_direction_characters_are_shown_by_number() -> None:
    text = "左\u202e右\x00\x1b\x0b終\ud83d\ufeff"
    assert visible(text) == "左[U+202E]右[U+0000][U+001B][U+000B]終[U+D83D][U+FEFF]"
    for made_of in (page(said(text)), markdown(said(text))):
        assert not set(made_of) & set("\u202e\x00\x1b\x0b\ud83d\ufeff")
        made_of.encode("utf-8")
    assert visible("👨‍👩‍👧\t行\r\n次") == "👨‍👩‍👧\t行\n次"


@pytest.mark.parametrize("part", [999, -1])
def test_impossible_figures_are_no_figures_file(tmp_path: Path, part: int) -> None:
    figures = json.loads(dump(made()))
    figures["figures"]["violations_kept"]["part"] = part
    (tmp_path / "f.json").write_text(json.dumps(figures), encoding="utf-8")
    with pytest.raises(InputError, match=r"f\.json: not a figures file of 'evaluate'"):
        read_assessment(tmp_path / "f.json")


def test_a_figures_file_is_written_even_where_a_text_holds_half_a_character(tmp_path: Path) -> None:
    write_report(tmp_path / "r.html", said("半\ud83d"))
    assert read_assessment(tmp_path / "r.json").mistakes[0].text == "半?"


def test_page_shows_only_the_masked_text_of_mistakes(reader: Reader) -> None:
    text = "".join(reader.texts)
    assert "去年説明した■■係長" in text
    assert "「手取り14万」" in text
    assert "確認に回した問題のない返信（28件のうち3件）" in text


def test_an_evaluation_of_nothing_is_rendered_with_dashes() -> None:
    a = emptied()
    read = Reader(page(a))
    text = "".join(read.texts)
    assert read.open == []
    assert not re.search(r"\bNone\b|\bnan\b", text)
    assert "測定した返信が0件しかありません" in text
    assert not read.of("svg")
    assert {line.measured for line in headline(a)} == {line.estimate for line in headline(a)} == {"－"}
    assert "None" not in markdown(a)


def test_headline_gives_each_estimate_also_at_the_worse_end() -> None:
    lines = {line.name: line for line in headline(made())}
    wrong = lines["問題のない返信を誤って措置候補とした割合"]
    assert wrong.measured == "0.0%（0/290、0.0～1.3%）"
    assert wrong.estimate == "問題のない返信1,000件あたり0.0件（区間の悪い方の端では12.6件）"
    precise = lines["措置候補のうち、実際に違反だった割合（適合率）"]
    suggested, wrongly = Ratio(86, 182).interval[0], Ratio(0, 290).interval[1]
    assert precise.estimate == f"100.0%（区間の悪い方の端では{share(0.05 * suggested / (0.05 * suggested + 0.95 * wrongly))}）"
    unread = lines["人が読まずに済む返信の割合"]
    kept, read = Ratio(9, 182).interval[0], Ratio(28, 290).interval[1]
    assert unread.estimate == f"86.1%（区間の悪い方の端では{share(1 - 0.05 * (1 - kept) - 0.95 * read)}）"


def test_sentences_say_that_no_error_seen_is_not_no_error() -> None:
    told = list(sentences(made()))
    assert told[0] == "返信480件を測定し、86件を措置候補、123件を要確認、271件を該当なしとしました。"
    assert "1,000件あたり12.6件まではあり得ます" in told[1]
    assert "86件を措置候補とし、87件を人の確認に回し、9件を見落としました" in told[2]
    assert told[-1] == "これとは別に、批判・苦情の文80件を判定し、措置候補としたものは0件でした。"


def changed(**changes: object) -> Assessment:
    a = made()
    return replace(
        a,
        figures=replace(a.figures, **{k: v for k, v in changes.items() if k in ("replies", "harmless_suggested")}),
        provenance=replace(a.provenance, **{k: v for k, v in changes.items() if k in ("seen", "unknown", "trained_on")}),
        suites=changes.get("suites", ()),
    )


GATE_SUITES = (piece("suite", "criticism"), piece("suite", "identity"), piece("suite", "innocent"))


@pytest.mark.parametrize(
    ("assessment", "level", "part"),
    [
        (changed(suites=GATE_SUITES, seen=12), "警告", "480件のうち少なくとも12件は、このモデルの学習にも使われています"),
        (changed(suites=GATE_SUITES, unknown=49), "注意", "480件のうち49件は文が短いため、学習に使った文と照合できません"),
        (changed(suites=GATE_SUITES, replies=199), "警告", "199件しかありません"),
        (
            changed(suites=(*GATE_SUITES[1:], piece("suite", "criticism", 1))),
            "警告",
            "「批判・苦情」の80件のうち1件を措置候補",
        ),
        (changed(suites=GATE_SUITES, harmless_suggested=Ratio(2, 290)), "注意", "問題のない返信2件を措置候補"),
        (changed(suites=(*GATE_SUITES, piece("suite", "pairs", 4))), "注意", "「一か所だけ違う文の対」の80件のうち4件"),
        (
            changed(suites=(*GATE_SUITES, piece("suite", "distress", marked=Ratio(42, 61)))),
            "注意",
            "61件のうち19件に気付けません",
        ),
        (
            changed(suites=(*GATE_SUITES, *(piece("suite", name, marked=Ratio(found, 61)) for name, found in (("distress", 60), ("distress_fresh", 42), ("distress_fresh_2", 59), ("distress_fresh_3", 57))))),
            "注意",
            "4種、計244件のうち26件（最も多いのは「初見の書き手の危機」の61件のうち19件。ほかは「7 行動スイート」にあります）に気付けません",
        ),
        (changed(suites=GATE_SUITES[:2]), "注意", "（伏せ字に似た無害な文）を測定していません"),
        (changed(suites=GATE_SUITES, trained_on=()), "注意", "学習データの記録がない"),
    ],
    ids=["seen", "short", "few", "gate", "wrong", "pairs", "distress", "distress-in-many", "absent", "unknown"],
)
def test_notices_tell_what_must_be_known_first(assessment: Assessment, level: str, part: str) -> None:
    [(found, text)] = notices(assessment)
    assert found == level
    assert part in text


def test_the_row_of_names_as_given_says_how_many_have_one() -> None:
    told = "投稿者名は元のまま判定（投稿者名かアカウント名があるのは103件）"
    assert f"| 投稿者名 | {told} | 120 |" in markdown(made()) and f'<th scope="row">{told}</th><td class="num">120</td>' in page(made())


def test_mistakes_say_what_decided() -> None:
    lines = {line.split(" | ")[0][2:]: line.split(" | ")[-1] for line in markdown(made()).splitlines() if line.startswith(("| m", "| w"))}
    assert lines == {"m1": "15.0% |", "w1": "75.0% |", "w2": "規則 |", "w3": "危機 |"}
    assert [f'data-label="確率">{told}</td>' in page(made()) for told in ("15.0%", "75.0%", "規則", "危機")] == [True] * 4


def test_the_overlap_is_a_least_number_where_texts_are_short() -> None:
    told = "少なくとも3件（文が短くて照合できない49件を除く）"
    assert told in page(changed(seen=3, unknown=49)) and f"| 学習との重なり | {told} |" in markdown(changed(seen=3, unknown=49))
    assert "| 学習との重なり | 3件 |" in markdown(changed(seen=3))


def test_notices_are_silent_where_all_is_well() -> None:
    assert notices(changed(suites=GATE_SUITES, replies=200)) == []


def test_notices_stand_before_the_figures(html: str) -> None:
    assert 0 < html.index('class="notice') < html.index('class="key"') < html.index('id="t1"')


def test_a_group_is_marked_only_where_its_whole_interval_lies_above(reader: Reader) -> None:
    marked = [a for a in reader.of("td") if "above" in str(a.get("class"))]
    assert len(marked) == 2  # 外国人, and the suite of pairs
    assert "▲全体より高い" in "".join(reader.texts)
    assert markdown(made()).count("| ▲ ") == 1


def test_rows_say_who_decides_where_no_cutoff_is_set() -> None:
    found = {r.id: r for r in rows(made())}
    assert (found["illegal"].review_from, found["illegal"].suggest_from, found["illegal"].remark) == (
        "20.0%",
        "98.3%",
        "",
    )
    assert found["other"].remark == "人が判断する項目（規則によるものだけ）"
    assert found["other"].suggest_from == "－"
    assert found["alteration"].remark == "学習済みの判定がなく、語句の規則だけで判定"


def test_the_cutoff_of_all_grounds_together_is_told_where_there_is_one(html: str) -> None:
    told = "いずれかに当たる確からしさが25.0%以上の返信は、確認に回します"
    assert told in html and told in markdown(made())
    without = replace(made(), together=None)
    assert "いずれかに当たる確からしさが" not in page(without) + markdown(without)


def test_matrix_counts_and_shades_by_the_share_of_the_row() -> None:
    found = dict(matrix(made()))
    assert list(found) == ["illegal", "defamation"]
    assert [(c.count, c.depth, c.same) for c in found["illegal"] if c.count] == [(9, 5, True), (1, 2, False)]
    assert (found["defamation"][-1].count, found["defamation"][-1].depth) == (2, 5)


def test_workloads_that_cannot_be_reached_say_so(html: str) -> None:
    assert '<th scope="row">1日50件読む場合</th><td colspan="2">達成できない</td>' in html
    assert "| 50件（届く返信 1000件） | 達成できない | 達成できない |" in markdown(made())


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "－"), (0.0, "0.0%"), (0.0002, "0.1%"), (0.5, "50.0%"), (0.9999, "99.9%"), (1.0, "100.0%")],
)
def test_share_keeps_none_and_all_for_none_and_all(value: float | None, shown: str) -> None:
    assert share(value) == shown


@pytest.mark.parametrize(
    ("kind", "value", "name"),
    [
        ("length", "1-10", "1～10字"),
        ("length", "81-", "81字以上"),
        ("identity", "any", "属性語のいずれかを含む"),
        ("identity", "外国人", "「外国人」"),
        ("register", "kansai", "関西弁"),
        ("register", "unheard", "unheard"),
    ],
)
def test_slice_name_is_japanese_where_it_is_known(kind: str, value: str, name: str) -> None:
    assert slice_name(piece(kind, value)) == name


def test_lengths_stand_from_short_to_long(html: str) -> None:
    assert html.index("1～10字") < html.index("81字以上")


def test_md_escapes_what_markdown_would_read() -> None:
    assert md("a|b <c> *d* https://e \\\n") == r"a\|b &#60;c&#62; \*d\* https\://e &#92; ⏎ "


def test_markdown_holds_the_sections_and_no_picture() -> None:
    text = markdown(made())
    assert re.findall(r"^## \d+ (.+)$", text, re.MULTILINE) == SECTIONS
    assert "<svg" not in text
    assert "![" not in text


def test_page_is_small_and_raises_no_warning() -> None:
    a = made()
    full = replace(a, curves=tuple(Curve(g, 12, tuple((1 - k / 49, k / 49) for k in range(50))) for g, _, _ in GROUNDS))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(page(full).encode()) < 1_500_000


def test_every_shipped_suite_has_a_japanese_name() -> None:
    assert {p.stem for p in shipped_suites().glob("*.csv")} <= set(SUITES)
