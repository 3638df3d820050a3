import pytest

from classifier.errors import ModelError
from classifier.model import shipped_folder
from classifier.registry import find_folder, new_folder


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


@pytest.mark.parametrize("name", ["autumn", "half", "", ".."])
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


@pytest.mark.parametrize("name", ["", ".", "..", "../up", "a/b", "a\\b", "春", "a b", "-x", "x" * 65, "a\n"])
def test_a_name_that_cannot_be_a_folder_is_refused(models, name):
    with pytest.raises(ModelError, match="cannot be a model's name"):
        new_folder(models, name)


@pytest.mark.parametrize("name", ["spring", "half"])
def test_a_name_that_is_taken_is_refused(models, name):
    with pytest.raises(ModelError, match=f"{name} exists already, and models are never overwritten"):
        new_folder(models, name)
