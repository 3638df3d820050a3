import json
import shutil
from importlib import resources

import pytest

from classifier.errors import ModelError
from classifier.messages import use
from classifier.model import shipped_folder
from classifier.policy import default_policy
from classifier.registry import (
    Promotion,
    Told,
    find_folder,
    history,
    in_force,
    load,
    new_folder,
    note_override,
    promote,
    rollback,
    told,
)


@pytest.fixture
def models(tmp_path):
    folder = tmp_path / "models"
    for name in ("spring", "2026-04"):
        (folder / name).mkdir(parents=True)
        (folder / name / "manifest.json").write_text("{}", encoding="utf-8")
    (folder / "half").mkdir()
    return folder


def test_find_folder_takes_a_name_or_a_path(models):
    assert find_folder("spring", models) == models / "spring"
    assert find_folder(str(models / "spring"), models / "elsewhere") == models / "spring"


def test_default_is_the_shipped_model_unless_there_is_another(models):
    assert find_folder("default", models) == shipped_folder()
    (models / "default").mkdir()
    assert find_folder("default", models) == shipped_folder()
    (models / "default" / "manifest.json").write_text("{}", encoding="utf-8")
    assert find_folder("default", models) == models / "default"


def test_a_name_goes_before_a_path(models, monkeypatch):
    monkeypatch.chdir(models.parent)
    (models.parent / "spring").mkdir()
    (models.parent / "spring" / "manifest.json").write_text("{}", encoding="utf-8")
    assert find_folder("spring", models) == models / "spring"


@pytest.mark.parametrize("name", ["autumn", "", ".."])
def test_an_unknown_model_is_named_with_the_known_ones(models, name):
    with pytest.raises(ModelError, match=rf"No model '{name}'\. Known: 2026-04, default, spring\."):
        find_folder(name, models)


def test_without_a_folder_of_models_default_alone_is_known(tmp_path):
    with pytest.raises(ModelError, match=r"No model 'spring'\. Known: default\."):
        find_folder("spring", tmp_path / "models")


@pytest.mark.parametrize("name", ["autumn", "2026-04-01_v1.2", "A", "x" * 64])
def test_new_folder_is_named_after_the_model_and_not_made(models, name):
    assert new_folder(models, name) == models / name
    assert not (models / name).exists()


@pytest.mark.parametrize("name", ["", ".", "..", "../up", "a/b", "a\\b", "春", "a b", "-x", "x" * 65, "a\n", "current"])
def test_a_name_that_cannot_be_a_folder_is_refused(models, name):
    with pytest.raises(ModelError, match="cannot be a model's name"):
        new_folder(models, name)


@pytest.mark.parametrize("name", ["spring", "half"])
def test_a_name_that_is_taken_is_refused(models, name):
    with pytest.raises(ModelError, match=f"{name} exists already, and models are never overwritten"):
        new_folder(models, name)


def test_promote_and_rollback_leave_a_record(small_models):
    assert (in_force(small_models), find_folder("current", small_models)) == ("default", shipped_folder())
    promote(small_models, "small", on="2026-04-01")
    assert (in_force(small_models), find_folder("current", small_models)) == ("small", small_models / "small")
    assert rollback(small_models, on="2026-04-02") == ("small", "default")
    promote(small_models, "small", on="2026-04-03", override="急ぎ")
    assert history(small_models) == [
        Promotion("small", "2026-04-01", "promote"),
        Promotion("default", "2026-04-02", "rollback"),
        Promotion("small", "2026-04-03", "promote", "急ぎ"),
    ]


def test_rollbacks_go_back_one_promotion_each(small_models):
    shutil.copytree(small_models / "small", small_models / "other")
    for name in ("small", "other"):
        promote(small_models, name, on="2026-04-01")
    assert rollback(small_models, on="2026-04-01") == ("other", "small")
    assert rollback(small_models, on="2026-04-01") == ("small", "default")
    with pytest.raises(ModelError, match="default is in force, and nothing was promoted before it"):
        rollback(small_models, on="2026-04-01")


@pytest.mark.parametrize(
    ("name", "message"),
    [("autumn", "No model 'autumn'. Known: default, small"), ("default", "default is in force already"), ("broken", "cannot be read")],
)
def test_what_cannot_be_promoted_changes_nothing(small_models, name, message):
    (small_models / "broken").mkdir()
    (small_models / "broken" / "manifest.json").write_text("{", encoding="utf-8")
    if name == "autumn":
        (small_models / "broken" / "manifest.json").unlink()
    with pytest.raises(ModelError, match=message):
        promote(small_models, name, on="2026-04-01")
    assert history(small_models) == []


def test_a_model_that_stands_elsewhere_is_not_promoted(small_models, tmp_path):
    shutil.copytree(small_models / "small", tmp_path / "away")
    with pytest.raises(ModelError, match="does not stand in"):
        promote(small_models, str(tmp_path / "away"), on="2026-04-01")


def test_a_broken_record_is_named(small_models):
    (small_models / "promoted.jsonl").write_text("{]\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"promoted\.jsonl: the record of promotions cannot be read"):
        in_force(small_models)


LINE = '{"name": "%s", "on": "2026-04-01", "way": "%s", "override": ""}'


def test_a_record_without_a_last_line_end_takes_the_next_entry(small_models):
    (small_models / "promoted.jsonl").write_text(LINE % ("gone", "promote"), encoding="utf-8")
    promote(small_models, "small", on="2026-04-02")
    assert in_force(small_models) == "small"
    assert [p.name for p in history(small_models)] == ["gone", "small"]
    assert (small_models / "promoted.jsonl").read_text(encoding="utf-8").count("\n") == 2


@pytest.mark.parametrize("ways", [["rollback"], ["promote", "rollback", "rollback"]], ids=len)
@pytest.mark.parametrize(("code", "part"), [("en", "has no promotion before it"), ("ja", "切り替えの記録がない")])
def test_a_rollback_of_nothing_in_the_record_is_named(tmp_path, ways, code, part):
    (tmp_path / "promoted.jsonl").write_text("\n".join(LINE % ("small", way) for way in ways), encoding="utf-8")
    use(code)
    for asked in (in_force, lambda models: rollback(models, on="2026-04-02")):
        with pytest.raises(ModelError, match=rf"promoted\.jsonl: .*{part}"):
            asked(tmp_path)


def test_what_another_run_adds_to_the_record_meanwhile_stays(small_models):
    shutil.copytree(small_models / "small", small_models / "other")
    with (small_models / "promoted.jsonl").open("a", encoding="utf-8") as of_another_run:
        promote(small_models, "small", on="2026-04-01")
        of_another_run.write(LINE % ("other", "promote") + "\n")
    assert [p.name for p in history(small_models)] == ["small", "other"]


def test_a_model_brings_its_own_policy_rules_and_records(small_models):
    assert load(small_models / "small").policy is default_policy()
    own = shutil.copytree(small_models / "small", small_models / "own")
    text = resources.files("classifier").joinpath("policy.toml").read_text(encoding="utf-8")
    (own / "policy.toml").write_text(text.replace("2020-03-02", "2027-01-01"), encoding="utf-8")
    (own / "rule_records.csv").write_text("rule,hits,right\na.b,3,2\n", encoding="utf-8")
    loaded = load(own)
    assert (str(loaded.policy.edition), loaded.records) == ("2027-01-01", {"a.b": (3, 2)})


def manifest(**notes):
    return json.dumps({"files": {}, **notes})


@pytest.mark.parametrize(("suggested", "state"), [(0, "passed"), (1, "failed")])
def test_told_gives_the_shares_and_the_gate_of_a_manifest(tmp_path, suggested, state):
    figures = {"violations_suggested": [90, 182], "violations_kept": [8, 182], "harmless_suggested": [0, 0], "harmless_reviewed": [28, 28]}
    (tmp_path / "manifest.json").write_text(manifest(figures=figures, gate={"rows": 916, "suggested": suggested}), encoding="utf-8")
    assert told(tmp_path) == Told("49.5%", "4.4%", "-", "100.0%", state)
    for name in ("card.md", "card.ja.md"):
        (tmp_path / name).write_text("# Model\n", encoding="utf-8")
    note_override(tmp_path, on="2026-04-01", suggested=1, rows=856, reason="検証のため")
    assert told(tmp_path).gate == "overridden"
    assert "2026-04-01: 無害な 856 行のうち 1 行を措置候補にしました。理由: 検証のため" in (tmp_path / "card.ja.md").read_text(encoding="utf-8")


def test_an_override_makes_no_card_of_its_own_in_another_language(tmp_path):
    (tmp_path / "card.md").write_text("# Model\n", encoding="utf-8")
    note_override(tmp_path, on="2026-04-01", suggested=1, rows=856, reason="検証のため")
    assert [p.name for p in tmp_path.iterdir()] == ["card.md"]
    assert (tmp_path / "card.md").read_text(encoding="utf-8").startswith("# Model\n\n## Promoted although")


def test_told_knows_nothing_where_nothing_was_measured(tmp_path):
    (tmp_path / "manifest.json").write_text(manifest(gate=None), encoding="utf-8")
    assert told(tmp_path) == Told("-", "-", "-", "-", "unknown")


@pytest.mark.parametrize("notes", [{"gate": True}, {"gate": {"suggested": None}}, {"figures": [1]}, {"figures": {"violations_kept": 3}}, {"figures": {"violations_kept": ["a", 1]}}], ids=str)
def test_told_refuses_figures_of_another_form(tmp_path, notes):
    (tmp_path / "manifest.json").write_text(manifest(**notes), encoding="utf-8")
    with pytest.raises(ModelError, match=r"the model cannot be read \(.+\)\. Restore the folder"):
        told(tmp_path)


def test_told_agrees_with_what_training_measured(small_models, small_built):
    f, found = small_built.assessment.figures, told(small_models / "small")
    assert found.violations_suggested == f"{f.violations_suggested.value:.1%}"
    assert found.harmless_reviewed == f"{f.harmless_reviewed.value:.1%}"
    assert found.gate == ("passed" if small_built.gate.passed else "failed")


def test_a_folder_without_a_manifest_is_named_as_such_and_listed(tmp_path, run_here):
    (tmp_path / "models" / "mine").mkdir(parents=True)
    (tmp_path / "models" / ".mine.part").mkdir()
    for args in (("show", "mine"), ("verify", "models/mine"), ("promote", "mine")):
        done = run_here("--lang", "en", "models", *args, cwd=tmp_path)
        assert (done.returncode, "mine: no model here (no manifest.json)" in done.stderr) == (1, True), done.stderr
    listed = run_here("--lang", "en", "models", "list", cwd=tmp_path)
    assert [line.split() for line in listed.stdout.splitlines() if "mine" in line] == [["mine", "(cannot", "be", "read)"]]
    assert "mine: no model here (no manifest.json)" in listed.stderr
