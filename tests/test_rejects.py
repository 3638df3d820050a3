import csv
import resource

import pytest

from classifier.cells import unprotect
from classifier.errors import OutputError
from classifier.messages import use
from classifier.rejects import RejectedFile
from classifier.replies import Rejected


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def names(folder):
    return sorted(p.name for p in folder.iterdir())


def test_rejected_rows_go_to_a_file_beside_the_result(tmp_path):
    rejects = RejectedFile(tmp_path / "out.xlsx")
    assert rejects.path is None
    with rejects:
        rejects.write(Rejected("in.csv", 4, "no text", "7,,花子"))
        rejects.write(Rejected("in.csv", 9, "no text", '"a\nb",c'))
    assert rejects.count == 2
    assert rejects.path == tmp_path / "out.xlsx.rejected.csv"
    assert rejects.path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert rows(rejects.path) == [["file", "line", "reason", "row"], ["in.csv", "4", "no text", "7,,花子"], ["in.csv", "9", "no text", '"a\nb",c']]
    assert names(tmp_path) == ["out.xlsx.rejected.csv"]


def test_the_header_is_in_the_language_in_use(tmp_path, monkeypatch):
    monkeypatch.setattr("classifier.messages.language", lambda: "ja")
    with RejectedFile(tmp_path / "out.xlsx") as rejects:
        rejects.write(Rejected("in.csv", 4, "本文がありません", "7,,花子"))
    assert rows(rejects.path)[0] == ["ファイル", "行番号", "理由", "元の行"]


@pytest.mark.parametrize(
    ("raw", "cell"),
    [
        pytest.param("=1+1", "'=1+1", id="formula"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("＝1", "'＝1", id="wide"),
        pytest.param("a\0b", "a\ufffdb", id="nul"),
        pytest.param("\ud83d", "?", id="half-a-surrogate"),
        pytest.param("", "", id="empty"),
    ],
)
def test_no_rejected_cell_becomes_a_formula(tmp_path, raw, cell):
    with RejectedFile(tmp_path / "o.csv") as rejects:
        rejects.write(Rejected("=in.csv", 1, "-why", raw))
    assert rows(rejects.path)[1] == ["'=in.csv", "1", "'-why", cell]
    assert unprotect(cell) == raw or raw in ("a\0b", "\ud83d")


def test_without_a_rejected_row_there_is_no_file_and_an_old_one_goes(tmp_path):
    for language in ("en", "ja"):
        use(language)
        with RejectedFile(tmp_path / "o.csv") as rejects:
            rejects.write(Rejected("in.csv", 1, "no text", "x"))
        use("en")
        with RejectedFile(tmp_path / "o.csv") as rejects:
            pass
        assert (rejects.path, rejects.count) == (None, 0)
        assert names(tmp_path) == []


@pytest.mark.parametrize("content", ["日付,件数\n6月1日,3\n", "file,line\n", "覚え書き", "\n覚え書き"])
@pytest.mark.parametrize("written", [0, 1])
def test_a_file_of_others_is_neither_replaced_nor_taken_away(tmp_path, content, written):
    other = tmp_path / "o.csv.rejected.csv"
    other.write_text(content, encoding="utf-8")
    with pytest.raises(OutputError, match=r"o\.csv\.rejected\.csv: .*Choose another name with -o"), RejectedFile(tmp_path / "o.csv") as rejects:
        for _ in range(written):
            rejects.write(Rejected("in.csv", 1, "no text", "x"))
    assert other.read_text(encoding="utf-8") == content
    assert names(tmp_path) == [other.name]


@pytest.mark.parametrize("written", [0, 1])
def test_a_run_that_fails_leaves_the_earlier_file_alone(tmp_path, written):
    old = tmp_path / "o.csv.rejected.csv"
    old.write_text("file,line,reason,row\nof an earlier run", encoding="utf-8")
    with pytest.raises(ValueError, match="the run failed"), RejectedFile(tmp_path / "o.csv") as rejects:
        for _ in range(written):
            rejects.write(Rejected("in.csv", 1, "no text", "x"))
        raise ValueError("the run failed")
    assert old.read_text(encoding="utf-8") == "file,line,reason,row\nof an earlier run"
    assert names(tmp_path) == [old.name]


def test_a_new_run_replaces_the_earlier_file(tmp_path):
    for reason in ("first", "second"):
        with RejectedFile(tmp_path / "o.csv") as rejects:
            rejects.write(Rejected("in.csv", 1, reason, "x"))
    assert [r[2] for r in rows(rejects.path)] == ["reason", "second"]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(OutputError, match=r"o\.csv\.rejected\.csv: could not be written"), RejectedFile(tmp_path / "gone" / "o.csv") as rejects:
        rejects.write(Rejected("in.csv", 1, "no text", "x"))


@pytest.mark.parametrize("rows", [3, 300], ids=["when-it-is-closed", "while-it-grows"])
def test_a_full_disk_is_an_output_error_and_leaves_no_row_behind(tmp_path, rows):
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, old[1]))
    try:
        with pytest.raises(OutputError, match=r"o\.csv\.rejected\.csv: could not be written"), RejectedFile(tmp_path / "o.csv") as rejects:
            for n in range(rows):
                rejects.write(Rejected("in.csv", n, "no text", "花子" * 100))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert names(tmp_path) == []


def test_a_target_that_cannot_be_replaced_is_named(tmp_path):
    (tmp_path / "o.csv.rejected.csv").mkdir()
    with pytest.raises(OutputError, match=r"o\.csv\.rejected\.csv"), RejectedFile(tmp_path / "o.csv") as rejects:
        rejects.write(Rejected("in.csv", 1, "no text", "x"))
