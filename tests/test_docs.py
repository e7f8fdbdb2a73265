"""What the documents tell people to type works, and what they point to is there."""

import re
import shlex
from pathlib import Path

import pytest

import footnoted

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))


def commands(text: str, name: str) -> list[list[str]]:
    """The indented command lines of a page that begin with `name`."""
    lines = re.findall(rf"^ {{4}}({name}\b.*)$", text, re.M)
    return [shlex.split(line, comments=True)[1:] for line in lines]


@pytest.fixture
def in_the_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A shell in the project's folder, with an empty library and no model."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("FOOTNOTED_DATA", str(tmp_path / "library"))
    monkeypatch.setenv("FOOTNOTED_MODEL", "none")


def test_the_commands_of_the_readme_work_in_its_order(
    in_the_project: None, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = [words for words in commands(README, "footnoted") if words != ["chat"]]

    codes = [footnoted.main(words) for words in typed]

    assert codes == [0] * 6
    assert "600,000 and 700,000 tons of rice" in capsys.readouterr().out


def test_the_readme_shows_how_to_start_and_how_to_test() -> None:
    assert commands(README, "make")[:2] == [["run"], ["test"]]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(r"(?:^ {4}|`)make ([a-z]+)", page.read_text("utf-8"), re.M))

    assert named <= TARGETS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_is_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text("utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_setting_that_the_readme_names_is_read_somewhere() -> None:
    code = "".join(path.read_text("utf-8") for path in ROOT.glob("[iru]*/*.py"))

    named = set(re.findall(r"\b(?:FOOTNOTED|OPENAI)_[A-Z_]+", README))

    assert named
    assert sorted(name for name in named if f'"{name}"' not in code) == []
