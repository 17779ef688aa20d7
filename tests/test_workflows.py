"""The workflow that users keep: pinned, without permissions it does not need, and of commands that there are."""

from __future__ import annotations

import dataclasses
import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
import yaml

from pressroom import cli
from pressroom.config import Hosting
from pressroom.deploy.target import Bundle, Target, parse_targets

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
FILE = ROOT / ".github/workflows/publish.yml"
# Read on 2026-11-23 from the tags of the actions themselves, and from workflows of well-known projects.
PINS = {
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/setup-python": ("5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0"),
    "actions/upload-artifact": ("043fb46d1a93c77aae656e7c1c64a875d1fc6a0a", "v7.0.1"),
    "actions/download-artifact": ("3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1"),
    "actions/upload-pages-artifact": ("fc324d3547104276b827a68afc52ff2a11cc49c9", "v5.0.0"),
    "actions/deploy-pages": ("cd2ce8fcbc39b97be8ca5fce6e763baed58fa128", "v5.0.0"),
}
# Everything that a job may do.
PERMISSIONS = {
    "build": {"contents": "read"},
    "deploy": {"contents": "read"},
    "bundle": {"contents": "read"},
    "pages": {"pages": "write", "id-token": "write"},
    "live": {"contents": "read"},
}
_USES = re.compile(r"^ *(?:- )?uses: (\S+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$")
_PRESSROOM = re.compile(r"(?:^|[ /])pressroom ((?:[^\n|&;])+)")


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    """The workflow, parsed; its key `on` is what YAML 1.1 calls true."""
    parsed: dict[Any, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return parsed


def steps(workflow: dict[Any, Any], job: str | None = None) -> list[dict[str, Any]]:
    """The steps of a job, or of all."""
    names = workflow["jobs"] if job is None else [job]
    return [step for name in names for step in workflow["jobs"][name]["steps"]]


def script(workflow: dict[Any, Any], name: str) -> str:
    """What the step of that name runs."""
    (found,) = [step["run"] for step in steps(workflow) if step.get("name") == name]
    return str(found)


def scripts(workflow: dict[Any, Any]) -> str:
    """Everything that any step runs, a line a command."""
    return "\n".join(step["run"] for step in steps(workflow) if "run" in step).replace("\\\n", " ")


def test_every_action_is_pinned_to_a_commit_that_was_looked_up() -> None:
    """40 digits and the exact version in a comment, both of the table; no line escapes."""
    text = FILE.read_text(encoding="utf-8")
    lines = [line for line in text.split("\n") if re.search(r"\buses:", line)]
    pinned = [_USES.fullmatch(line) for line in lines]

    assert [] == [line for line, match in zip(lines, pinned, strict=True) if match is None]
    assert {name: (commit, version) for name, (commit, version) in PINS.items()} == {
        match[1]: (match[2], match[3]) for match in pinned if match
    }


def test_a_pin_to_a_tag_is_seen() -> None:
    """The check of pins can fail."""
    sha = "3d3c42e5aac5ba805825da76410c181273ba90b1"

    assert _USES.fullmatch(f"      - uses: actions/checkout@{sha} # v7.0.1")
    for wrong in (
        "uses: actions/checkout@v7",
        f"uses: actions/checkout@{sha}",
        f"uses: actions/checkout@{sha} # v7",
        f"uses: actions/checkout@{sha[:39]} # v7.0.1",
    ):
        assert _USES.fullmatch(wrong) is None, wrong


def test_no_job_may_do_more_than_it_needs(workflow: dict[Any, Any]) -> None:
    """Nothing at the top, and what is listed here in each job; a job that says nothing would have what the top has."""
    assert {} == workflow["permissions"]
    assert PERMISSIONS == {name: job["permissions"] for name, job in workflow["jobs"].items()}


def test_it_runs_when_it_should(workflow: dict[Any, Any]) -> None:
    """Pushes to main, pull requests, weekly, by hand; never with secrets for a stranger's code."""
    triggers = workflow[True]

    assert {"push", "pull_request", "schedule", "workflow_dispatch"} == set(triggers)
    assert {"branches": ["main"]} == triggers["push"]
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", triggers["schedule"][0]["cron"])


def test_a_deploy_is_not_cut_off(workflow: dict[Any, Any]) -> None:
    """Runs of a branch wait for each other; only those of pull requests give way."""
    assert "publish-${{ github.ref }}" == workflow["concurrency"]["group"]
    assert (
        "${{ github.event_name == 'pull_request' }}"
        == workflow["concurrency"]["cancel-in-progress"]
    )
    assert all(0 < job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())


def test_no_checkout_leaves_its_token_behind(workflow: dict[Any, Any]) -> None:
    """Nothing that runs later can push."""
    checkouts = [
        one for one in steps(workflow) if one.get("uses", "").startswith("actions/checkout@")
    ]

    assert 4 == len(checkouts)
    assert all(one["with"]["persist-credentials"] is False for one in checkouts)


def test_no_expression_becomes_a_part_of_a_script(workflow: dict[Any, Any]) -> None:
    """What GitHub fills in reaches a script as a variable alone."""
    assert "${{" not in scripts(workflow)


def test_only_the_deploy_knows_a_secret(workflow: dict[Any, Any]) -> None:
    """One secret, in one step, of a job that is bound to its environment and to main."""
    text = FILE.read_text(encoding="utf-8")
    knowing = [step["name"] for step in steps(workflow) if "secrets." in str(step)]
    deploy = workflow["jobs"]["deploy"]

    assert 1 == len(re.findall(r"\bsecrets\.", text))
    assert ["Deploy to the server"] == knowing
    assert "production" == deploy["environment"]
    assert "build" == deploy["needs"]
    assert deploy["if"].startswith("github.ref == 'refs/heads/main' && (")


def test_hidden_files_are_published_too(workflow: dict[Any, Any]) -> None:
    """Without a word upload-artifact leaves .well-known/security.txt out."""
    (sites,) = [
        one
        for one in steps(workflow)
        if one.get("with", {}).get("name") == "sites"
        and "path" in one["with"]
        and "\n" in one["with"]["path"]
    ]

    assert ["public/", "deploy/"] == sites["with"]["path"].split()
    assert sites["with"]["include-hidden-files"] is True
    assert "error" == sites["with"]["if-no-files-found"]


def test_every_make_target_is_there(workflow: dict[Any, Any]) -> None:
    """Make knows what to do for each."""
    targets = re.findall(r"^make (\S+)$", scripts(workflow), re.MULTILINE)

    assert ["test", "site", ".venv/.ready"] == list(dict.fromkeys(targets))
    for target in dict.fromkeys(targets):
        command = ["make", "--dry-run", "--no-print-directory", target]
        asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert 0 == asked.returncode, asked.stderr


def test_every_script_is_there(workflow: dict[Any, Any]) -> None:
    """Those that are started by name."""
    named = re.findall(r"\bsh (\S+)", scripts(workflow))

    assert ["scripts/install_system.sh"] == named
    assert all((ROOT / name).is_file() for name in named)


def pressroom_commands(workflow: dict[Any, Any]) -> Iterator[list[str]]:
    """The words behind `pressroom` wherever a script calls it."""
    for match in _PRESSROOM.finditer(scripts(workflow)):
        yield shlex.split(match[1])


def test_every_command_and_option_is_there(workflow: dict[Any, Any]) -> None:
    """Click knows each command of ours, each of its options, and whether a value follows."""
    called = list(pressroom_commands(workflow))

    assert [
        ["observatory", "check", "--built", "--min-score", "155"],
        ["deploy", "production", "--yes"],
        ["deploy", "pages", "--yes"],
        ["observatory", "check", "--min-score", "155", "--record"],
    ] == called
    for words in called:
        command: click.Command = cli.root
        context = click.Context(command)
        while isinstance(command, click.Group):
            name = words.pop(0)
            found = command.get_command(context, name)
            assert found is not None, name
            command, context = found, click.Context(found, parent=context, info_name=name)
        command.make_context(context.info_name, words, parent=context.parent)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a script came to, in a folder of its own."""

    code: int
    summary: str
    output: str
    said: str


def run(script: str, folder: Path, *, programs: dict[str, str], **environment: str) -> Ran:
    """Run a step as GitHub does, with programs of ours first on the path."""
    tools = folder / "tools"
    tools.mkdir()
    for name, text in programs.items():
        tool = tools / name if "/" not in name else folder / name
        tool.parent.mkdir(parents=True, exist_ok=True)
        tool.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        tool.chmod(0o755)
    files = {"GITHUB_STEP_SUMMARY": folder / "summary", "GITHUB_OUTPUT": folder / "output"}
    for file in files.values():
        file.touch()
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "TMPDIR": str(folder),
            **{name: str(file) for name, file in files.items()},
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(
        code=done.returncode,
        summary=files["GITHUB_STEP_SUMMARY"].read_text(),
        output=files["GITHUB_OUTPUT"].read_text(),
        said=done.stdout + done.stderr,
    )


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (0, "All hosts have 155 points or more."),
        (1, "**Below 155 points.**"),
        (3, "**Could not look.**"),
        (2, "**The command itself failed** with exit code 2"),
        (137, "**The command itself failed** with exit code 137"),
    ],
)
@pytest.mark.parametrize("known", ["", "an old line\n"])
def test_bad_and_could_not_look_are_said_apart(
    workflow: dict[Any, Any], tmp_path: Path, *, code: int, said: str, known: str
) -> None:
    """Each code fails with itself but 0, the summary says what it means, and the new line is kept apart."""
    (tmp_path / "site").mkdir()
    if known:
        (tmp_path / "site/observatory.jsonl").write_text(known)
    judge = f"echo '{{}}' >> site/observatory.jsonl; exit {code}"
    ran = run(
        script(workflow, "Judge the hosts"), tmp_path, programs={".venv/bin/pressroom": judge}
    )

    assert code == ran.code
    assert said in ran.summary
    assert 1 == ran.summary.count("**") // 2 + (code == 0)
    assert "{}\n" == (tmp_path / "lines.jsonl").read_text()
    assert f"{known}{{}}\n" == (tmp_path / "site/observatory.jsonl").read_text()


SERVER = {
    "DEPLOY_HOST": "www.example",
    "DEPLOY_USER": "deployer",
    "DEPLOY_KNOWN_HOSTS": "www.example ssh-ed25519 AAAA",
    "DEPLOY_KEY": "-----BEGIN KEY-----\nsecret\n-----END KEY-----",
}
# What our pressroom looks at: its words, its environment and umask, and what ssh makes of the name in pyproject.toml.
DEPLOY = r"""
printf '%s\n' "$*" > words
env > environment
umask > umask
ssh -G -F "$HOME/.ssh/config" "$TARGET" > settings
cp -p "$(sed -n 's/^identityfile //p' settings)" key
cp -p "$(sed -n 's/^userknownhostsfile //p' settings)" known_hosts
exit "${CODE:-0}"
"""


def deploy(workflow: dict[Any, Any], folder: Path, **changed: str) -> Ran:
    """Run the step that deploys, with a pressroom of ours, in a home of its own."""
    target = settings()["deploy"]["production"]["host"]
    return run(
        script(workflow, "Deploy to the server"),
        folder,
        programs={".venv/bin/pressroom": DEPLOY},
        **{**SERVER, "HOME": str(folder), "TARGET": target, **changed},
    )


def settings() -> dict[str, Any]:
    """`[tool.pressroom]` of this project."""
    parsed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = parsed["tool"]["pressroom"]
    return found


def test_ssh_reaches_the_server_by_the_name_of_the_target(
    workflow: dict[Any, Any], tmp_path: Path
) -> None:
    """What ssh makes of the configured name: this host and user, this key alone, and no host key but the given one."""
    ran = deploy(workflow, tmp_path)
    said = dict(
        line.split(" ", 1) for line in (tmp_path / "settings").read_text().lower().splitlines()
    )

    assert 0 == ran.code, ran.said
    assert "done=true\n" == ran.output
    assert "deploy production --yes\n" == (tmp_path / "words").read_text()
    assert ("www.example", "deployer") == (said["hostname"], said["user"])
    assert said["stricthostkeychecking"] in {"yes", "true"}
    assert ("yes", "yes") == (said["identitiesonly"], said["batchmode"])
    assert SERVER["DEPLOY_KNOWN_HOSTS"] + "\n" == (tmp_path / "known_hosts").read_text()


def test_the_key_is_in_one_file_for_the_time_of_the_deploy(
    workflow: dict[Any, Any], tmp_path: Path
) -> None:
    """0600, in no environment and no output, gone afterwards; and the deploy itself has an ordinary umask."""
    ran = deploy(workflow, tmp_path)

    assert SERVER["DEPLOY_KEY"] + "\n" == (tmp_path / "key").read_text()
    assert 0o600 == (tmp_path / "key").stat().st_mode & 0o777
    assert "secret" not in (tmp_path / "environment").read_text() + ran.said
    assert "0022\n" == (tmp_path / "umask").read_text()
    assert [] == [*tmp_path.glob("tmp.*"), *(tmp_path / ".ssh").iterdir()]


@pytest.mark.parametrize("code", [1, 2, 3])
def test_a_deploy_that_was_refused_is_none(
    workflow: dict[Any, Any], tmp_path: Path, code: int
) -> None:
    """The step fails as the command did, nothing is judged live, and the key is gone."""
    ran = deploy(workflow, tmp_path, CODE=str(code))

    assert code == ran.code
    assert "" == ran.output
    assert [] == [*tmp_path.glob("tmp.*"), *(tmp_path / ".ssh").iterdir()]


@pytest.mark.parametrize("missing", [name for name in SERVER if name != "DEPLOY_HOST"])
def test_what_is_not_set_stops_the_deploy(
    workflow: dict[Any, Any], tmp_path: Path, missing: str
) -> None:
    """It is named, and nothing is started."""
    ran = deploy(workflow, tmp_path, **{missing: ""})

    assert 0 != ran.code
    assert f"{missing}: is not set" in ran.said
    assert not (tmp_path / "words").exists()


def test_both_targets_of_the_workflow_are_configured() -> None:
    """Servers read what `production` switches, and Pages gets the folder that `pages` writes."""
    targets, findings = parse_targets(settings()["deploy"], where="pyproject.toml")
    production, pages = targets["production"], targets["pages"]

    assert [] == findings
    assert isinstance(production, Target)
    assert isinstance(pages, Bundle)
    assert f"{production.folder}/current" == Hosting(**settings().get("hosting", {})).folder
    assert ("plain", "dist/pages", False) == (pages.bundle, pages.folder, pages.live)


@pytest.mark.parametrize(("site", "code"), [("hub", 0), ("nosuch", 2), ("../..", 2)])
def test_a_site_that_there_is_not_is_not_published(
    workflow: dict[Any, Any], tmp_path: Path, site: str, code: int
) -> None:
    """The message names the sites that there are."""
    bundle = "mkdir -p dist/pages/hub dist/pages/ccid; touch dist/pages/hub/index.html"
    ran = run(
        script(workflow, "Bundle the site"),
        tmp_path,
        programs={".venv/bin/pressroom": bundle},
        PAGES_SITE=site,
    )

    assert code == ran.code
    assert (code != 0) == ran.said.startswith("::error title=No such site::")
    assert (code != 0) == ran.said.endswith("none of ccid hub\n")


def test_pages_are_off_until_a_variable_names_a_site(workflow: dict[Any, Any]) -> None:
    """Then that site is uploaded with its hidden files, from main alone, by a job that can do nothing else."""
    bundle, pages = (workflow["jobs"][name] for name in ("bundle", "pages"))
    deploy_if = workflow["jobs"]["deploy"]["if"]
    upload = bundle["steps"][-1]["with"]

    assert f"vars.PAGES_SITE != '' && {deploy_if}" == bundle["if"]
    assert {
        "path": f"{settings()['deploy']['pages']['folder']}/${{{{ vars.PAGES_SITE }}}}",
        "include-hidden-files": True,
    } == upload
    assert ("build", "bundle") == (bundle["needs"], pages["needs"])
    assert "github-pages" == pages["environment"]["name"]
    assert ["actions/deploy-pages"] == [one["uses"].split("@")[0] for one in pages["steps"]]


@pytest.mark.parametrize("job", ["deploy", "bundle"])
def test_what_was_judged_is_what_is_deployed(workflow: dict[Any, Any], job: str) -> None:
    """The artefact of the build lies in the checkout, put there after it; nothing is built again."""
    used = [one["uses"].split("@")[0] for one in steps(workflow, job) if "uses" in one]
    (download,) = [one for one in steps(workflow, job) if "download" in one.get("uses", "")]

    assert used.index("actions/checkout") < used.index("actions/download-artifact")
    assert {"name": "sites", "path": "."} == download["with"]
    assert "make site" not in "".join(one.get("run", "") for one in steps(workflow, job))


@pytest.mark.parametrize("host", ["", "www.example"])
def test_without_a_server_a_notice_says_so(
    workflow: dict[Any, Any], tmp_path: Path, host: str
) -> None:
    """The steps behind it are skipped, and the run is green."""
    ran = run(script(workflow, "Is there a server?"), tmp_path, programs={}, DEPLOY_HOST=host)

    assert 0 == ran.code
    assert f"host={host}\n" == ran.output
    assert (not host) == ran.said.startswith("::notice title=Not deployed::")
    behind = steps(workflow, "deploy")[1:]
    assert ["steps.server.outputs.host != ''"] * 5 == [step["if"] for step in behind]


def test_live_is_judged_after_a_deploy_and_every_week(workflow: dict[Any, Any]) -> None:
    """Not after a run that deployed nothing, and every week only where somebody said that the sites are public."""
    live = workflow["jobs"]["live"]

    assert "deploy" == live["needs"]
    assert (
        "!cancelled() && (needs.deploy.outputs.done == 'true' || (github.event_name == 'schedule' && "
        "vars.WATCH_LIVE == 'true'))" == live["if"]
    )
    assert "${{ steps.deploy.outputs.done }}" == workflow["jobs"]["deploy"]["outputs"]["done"]
    last = live["steps"][-1]
    assert "lines.jsonl" == last["with"]["path"]
    assert "${{ !cancelled() && github.event_name == 'schedule' }}" == last["if"]
