import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "classifier"
ORDER = """
errors messages whole policy replies cells headers textfile tables excel delimited xapi jsonlines readers
disguises characters literals undo normalize spelling reading tokenizer ngrams hashed mixing encoder nearness personal links views figures opposites quotations alignment context lexicon checks rules features sentences thresholds evidence model suspicion decide
sinks carried wording moments sheets summary workbook results decided registry labeled evaluate assessment rejects survey scorer score
validate masking suites assess provenance targets cutoffs inputs train ablation reuse report_words card build compare frames plots report shift vocabulary drift sampling simulation explain screen arguments options models_app analyst cli
""".split()  # noqa: SIM905


def imports(module: str) -> set[str]:
    tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "classifier":
                found |= {a.name for a in node.names if (PACKAGE / f"{a.name}.py").exists()}
            elif node.module.startswith("classifier."):
                found.add(node.module.split(".")[1])
    return found


def test_the_order_names_every_module() -> None:
    assert sorted(ORDER) == sorted(p.stem for p in PACKAGE.glob("*.py") if not p.stem.startswith("__"))


@pytest.mark.parametrize("module", ORDER)
def test_a_module_imports_only_modules_above_it(module: str) -> None:
    assert imports(module) <= set(ORDER[: ORDER.index(module)])
