"""The notebooks run from top to bottom, are stored without output, and define no logic of their own."""

import ast
import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def cells(path: Path) -> list[dict[str, object]]:
    return [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]


def test_there_are_three() -> None:
    assert [p.name[:2] for p in NOTEBOOKS] == ["01", "02", "03"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_stored_without_output_and_defines_nothing(path: Path) -> None:
    for cell in cells(path):
        assert (cell["outputs"], cell["execution_count"]) == ([], None)
        tree = ast.parse("".join(cell["source"]))
        assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda) for node in ast.walk(tree))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs_from_top_to_bottom(path: Path, small_data: Path, small_models: Path, few_suites: Path, tmp_path: Path) -> None:
    """On small data, and in a folder as a clone has it."""
    import nbformat
    from nbclient import NotebookClient

    shutil.copytree(few_suites, tmp_path / "data" / "suites")
    shutil.copy(small_data, tmp_path / "data" / "replies.csv")
    (tmp_path / "notebooks").mkdir()
    notebook = nbformat.read(path, as_version=4)
    done = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path / "notebooks")}}).execute()
    assert [c.execution_count for c in done.cells if c.cell_type == "code"] == list(range(1, len(cells(path)) + 1))
    plots = [o for c in done.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "display_data" and "image/png" in o.data]
    assert plots
    said = "".join(o.text for c in done.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream" and o.name == "stderr")
    assert "missing from" not in said  # a character that the plots' font lacks
