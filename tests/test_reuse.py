"""An old model in a new folder: other cut-offs, other rules, another edition of the policy."""

import hashlib
import json
import re
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest

from classifier.build import Order, rebuild
from classifier.cutoffs import Choice
from classifier.errors import ModelError
from classifier.features import rule_ids
from classifier.labeled import read_labeled
from classifier.model import ANY, CRISIS, save_model, seal
from classifier.policy import default_policy, read_policy
from classifier.provenance import trained_texts
from classifier.registry import HELD_OUT_FILE, POLICY_FILE, RULES_FILE, GoesBy, load
from classifier.replies import Reply
from classifier.reuse import Changes, changes, reuse
from classifier.rules import default_pack, records_text
from classifier.scorer import Scorer
from classifier.targets import Asked
from classifier.thresholds import Targets, pooled, together
from classifier.validate import LONG, bare

POLICY = default_policy()
REPLIES = [Reply(str(i), t) for i, t in enumerate(["電波が入らない", "お前みたいな寄生虫は死ね", "登録はこちら https://a.example.com/", "総務省は何をしているのか"])]


@pytest.fixture
def edition(tmp_path):
    """An edition without the item `other`, with a new item, and with another wording of `privacy`."""
    text = resources.files("classifier").joinpath("policy.toml").read_text(encoding="utf-8")
    head, *grounds = text.split("[[ground]]\n")
    grounds = [g.replace("個人情報", "個人に関する情報") for g in grounds if 'id = "other"' not in g]
    new = 'id = "deepfake"\nclause = "5(15)"\nshort = "偽動画"\ntext = "人工知能で作った偽の映像"\nmeasures = ["非表示"]\nsettled_by = "text"\n'
    path = tmp_path / "policy.toml"
    path.write_text("[[ground]]\n".join([head.replace('"other"', '"deepfake"').replace("2020-03-02", "2027-04-01"), *grounds, new]), encoding="utf-8")
    return path


def test_changes_are_told_by_ids(edition):
    assert changes({g.id: g.text for g in POLICY.grounds}, read_policy(edition)) == Changes(("deepfake",), ("other",), ("privacy",))
    assert changes({g.id: g.text for g in POLICY.grounds}, POLICY) == Changes((), (), ())


def test_other_cutoffs_leave_the_scores_alone(small_models, small_built):
    strict = Choice(Asked(Targets(precision=0.98, misses=0.0), {}))
    model = reuse(small_models / "small", "strict", policy=POLICY, pack=default_pack(), choice=strict).model
    old = small_built.trained.model
    assert [r.scores for r in Scorer(model, fast=True)(REPLIES)] == [r.scores for r in Scorer(old, fast=True)(REPLIES)]
    assert model.rules_only == old.rules_only
    held_out = small_built.trained.held_out
    n = len(POLICY.ids)
    bad = held_out.held[:, :n].any(axis=1)
    scores = held_out.scores["full"].round(6)[bad]
    kept = [int((pooled(scores[:, :n], scores[:, n + 1]) < m.full_cutoffs.together).sum()) for m in (model, old)]
    assert kept[0] < kept[1]


def test_the_same_targets_give_the_same_cutoffs(small_models, small_built):
    again = reuse(small_models / "small", "again", policy=POLICY, pack=default_pack(), choice=Choice()).model
    assert np.allclose(again.full_cutoffs.lower, small_built.trained.model.full_cutoffs.lower, atol=2e-6)
    assert again.full_cutoffs.upper == pytest.approx(small_built.trained.model.full_cutoffs.upper, abs=2e-6)


def test_a_new_edition_keeps_the_heads_whose_ids_stay(small_models, small_built, edition):
    order = Order("new", GoesBy.of({POLICY_FILE: edition}))
    built = rebuild(order, small_models / "small", [], sources=(), suites={})
    built.save(small_models / "new")
    model, old = built.trained.model, small_built.trained.model
    policy = order.goes_by.policy
    assert model.grounds == policy.ids and "deepfake" in model.rules_only
    before, after = Scorer(old, fast=True)(REPLIES), Scorer(model, policy=policy, fast=True)(REPLIES)
    for a, b in zip(before, after, strict=True):
        assert dict(zip(POLICY.ids, a.scores, strict=True))["defamation"] == dict(zip(policy.ids, b.scores, strict=True))["defamation"]
        assert dict(zip(policy.ids, b.scores, strict=True))["deepfake"] == 0
    assert "| deepfake | 0 | - | - | rules and people alone" in built.cards["en"]
    assert load(small_models / "new").policy == policy


@pytest.mark.parametrize("gone", POLICY.ids)
def test_any_item_may_leave_the_policy(small_models, tmp_path, gone):
    head, *grounds = resources.files("classifier").joinpath("policy.toml").read_text(encoding="utf-8").split("[[ground]]\n")
    path = tmp_path / "policy.toml"
    head = re.sub(rf'"{gone}"(, *|(?=\]))', "", head)
    path.write_text("[[ground]]\n".join([head, *(g for g in grounds if f'id = "{gone}"' not in g)]), encoding="utf-8")
    policy = read_policy(path)
    model = reuse(small_models / "small", "fewer", policy=policy, pack=default_pack(), choice=Choice()).model
    results = Scorer(model, policy=policy)([r._replace(parent_text=parent) for r in REPLIES for parent in (None, "5Gの整備について")])
    assert {len(r.scores) for r in results} == {14}
    assert not any(gone in r.decision.grounds for r in results)


def test_the_head_for_any_ground_is_left_behind_where_an_item_is_gone(small_models, edition):
    policy = read_policy(edition)
    model = reuse(small_models / "small", "new", policy=policy, pack=default_pack(), choice=Choice()).model
    assert ANY not in model.learned and CRISIS in model.learned
    for r in Scorer(model, policy=policy)(REPLIES):
        assert r.together == pytest.approx(float(together(np.array(r.scores))), abs=1e-6)
    assert ANY in reuse(small_models / "small", "same", policy=POLICY, pack=default_pack(), choice=Choice()).model.learned


def test_a_head_that_was_not_learned_stays_so(small_models, small_built):
    old = small_built.trained.model
    k = old.heads.index(CRISIS)

    def without(stage):
        return replace(stage, mixing=stage.mixing.silenced([k]))

    held_out = replace(small_built.trained.held_out, scores={s: np.where(np.arange(len(old.heads)) == k, 0.0, v) for s, v in small_built.trained.held_out.scores.items()})
    save_model(small_models / "calm", replace(old, name="calm", fast=without(old.fast), full=without(old.full)), small_built.trained.notes, extra={HELD_OUT_FILE: held_out.to_bytes()})
    again = reuse(small_models / "calm", "again", policy=POLICY, pack=default_pack(), choice=Choice()).model
    assert (again.fast_cutoffs.crisis, again.full_cutoffs.crisis) == ((1.0, 1.0), (1.0, 1.0))


def test_a_rule_for_a_new_item_sends_to_people(small_models, edition, tmp_path):
    rules = tmp_path / "rules.toml"
    text = resources.files("classifier").joinpath("rules.toml").read_text(encoding="utf-8")
    rules.write_text(text + '\n[[rule]]\nid = "deepfake.word"\nground = "deepfake"\nany = ["偽動画"]\nhits = ["偽動画を作った"]\n', encoding="utf-8")
    by = GoesBy.of({POLICY_FILE: edition, RULES_FILE: rules})
    built = rebuild(Order("ruled", by), small_models / "small", [], sources=(), suites={})
    built.save(small_models / "ruled")
    assert "deepfake.word" in built.trained.model.rules == rule_ids(by.pack)
    (result,) = Scorer(built.trained.model, policy=by.policy, pack=by.pack, records={}, fast=True)([Reply("1", "大臣の偽動画を作った")])
    assert (result.decision.action, "deepfake" in result.decision.grounds) == ("review", True)


def test_a_model_made_from_a_model_goes_by_the_same_policy_and_rules(small_models, edition, tmp_path, run_here):
    """The edition lacks an item and has a new one: with the packaged policy or rules the last model could not even be opened."""
    text = resources.files("classifier").joinpath("rules.toml").read_text(encoding="utf-8")
    (tmp_path / "rules.toml").write_text(text + '\n[[rule]]\nid = "deepfake.word"\nground = "deepfake"\nany = ["偽動画"]\nhits = ["偽動画を作った"]\n', encoding="utf-8")
    rows = ["text,labels,split", *(f"大臣の偽動画を{i}本作った,deepfake,train" for i in range(3)), "電波が弱い,,test"]
    (tmp_path / "rows.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "suites").mkdir()
    for name in ("criticism", "identity", "innocent"):
        (tmp_path / "suites" / f"{name}.csv").write_text("id,text,labels\n1,電波が弱い,\n", encoding="utf-8")
    for args in (
        ("rows.csv", "--reuse", "small", "--policy", "policy.toml", "--rules", "rules.toml", "--out", "second"),
        ("rows.csv", "--reuse", "second", "--precision", "0.9", "--out", "third"),
        ("--reuse", "third", "--misses", "0.1", "--out", "fourth"),
    ):
        done = run_here("--lang", "en", "train", *args, "--suites", "suites", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    verified = run_here("--lang", "en", "models", "verify", "fourth", cwd=tmp_path)
    assert (verified.returncode, "2027-04-01" in verified.stdout) == (0, True), verified.stderr
    second, fourth = (load(small_models / name) for name in ("second", "fourth"))
    assert (fourth.policy, fourth.pack.rules, fourth.records) == (second.policy, second.pack.rules, second.records)
    assert fourth.records["deepfake.word"] == (3, 3)
    assert json.loads((small_models / "third" / "manifest.json").read_text(encoding="utf-8"))["policy"] == "2027-04-01"


def test_rows_that_trained_the_old_model_are_told_in_the_new_card(small_models, small_data, small_built):
    rows = read_labeled([small_data], POLICY)
    trained = [replace(r, split="test") for r in rows if r.split == "train" and len(bare(r.reply.text)) >= LONG][:40]
    fresh = [r for r in rows if r.split == "test"][:20]
    short = sum(len(bare(r.reply.text)) < LONG for r in fresh)
    built = rebuild(Order("again"), small_models / "small", [*trained, *fresh], sources=(), suites={})
    assert (built.assessment.provenance.seen, built.assessment.provenance.unknown) == (40, short)
    assert (f"\n{short} of its rows were not looked for" in built.cards["en"]) == (short > 0)
    assert "WARNING: at least 40 of its 60 rows trained the model" in built.cards["en"] and "No row of it was used to train" not in built.cards["en"]
    assert "60 行のうち少なくとも 40 行は、このモデルの学習に使われています" in built.cards["ja"]
    built.save(small_models / "again")
    assert trained_texts(small_models / "again").tolist() == trained_texts(small_models / "small").tolist()
    assert "No row of it was used to train" in small_built.cards["en"]


def test_other_rules_do_not_keep_the_record_of_those_before(small_models, tmp_path, run_here):
    built = rebuild(Order("ruled"), small_models / "small", [], sources=(), suites={})
    text = resources.files("classifier").joinpath("rules.toml").read_text(encoding="utf-8")
    own = {"rules.toml": text.encode(), "rule_records.csv": records_text({"defamation.die_to_person": (900, 900)}).encode()}
    replace(built, extra={**built.extra, **own}).save(small_models / "ruled")
    assert load(small_models / "ruled").records == {"defamation.die_to_person": (900, 900)}
    (tmp_path / "rules.toml").write_text(text, encoding="utf-8")
    done = run_here("--lang", "en", "train", "--reuse", "ruled", "--rules", "rules.toml", "--out", "again", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert load(small_models / "again").records == {}


def test_a_policy_that_the_rules_of_the_old_model_do_not_fit_is_refused(small_models, edition, tmp_path, run_here):
    text = resources.files("classifier").joinpath("rules.toml").read_text(encoding="utf-8")
    (tmp_path / "rules.toml").write_text(text + '\n[[rule]]\nid = "deepfake.word"\nground = "deepfake"\nany = ["偽動画"]\n', encoding="utf-8")
    by = GoesBy.of({POLICY_FILE: edition, RULES_FILE: tmp_path / "rules.toml"})
    rebuild(Order("ruled", by), small_models / "small", [], sources=(), suites={}).save(small_models / "ruled")
    packaged = tmp_path / "packaged.toml"
    packaged.write_text(resources.files("classifier").joinpath("policy.toml").read_text(encoding="utf-8"), encoding="utf-8")
    done = run_here("--lang", "en", "train", "--reuse", "ruled", "--policy", "packaged.toml", "--out", "again", cwd=tmp_path)
    assert (done.returncode, "rule deepfake.word: it needs a ground" in done.stderr) == (1, True)
    assert not (small_models / "again").exists()


def test_rules_that_are_gone_lose_their_weight(small_models):
    pack = default_pack()
    fewer = type(pack)(pack.rules[1:], pack.lexicon)
    model = reuse(small_models / "small", "fewer", policy=POLICY, pack=fewer, choice=Choice()).model
    assert len(model.rules) == len(rule_ids(pack)) - 1
    assert len(Scorer(model, pack=fewer, fast=True)(REPLIES)) == len(REPLIES)


def test_a_folder_without_held_out_scores_is_refused(small_models):
    (small_models / "small" / "held_out.npz").write_bytes(b"nothing")
    manifest = json.loads((small_models / "small" / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["held_out.npz"] = hashlib.sha256(b"nothing").hexdigest()
    manifest["checksum"] = seal(manifest)
    (small_models / "small" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelError, match="no held-out scores"):
        reuse(small_models / "small", "x", policy=replace(POLICY), pack=default_pack(), choice=Choice())
