"""A new model from labelled rows or from an old model: trained, measured on its test part, and saved with its cards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from classifier.assess import Field, assess
from classifier.assessment import Assessment, Source
from classifier.card import Learned, cards
from classifier.cutoffs import Choice
from classifier.labeled import Labeled
from classifier.model import save_model
from classifier.policy import Policy
from classifier.provenance import Texts, provenance, text_hashes, texts_content, trained_texts
from classifier.registry import FIGURES, HELD_OUT_FILE, RECORDS_FILE, RULES_FILE, TEXTS_FILE, GoesBy
from classifier.reuse import reuse
from classifier.rules import measure_rules, records_text
from classifier.scorer import Scorer
from classifier.suites import Gate, gate
from classifier.thresholds import Upper
from classifier.train import Recipe, Trained, train


@dataclass(frozen=True)
class Order:
    """What a new model is to be."""

    name: str
    goes_by: GoesBy = field(default_factory=GoesBy)  # what is not the package's goes into the model's folder
    choice: Choice = field(default_factory=Choice)
    desk: Field = field(default_factory=Field)


@dataclass(frozen=True)
class Built:
    """A model ready to be saved."""

    trained: Trained
    assessment: Assessment | None  # of the test part; None where there is none
    gate: Gate | None  # None without suites
    cards: Mapping[str, str]  # language to text
    policy: Policy
    extra: Mapping[str, bytes]  # further files of the folder

    @property
    def upper(self) -> Sequence[Upper]:
        """What stands behind the upper cut-offs of the stage that decides last."""
        return self.trained.upper["full" if self.trained.model.full_cutoffs else "fast"]

    def save(self, folder: Path) -> None:
        """Write the folder; raise FileExistsError where it is there already."""
        save_model(folder, self.trained.model, self.trained.notes, self.cards, self.extra)


def build(
    order: Order, rows: Sequence[Labeled], *, sources: Sequence[Source], suites: Mapping[str, Sequence[Labeled]], progress: Callable[[str], None] = lambda step: None
) -> Built:
    """Return a model trained on the `train` rows and measured on the `test` rows; `sources` are the files that they came from."""
    trained = train(rows, order.name, policy=order.goes_by.policy, pack=order.goes_by.pack, recipe=Recipe(choice=order.choice), progress=progress)
    trained.notes.update(data=[asdict(s) for s in sources], made_on=f"{date.today():%Y-%m-%d}")
    return _finish(order, trained, rows, sources, suites, "", text_hashes([r for r in rows if r.split == "train"]))


def rebuild(order: Order, folder: Path, rows: Sequence[Labeled], *, sources: Sequence[Source], suites: Mapping[str, Sequence[Labeled]]) -> Built:
    """Return the model of a folder with other cut-offs, rules or policy, measured on the `test` rows; nothing is trained.

    The order says all that the new model goes by: what the old folder holds of its own stays only where the order holds it too (`own_files`).
    """
    trained = reuse(folder, order.name, policy=order.goes_by.policy, pack=order.goes_by.pack, choice=order.choice)
    trained.notes["made_on"] = f"{date.today():%Y-%m-%d}"
    return _finish(order, trained, rows, sources, suites, folder.name, trained_texts(folder))


def _finish(
    order: Order, trained: Trained, rows: Sequence[Labeled], sources: Sequence[Source], suites: Mapping[str, Sequence[Labeled]], cutoffs_of: str, texts: Texts | None
) -> Built:
    """Return the model measured; `texts` are the hashes of what it learned from, None where they are not known any more."""
    model, by, policy = trained.model, order.goes_by, order.goes_by.policy
    extra = {HELD_OUT_FILE: trained.held_out.to_bytes(), **{name: path.read_bytes() for name, path in by.files.items()}}
    if texts is not None:
        extra[TEXTS_FILE] = texts_content(texts)
    records = by.records
    if RULES_FILE in by.files and RECORDS_FILE not in by.files:  # a rule may suggest by itself only where labelled rows bear it out
        records = measure_rules(by.pack, [(r.reply, r.labels, r.crisis) for r in rows if r.split != "test" and not r.undecided])
        extra[RECORDS_FILE] = records_text(records).encode()
    scorer = Scorer(model, policy=policy, pack=by.pack, records=records)
    test = [r for r in rows if r.split == "test"]
    found = None
    if test:
        where = provenance(model.name, trained.notes, policy, data=sources, rows=test, part="test", texts=texts)
        found = assess(scorer, test, provenance=where, suites=tuple(suites.items()), field=order.desk)
        trained.notes["figures"] = {name: [(ratio := getattr(found.figures, name)).part, ratio.whole] for name in FIGURES}
    passed = gate(scorer, suites) if suites else None
    trained.notes["gate"] = {"rows": passed.rows, "suggested": len(passed.suggested)} if passed else None
    sizes, positives = trained.notes["rows"], trained.notes["positives"]
    if not isinstance(sizes, Mapping) or not isinstance(positives, Mapping):
        raise TypeError("notes")
    learned = Learned(sizes, positives, trained.upper["full" if model.full_cutoffs else "fast"], cutoffs_of)
    return Built(trained, found, passed, cards(model, policy=policy, learned=learned, assessment=found, gate=passed), policy, extra)
