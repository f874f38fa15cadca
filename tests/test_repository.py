"""The repository's own files: pins agree with each other, and what README and CONTRIBUTING print is true."""

import os
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, run_pytest, run_witness, tool
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import witness
from witness.examples import NEEDS, ExampleError, find
from witness.language import TYPES
from witness.script import Settings

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
REQUIREMENTS = (ROOT / "requirements.txt").read_text().replace("\\\n", "").splitlines()
DOCUMENTS = ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CONTRIBUTING.zh-CN.md"]
INSTALL = "python3 -m pip install --upgrade --target .uv uv"
OUR_UV = ".uv/bin/uv"
"""The path of uv after that."""
TUTORIAL = "examples/processes/hello"
"""The example made in README, which is not in the repository."""
# in pieces, as this file is searched as well
NAMES = "pypi org, pythonhosted org, anaconda org, npmjs org, jsdelivr net, unpkg com, aliyun com"
HOSTS = [".".join(name.split()) for name in f"{NAMES}, tsinghua edu cn, ustc edu cn".split(", ")]
FENCE = re.compile(r"^(?P<mark>```+)(?P<info>.*)\n(?P<body>(?:.*\n)*?)(?P=mark)$", re.MULTILINE)


def fences(document: str, info: str = "") -> list[str]:
    """Return the contents of a document's fences, all of them or those in one language."""
    found = FENCE.finditer((ROOT / document).read_text())
    return [fence["body"] for fence in found if not info or fence["info"] == info]


def commands(document: str) -> list[str]:
    """Return the command lines printed in a document."""
    lines = "".join(fences(document, "sh")).splitlines()
    return [line.partition("  #")[0].rstrip().replace(OUR_UV, "uv") for line in lines]


def files() -> Iterator[Path]:
    """Yield every file of the repository that git doesn't ignore."""
    ignored = [".git", *(line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines())]
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not any(fnmatch(name, pattern) for pattern in ignored)]
        yield from (Path(folder, name) for name in names if not any(fnmatch(name, pattern) for pattern in ignored))


def test_requirements_are_the_pins() -> None:
    direct = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
    pins = direct + PROJECT["tool"]["uv"]["constraint-dependencies"]
    required = {line.partition(" --hash=")[0].rstrip() for line in REQUIREMENTS}
    assert required - set(pins) == set()
    assert set(pins) - required == set()
    build = PROJECT["build-system"]["requires"] + PROJECT["tool"]["uv"]["build-constraint-dependencies"]
    for pin in pins + build:
        assert re.fullmatch(r"[a-z0-9_-]+==[0-9.]+( ; .+)?", pin), f"{pin} is not one exact version"


def test_requirements_are_checked_by_hash() -> None:
    for line in REQUIREMENTS:
        assert re.fullmatch(r"[^\s-]\S*( ; [^-]+?)?( +--hash=sha256:[0-9a-f]{64})+", line), f"{line[:80]} has no hash"


def test_what_is_installed_is_what_is_pinned() -> None:
    pins = [Requirement(line.partition(" --hash=")[0]) for line in REQUIREMENTS]
    wanted = {pin.name: str(pin.specifier)[2:] for pin in pins if not pin.marker or pin.marker.evaluate()}
    installed = {canonicalize_name(found.name): found.version for found in distributions()}
    # the project itself, and packages that may come with a new environment
    for name in (PROJECT["project"]["name"], "pip", "setuptools", "uv", "wheel"):
        installed.pop(canonicalize_name(name), None)
    assert dict(installed.items() - wanted.items()) == {}
    assert dict(wanted.items() - installed.items()) == {}


def test_the_licences_are_the_same_everywhere() -> None:
    project, citation = PROJECT["project"], yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert project["license"].split(" AND ") == citation["license"] == ["MIT", "CC-BY-4.0"]
    assert project["license-files"] == sorted(path.name for path in ROOT.glob("LICENSE*"))
    for name, first in zip(project["license-files"], ("MIT License", "Creative Commons Attribution 4.0"), strict=True):
        assert (ROOT / name).read_text().startswith(first)
        for document in DOCUMENTS:
            assert f"]({name})" in (ROOT / document).read_text()


def test_no_file_names_a_download_host() -> None:
    named = []
    for path in files():
        text = path.read_bytes()
        named += [f"{path.relative_to(ROOT)} names {host}" for host in HOSTS if host.encode() in text]
    assert not named


def test_ci_runs_what_the_readme_says() -> None:
    lines = (ROOT / ".ci/run").read_text().splitlines()
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert "set -euo pipefail" in lines
    assert f"command -v uv >/dev/null || quietly {INSTALL}" in lines
    assert lines[-1] == "uv run pytest"
    read, verify, *_ = "".join(fences("README.md", "sh")).splitlines()
    assert read == f"{INSTALL} && {OUR_UV} run --no-dev mkdocs serve"
    assert verify == f"{OUR_UV} run pytest"


@cache
def help_of(*command: str) -> str:
    """Return what a command of the project's environment prints for `--help`."""
    return run_witness(ROOT, *command[1:], "--help")[1] if command[0] == "witness" else tool(*command, "--help")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_exist(document: str) -> None:
    examples = [TUTORIAL, *(f"examples/{example.name}" for example in find(ROOT / "examples"))]
    for command in commands(document):
        for part in command.replace(" --no-dev", "").split(" && "):
            words = shlex.split(part)
            if words[0] == "prek":
                assert f"#   {part}\n" in (ROOT / ".pre-commit-config.yaml").read_text()
                continue
            if words[:2] != ["uv", "run"]:
                known = [INSTALL.split()[:2], ["pip", "install"], ["uv", "export"], ["uv", "tool"]]
                assert words[:2] in known, f"what is `{part}`?"
                continue
            options = help_of("pytest") if words[2] == "pytest" else help_of(*words[2:4])
            for option in re.findall(r" (--[a-z-]+)", part):
                assert re.search(rf"^  (-\w.*, )?{option}\b", options, re.MULTILINE), f"{part} has no {option}"
            for name in re.findall(r" (?:-k|--load) (\S+)", part):
                assert f"examples/{name}" in examples or (ROOT / name).exists(), f"`{part}` selects no example or page"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_exist(document: str) -> None:
    text = FENCE.sub("", (ROOT / document).read_text())
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    spans = re.findall(r"`([\w./-]+/[\w./-]*|[\w.-]+\.(?:json|md|toml|txt|ya?ml))`", text)
    words = re.findall(r"(?:tests|docs|examples)/[\w./-]+\w", "".join(fences(document)))
    assert links
    assert spans
    made = (TUTORIAL, OUR_UV, "main/", "pool/")
    named = {path for path in links + spans + words if "CHAPTER" not in path and not path.startswith(made)}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(("english", "chinese"), [DOCUMENTS[:2], DOCUMENTS[2:]], ids=["README", "CONTRIBUTING"])
def test_both_languages_show_the_same(english: str, chinese: str) -> None:
    assert fences(english) == fences(chinese)
    headings = [
        re.findall(r"^#+ ", FENCE.sub("", (ROOT / document).read_text()), re.MULTILINE)
        for document in (english, chinese)
    ]
    assert headings[0] == headings[1]


SKIPPED = """
import pytest
@pytest.mark.parametrize("number", [1, 2])
def test_here(command, number):
    command("no_such_command", "with care")
def test_there(command):
    command("no_such_command", "with care")
def test_nowhere():
    pytest.skip("no such thing")
"""


def test_the_summary_says_what_was_skipped_for_want_of_what(project: Path) -> None:
    (project / "tests").mkdir()
    shutil.copy(ROOT / "tests/conftest.py", project / "tests")
    (project / "tests/test_a.py").write_text(SKIPPED)
    said = run_pytest(project).splitlines()
    start = next(number for number, line in enumerate(said) if line.strip("= ") == "skipped")
    assert said[start + 1 : start + 3] == [
        "3 tests: no no_such_command: install it, with care",
        "1 test: no such thing",
    ]


def test_a_test_that_waits_for_ever_ends_and_says_where(project: Path) -> None:
    (project / "tests").mkdir()
    (project / "tests/test_a.py").write_text("import threading\n\ndef test_a():\n    threading.Event().wait()\n")
    assert PROJECT["tool"]["pytest"]["ini_options"]["timeout"] <= 300
    said = run_pytest(project, "-o", "timeout=0.2")
    assert "threading.Event().wait()" in said
    assert "Failed: Timeout (>0.2s) from pytest-timeout." in said


def unrecorded(text: str) -> str:
    """Return the lines of a result file without recorded values, sorted, as their order may be that of the run."""
    return "\n".join(sorted(re.sub(r"(\{\w+:\w+)=[^ }]*", r"\1", text).splitlines()))


def annotated_tutorial() -> str:
    """Return the result file that README ends up with."""
    (annotated,) = (text for text in fences("README.md", "text") if text.startswith("$ python hello.py\n"))
    return annotated


@pytest.mark.parametrize("document", DOCUMENTS)
def test_printed_results_are_real(document: str) -> None:
    results = {unrecorded(path.read_text()) for path in (ROOT / "examples").rglob("*.out")}
    printed = {unrecorded(text) for text in fences(document, "text")}
    if document.startswith("README"):
        printed.discard(unrecorded(annotated_tutorial()))
    assert printed
    assert printed - results == set()


@pytest.mark.parametrize("document", [*DOCUMENTS[2:], "docs/how.md"])
def test_contributors_and_readers_are_told_every_annotation(document: str) -> None:
    text = (ROOT / document).read_text()
    settings = () if document.startswith("docs") else (*NEEDS, *Settings.__struct_fields__)
    untold = [word for word in (*TYPES, *settings) if f"`{word}`" not in text]
    assert not untold, f"{document} says nothing of {', '.join(untold)}"


@pytest.mark.parametrize("tested", ["result", "decide", "propose", "render"])
def test_every_type_of_value_is_tested(tested: str) -> None:
    file = f"tests/test_{tested}.py"
    text = (ROOT / file).read_text()
    untested = [type for type in TYPES if not re.search(rf"[{{:]{type}[=: !]", text)]
    assert not untested, f"{file} has no row on {', '.join(untested)}"


def test_an_example_is_added_as_the_readme_says(project: Path) -> None:
    (program,) = fences("README.md", "python")
    (command,) = (command for command in commands("README.md") if "--record" in command)
    file = project / f"{TUTORIAL}.py"
    file.parent.mkdir(parents=True)
    file.write_text(program)

    def record() -> str:
        said = run_pytest(project, *shlex.split(command.removeprefix("uv run pytest ")))
        assert said.startswith("0 "), said
        return said

    assert f"{TUTORIAL}.out: new" in record()
    result = file.with_suffix(".out")
    result.write_text(annotated_tutorial())
    assert ": recorded anew" not in record()  # as it is legal by these annotations
    wrong = re.findall(r"^\S+hello\.\w+:\d+: (.*)", run_pytest(project, str(result)), re.MULTILINE)
    assert {what for what in wrong if not what.startswith("no page shows this file yet")} == set()
    # The recorded run may have its two lines the other way round.
    assert sorted(unrecorded(result.read_text()).splitlines()) == sorted(unrecorded(annotated_tutorial()).splitlines())


def test_the_architecture_names_the_files_there_are() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    for path in re.findall(r"`((?:witness|docs|tests)/[\w./]*)`", text):
        assert (ROOT / path).exists(), path
    for room in re.findall(r"^\| `(witness/[\w/]+/)`", text, re.MULTILINE):
        (row,) = (line for line in text.splitlines() if line.startswith(f"| `{room}`"))
        named = set(re.findall(r"`([\w/]+\.py)`", row))
        assert named == {path.name for path in (ROOT / room).glob("*.py")} - {"__init__.py"}, room
    rooms = {f"witness/{path.name}/" for path in (ROOT / "witness").iterdir() if (path / "__init__.py").exists()}
    assert rooms == set(re.findall(r"^\| `(witness/\w+/)`", text, re.MULTILINE))


def test_a_program_is_verified_in_three_lines() -> None:
    program = ROOT / "examples/threads/named_thread.py"
    result = witness.read(program.with_suffix(".out"))
    assert witness.verify(program, result).legal
    assert not witness.verify(program, witness.parse("$ python named_thread.py\nsomething else\n", program)).legal
    for other in "named_thread.b.py", "named_thread.pyw", "named_thread":
        with pytest.raises(ExampleError, match=f"{other}:1: this can't be run"):  # and no other program in its place
            witness.verify(program.with_name(other), result)
