"""The portal script on machines that lack something, with Pythons that only pretend."""

import os
import shutil
import subprocess

import pytest

from mentoring_portal.supervisor import BASE_DIR

NAMES = ["python3", "python3.11", "python3.12", "python3.13", "python3.14", "python"]

# Answers as a Python would, and writes down what it was asked. OLD and NO_VENV make it a lesser one.
PRETENDER = """#!/bin/sh
echo "$0 $*" >>"$ASKED"
case "$*" in
*version_info*) exit "${OLD:-0}" ;;
*ensurepip*) exit "${NO_VENV:-0}" ;;
--version) echo "Python 3.11.99" ;;
"-m venv --clear "*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
"-m pip"*) exit "${NO_INTERNET:-0}" ;;
esac
"""


@pytest.fixture
def project(tmp_path):
    """A project of which only the script and the locks are there; call it to run ./portal."""
    folder, programs = tmp_path / "my project", tmp_path / "bin"
    folder.mkdir()
    programs.mkdir()
    shutil.copy(BASE_DIR / "portal", folder)
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (folder / lock).write_text(f"{lock}, first edition\n")
    for name in NAMES:
        (programs / name).write_text(PRETENDER)
        (programs / name).chmod(0o755)
    asked = tmp_path / "asked"

    def portal(*arguments, **env):
        env = {"PATH": f"{programs}:/usr/bin:/bin", "ASKED": str(asked), "HOME": str(tmp_path), **env}
        asked.write_text("")
        done = subprocess.run(["./portal", *arguments], cwd=folder, env=env, capture_output=True, text=True)
        done.asked = asked.read_text().splitlines()
        done.installed = [line.rpartition("/")[2] for line in done.asked if " -m pip install " in line]
        return done

    portal.folder = folder
    return portal


def test_portal_makes_its_environment_once(project):
    first = project("manage", "check")
    assert first.returncode == 0, first.stderr
    assert "Installing what the portal needs" in first.stderr
    assert first.installed == ["requirements.lock"]
    assert first.asked[-1].endswith("/.venv/bin/python " + f"{project.folder}/manage.py check")
    again = project("manage", "check")
    assert again.installed == []
    assert again.stderr == ""


def test_portal_installs_again_when_the_lock_has_changed(project):
    project("manage")
    (project.folder / "requirements.lock").write_text("second edition\n")
    assert project("manage").installed == ["requirements.lock"]
    assert project("manage").installed == []


def test_portal_installs_what_the_tests_need_only_for_tests(project):
    assert project("manage").installed == ["requirements.lock"]
    assert project("test").installed == ["requirements-dev.lock"]
    assert project("manage").installed == []  # the larger lock holds the smaller
    assert project("test").installed == []


def test_portal_tries_again_after_an_installation_that_broke_off(project):
    broken = project("manage", NO_INTERNET="1")
    assert broken.returncode == 1
    assert "It needs the internet once" in broken.stderr
    assert project("manage").installed == ["requirements.lock"]


def test_portal_makes_an_environment_anew_whose_python_is_gone(project):
    project("manage")
    (project.folder / ".venv" / "bin" / "python").unlink()
    assert project("manage").installed == ["requirements.lock"]


def test_portal_puts_the_environment_where_it_is_told(project, tmp_path):
    project("manage", PORTAL_VENV=str(tmp_path / "elsewhere"))
    assert (tmp_path / "elsewhere" / "bin" / "python").exists()
    assert not (project.folder / ".venv").exists()


def test_portal_without_a_python_that_is_new_enough_says_so(project):
    done = project("demo", OLD="1")
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr


def test_portal_without_venv_names_the_package(project):
    done = project("demo", NO_VENV="1")
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr


def test_portal_does_not_wait_for_one_that_was_killed(project):
    lock = project.folder / ".venv.lock"
    lock.mkdir()
    with subprocess.Popen(["true"]) as gone:
        pass
    (lock / "holder").write_text(str(gone.pid))
    assert project("manage").returncode == 0
    assert not lock.exists()


def test_portal_shields_its_python_from_others(project):
    pretender = project.folder / ".venv" / "bin" / "python"
    project("manage")
    pretender.write_text('#!/bin/sh\nenv >>"$ASKED"\n')
    done = project("manage", PYTHONPATH="/old", DJANGO_SETTINGS_MODULE="theirs", PIP_USER="1")
    assert "PYTHONNOUSERSITE=1" in done.asked
    assert not any(line.startswith(("PYTHONPATH", "DJANGO_SETTINGS_MODULE")) for line in done.asked)


@pytest.mark.parametrize(("arguments", "code"), [((), 0), (("--help",), 0), (("dmeo",), 1)])
def test_portal_tells_its_commands(project, arguments, code):
    done = project(*arguments)
    assert done.returncode == code
    assert "demo [--port 8000]" in done.stdout + done.stderr


def test_portal_works_from_another_folder(project, tmp_path):
    env = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "ASKED": str(tmp_path / "asked"), "HOME": str(tmp_path)}
    subprocess.run(
        [project.folder / "portal", "manage", "import_people", "staff.csv"], cwd=tmp_path, env=env, check=True
    )
    assert (
        (tmp_path / "asked")
        .read_text()
        .splitlines()[-1]
        .endswith(f"{project.folder}/manage.py import_people staff.csv")
    )


def test_locks_agree_and_name_no_registry():
    """One package has one version, whichever lock it comes from; and a lock is of use anywhere."""
    versions = {}
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (BASE_DIR / name).read_text()
        assert "--hash=sha256:" in text
        assert not any(word in text for word in ("http://", "https://", "--index-url", "--find-links"))
        versions[name] = dict(line.split(" ")[0].split("==") for line in text.splitlines() if "==" in line)
    runtime, tests = versions.values()
    assert runtime
    assert {name: tests.get(name) for name in runtime} == runtime


def test_every_direct_requirement_is_in_its_lock_and_says_why():
    for name in ("requirements", "requirements-dev"):
        lock = (BASE_DIR / f"{name}.lock").read_text().lower()
        for line in (BASE_DIR / f"{name}.txt").read_text().splitlines():
            if line and not line.startswith(("#", "-r")):
                pin, _, reason = line.partition("  # ")
                assert reason, line
                package, _, version = pin.partition("==")
                assert f"{package.partition('[')[0].lower()}=={version}" in lock, line


def test_ci_runs_everything():
    assert os.access(BASE_DIR / ".ci" / "run", os.X_OK)
    assert (BASE_DIR / ".ci" / "run").read_text().rstrip().endswith('exec ./portal test --all "$@"')
