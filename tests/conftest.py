import csv
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from classifier.messages import use

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # no test depends on seconds
settings.load_profile("unhurried")

DATA = Path(__file__).parents[1] / "data" / "replies.csv"


@pytest.fixture(autouse=True)
def _english():
    use("en")


@pytest.fixture
def run_here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command line in this process: for the many commands of which only the end is looked at, each of which would load everything anew."""
    from classifier.cli import main

    def run(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["reply-classifier", *args])
        before = signal.getsignal(signal.SIGTERM)
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            signal.signal(signal.SIGTERM, before)
        said = capsys.readouterr()
        return subprocess.CompletedProcess(args, int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A labelled file on which a model trains in seconds: every 60th row of the training part of the shipped data, and every 14th of the others."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    path = tmp_path_factory.mktemp("small") / "small.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows([r for i, r in enumerate(rows) if i % (60 if r["split"] == "train" else 14) == 0])
    return path


@pytest.fixture(scope="session")
def small_built(small_data: Path):
    """A small model, trained and measured, not yet saved."""
    from classifier.build import Order, build
    from classifier.labeled import read_labeled
    from classifier.policy import default_policy
    from classifier.provenance import fingerprints
    from classifier.suites import read_suites, shipped_suites

    rows = read_labeled([small_data], default_policy())
    return build(Order("small"), rows, sources=fingerprints([small_data], rows), suites=read_suites(shipped_suites(), default_policy()))


@pytest.fixture
def small_models(small_built, tmp_path: Path) -> Path:
    """A folder of models that holds the small one."""
    small_built.save(tmp_path / "models" / "small")
    return tmp_path / "models"
