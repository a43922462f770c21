"""Permission checks and rules broken on purpose, one at a time: does a test notice?

    python -m tests.mutation [--sample N [--seed S]] [--only people/access.py] [--again] [--list]

Each mutant changes one thing in the code of one function (a comparison turned,
`and` for `or`, a condition left out of a filter, …). The database is made once and
a process is forked for each mutant, which takes its changed code and runs the
tests that concern the module until one fails. Prints the survivors, and writes
var/bench/mutation.json, as a benchmark does; ACCEPTED names those that change
nothing that anybody could notice, with the reason. --again tries the survivors
that are written there, after tests were added for them.
"""

import argparse
import ast
import contextlib
import copy
import gc
import importlib
import io
import json
import os
import random
import resource
import signal
import sys
import time
import types
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
LIMIT = 95  # of a hundred mutants
LONGEST = 120  # seconds of processor time that the tests of one mutant may take: one that hangs is noticed too
PATIENCE = 10 * LONGEST  # by the clock, for one that waits for ever, on a machine that others use

PEOPLE = [
    "tests/people/test_access.py",
    "tests/people/test_sights.py",
    "tests/people/test_person_pages.py",
    "tests/people/test_grant_pages.py",
]
VISIBLE = ["tests/programmes/test_visibility.py", "tests/people/test_sights.py"]
RULES = [f"tests/programmes/test_{name}.py" for name in ("rules", "rule_kinds", "needs", "grid")]
SIGN_IN = ["tests/people/test_kept_form.py", "tests/people/test_second_factor.py", "tests/people/test_sign_in.py"]
SINGLE = ["tests/people/test_single_sign_on.py"]
LINKS = [
    "tests/people/test_one_time_links.py",
    "tests/people/test_invitations.py",
    "tests/people/test_link_races.py",
    "tests/sessions_log/test_form_links.py",
]
# Each module with the tests that are asked, the quickest to notice first.
MODULES: dict[str, list[str]] = {
    "people/access.py": PEOPLE,
    "people/sights.py": PEOPLE,
    "people/staff_sights.py": PEOPLE,
    "people/roles.py": [
        "tests/people/test_access.py",
        "tests/people/test_grant_pages.py",
        "tests/people/test_people_actions.py",
        "tests/attacks/test_take_over.py",
    ],
    "programmes/sights.py": VISIBLE,
    "programmes/models/relationships.py": VISIBLE,
    "programmes/rules/of_pair.py": RULES,
    "programmes/rules/of_person.py": RULES,
    "people/middleware.py": [*SIGN_IN, *SINGLE],
    "people/adapter.py": SIGN_IN,
    "people/single_sign_on.py": SINGLE,
    "people/one_time_links.py": LINKS,
    "people/actions/links.py": LINKS,
    "sessions_log/models/notes.py": ["tests/sessions_log/test_notes.py", "tests/sessions_log/test_shared_notes.py"],
    "sessions_log/models/goals.py": ["tests/sessions_log/test_goals.py"],
}
# "module:function:line of the function: what" -> why nobody can notice.
EMPTY = "None and nothing are the same to whoever asks next."
TWO = "Two names for two people: there is nothing to be strict about."
ACCEPTED: dict[str, str] = {
    "people/access.py:Access._held:2: without part 2 of Or": "Nobody signed in is not active either.",
    "people/sights.py:_any_of:3: without Not": "Which reason is asked first decides nothing.",
    "people/sights.py:_any_of:5: if False": "Everybody or somebody is everybody; the SQL is only longer.",
    "people/sights.py:_any_of:7: if True": "Nobody beside somebody is somebody; the SQL is only longer.",
    "programmes/sights.py:outsiders_of_led_organisations:9: if True": "The same organisations, asked of the database.",
    "programmes/rules/of_pair.py:DifferentOrganisation.judge:1: False for True": TWO,
    "programmes/rules/of_pair.py:DifferentTeam.judge:1: False for True": TWO,
    "programmes/rules/of_person.py:Band._allowed:4: Sub for Add": "A slice ends where the list does.",
    "people/middleware.py:SessionTimeout.__call__:2: without part 1 of And": "Without the cookie the session is empty.",
    "people/middleware.py:SecondFactor.process_view:1: without part 2 of Or": (
        "Whoever is not signed in was led to the sign-in page before it is asked, or wants a public page."
    ),
    "people/middleware.py:page_of:3: without part 1 of And": EMPTY,
    "people/middleware.py:page_of:2: without part 3 of Or": EMPTY,
    "people/middleware.py:KeepForm.forget_sent:3: if False": "Nothing kept has no number; it is only asked for.",
    "people/middleware.py:KeepForm.forget_sent:2: without part 1 of And": "Only POST brings anything in request.POST.",
    "people/adapter.py:AccountAdapter.is_reauthentication_required:4: all() for any()": (
        "Who said it long ago and again just now is not asked by allauth either."
    ),
    "people/one_time_links.py:read:9: without purpose=": "The purpose is the salt of the token: no other unsigns.",
}


@dataclass(frozen=True)
class Mutant:
    module: str  # "people/access.py"
    function: str  # "Access.holds"
    line: int
    what: str  # with a number, where the line has several of the kind
    make: Callable[[], ast.Module]  # the module with that change

    @property
    def name(self) -> str:
        return f"{self.module}:{self.function}:{self.line}: {self.what}"


TURNED = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OPERATORS = {ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add}
CALLS = {"filter": "exclude", "exclude": "filter", "any": "all", "all": "any", "min": "max", "max": "min"}


def changes(node: ast.AST):
    """Each change of one node, as (what, function that makes it on a node like it)."""
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            if type(operator) in TURNED:
                new = TURNED[type(operator)]

                def turn(one, number=number, new=new):
                    one.ops[number] = new()

                yield f"{type(operator).__name__} for {new.__name__}", turn
    if isinstance(node, ast.BoolOp):
        new = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"{type(node.op).__name__} for {new.__name__}", lambda one: setattr(one, "op", new())
        for number in range(len(node.values)):
            yield f"without part {number + 1} of {type(node.op).__name__}", lambda one, n=number: one.values.pop(n)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        new = OPERATORS[type(node.op)]
        yield f"{type(node.op).__name__} for {new.__name__}", lambda one: setattr(one, "op", new())
    if isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS:
        new = OPERATORS[type(node.op)]
        yield f"{type(node.op).__name__}= for {new.__name__}=", lambda one: setattr(one, "op", new())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield f"without {type(node.op).__name__}", lambda one: setattr(one, "op", ast.UAdd())
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{not node.value} for {node.value}", lambda one: setattr(one, "value", not one.value)
    if isinstance(node, ast.If | ast.IfExp):
        for known in (True, False):
            yield f"if {known}", lambda one, known=known: setattr(one, "test", ast.Constant(known))
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in CALLS:
            key = "attr" if isinstance(node.func, ast.Attribute) else "id"
            yield f"{CALLS[called]}() for {called}()", lambda one: setattr(one.func, key, CALLS[called])
        if called in ("filter", "exclude", "Q"):
            for number, keyword in enumerate(node.keywords):
                if keyword.arg:
                    yield f"without {keyword.arg}=", lambda one, n=number: one.keywords.pop(n)
            for number in range(len(node.args)):
                yield f"without argument {number + 1}", lambda one, n=number: one.args.pop(n)


class _Plain(ast.NodeTransformer):
    """`+Q` and `+True` mean "as it is" here, and so does an `and` of one: takes the operator out again."""

    def visit_UnaryOp(self, node):
        self.generic_visit(node)
        return node.operand if isinstance(node.op, ast.UAdd) else node

    def visit_BoolOp(self, node):
        self.generic_visit(node)
        return node.values[0] if len(node.values) == 1 else node


def mutants_of(module: str) -> list[Mutant]:
    """Every mutant of a module's functions and methods."""
    source = ast.parse((BASE_DIR / module).read_text(encoding="utf-8"))
    found, named = [], Counter()
    for function, path in _functions(source):
        nodes = _inside(function)
        for number, node in enumerate(nodes):
            for what, change in changes(node):
                line = getattr(node, "lineno", function.lineno) - function.lineno
                named[path, line, what] += 1
                count = named[path, line, what]
                make = partial(_changed, source, path, number, change)
                found.append(Mutant(module, path, line, what if count == 1 else f"{what} ({count})", make))
    return found


def _changed(source: ast.Module, path: str, number: int, change: Callable) -> ast.Module:
    """A copy in which one node of the function at ``path`` is changed."""
    tree = copy.deepcopy(source)
    function = next(one for one, where in _functions(tree) if where == path)
    change(_inside(function)[number])
    return ast.fix_missing_locations(_Plain().visit(tree))


def _inside(function: ast.AST) -> list[ast.AST]:
    """What is done when it is called; its defaults and annotations were looked at when it was made."""
    return [node for statement in function.body for node in ast.walk(statement)]


def _functions(tree: ast.AST, within: str = ""):
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, f"{within}{node.name}"
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{within}{node.name}.")


def _codes(code: types.CodeType, within: str = ""):
    """The code objects of functions and methods by their path, not of what lies inside them."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            path = f"{within}{constant.co_name}"
            yield path, constant
            if not constant.co_flags & 0x2:  # a class's body: its methods lie in it
                yield from _codes(constant, f"{path}.")


def take(mutant: Mutant) -> bool:
    """Give every living function of that name the changed code; whoever imported it has it too."""
    file = str(BASE_DIR / mutant.module)
    new = dict(_codes(compile(mutant.make(), file, "exec")))[mutant.function]
    taken = False
    for one in gc.get_objects():
        if isinstance(one, types.FunctionType) and one.__code__.co_filename == file:
            same = one.__code__.co_qualname if sys.version_info >= (3, 11) else one.__qualname__
            if same == mutant.function and one.__code__.co_freevars == new.co_freevars:
                one.__code__ = new
                taken = True
    return taken


def tested(tests: list[str]) -> int:
    """Run tests in this process, quietly, until one fails; pytest's exit code."""
    import pytest
    from django.test import utils

    # Made before the fork: pytest-django is to make none and to take none away.
    utils.setup_databases = lambda *args, **options: []
    utils.teardown_databases = lambda *args, **options: None
    # Nobody reads what it prints.
    return int(pytest.main(["-x", "-q", "--no-header", "--tb=short", "-p", "no:xdist", *tests]))


@dataclass(frozen=True)
class Trial:
    """The tests of one mutant, in a process of its own, whose database is a copy in memory."""

    mutant: Mutant
    process: int
    until: float  # of time.monotonic()

    @classmethod
    def begin(cls, mutant: Mutant, tests: list[str]) -> "Trial":
        child = os.fork()
        if child:
            return cls(mutant, child, time.monotonic() + PATIENCE)
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        try:
            taken = take(mutant)
        except BaseException:  # nothing that could be tried at all: no test has noticed it
            taken = False
        try:
            code = tested(tests) if taken else 99
        except BaseException:
            code = 1
        os._exit(code if code in (0, 99) else 1)

    def survived(self) -> bool | None:
        """Whether no test noticed; None while they run."""
        done, status = os.waitpid(self.process, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            if code == 99:
                raise RuntimeError(f"It cannot be tried, or no living function is it: {self.mutant.name}")
            return code == 0
        if time.monotonic() < self.until:
            return None
        os.killpg(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        return False


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, help="only so many mutants, the same each time")
    parser.add_argument("--seed", type=int, default=1, help="another number, another sample")
    parser.add_argument("--only", action="append", help="a module, as people/access.py; more than once")
    parser.add_argument("--again", action="store_true", help="the survivors of the last run")
    parser.add_argument("--list", action="store_true", help="print the mutants and try none")
    asked = parser.parse_args(arguments)
    mutants = [one for module in asked.only or MODULES for one in mutants_of(module) if one.name not in ACCEPTED]
    if asked.sample and asked.sample < len(mutants):
        mutants = random.Random(asked.seed).sample(mutants, asked.sample)
    tried = len(mutants)
    if asked.again:
        last = json.loads(written().read_text())
        known = {one.name for one in mutants}
        # Whoever survived and is accepted by now was never one to notice.
        tried = last["mutants"] - sum(name in ACCEPTED for name in last["survivors"])
        if changed := [name for name in last["survivors"] if name not in known | set(ACCEPTED)]:
            parser.error(f"the code of these has changed since: {', '.join(changed)}")
        mutants = [one for one in mutants if one.name in last["survivors"]]
    if asked.list:
        print(*(mutant.name for mutant in mutants), sep="\n")
        return 0
    survivors = survivors_of(mutants)
    return 2 if survivors is None else report(tried, survivors)


def survivors_of(mutants: list[Mutant]) -> list[str] | None:
    """Try each; the names of those that no test notices. None where tests are red without any."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.test.utils import setup_databases

    django.setup()
    modules = sorted({mutant.module for mutant in mutants})
    for module in modules:
        importlib.import_module(module.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
    setup_databases(verbosity=0, interactive=False)
    for tests in {tuple(MODULES[module]) for module in modules}:
        if tested_in_fork(list(tests)):
            print(f"The tests are red without any mutant: {' '.join(tests)}")
            return None
    # What tests import is imported once, here, for all that are forked.
    import_tests(sorted({test for module in modules for test in MODULES[module]}))
    survivors, running, waiting, tried = [], [], list(reversed(mutants)), 0
    while running or waiting:
        while waiting and len(running) < (os.cpu_count() or 1):
            mutant = waiting.pop()
            running.append(Trial.begin(mutant, MODULES[mutant.module]))
        for trial in list(running):
            if (survived := trial.survived()) is None:
                continue
            running.remove(trial)
            tried += 1
            if survived:
                survivors.append(trial.mutant.name)
                print(f"survives  {trial.mutant.name}", flush=True)
            if tried % 50 == 0:
                print(f"{tried} of {len(mutants)} tried", flush=True)
        time.sleep(0.02)
    return survivors


def import_tests(tests: list[str]) -> None:
    import pytest

    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(["--collect-only", "-q", "-p", "no:xdist", *tests])


def tested_in_fork(tests: list[str]) -> bool:
    """Whether the unchanged code fails its tests."""
    child = os.fork()
    if child == 0:
        os._exit(0 if tested(tests) == 0 else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def written() -> Path:
    """Where a run leaves its figure, and the next looks for survivors."""
    return Path(os.environ.get("PORTAL_VAR", BASE_DIR / "var")) / "bench" / "mutation.json"


def report(tried: int, survivors: list[str]) -> int:
    """Print the figure and write it where `./portal trust` reads it."""
    noticed = 100 * (tried - len(survivors)) / max(tried, 1)
    name = f"{tried} permission checks and rules broken on purpose, noticed, %"
    check = {"name": name, "value": round(noticed, 1), "limit": LIMIT, "ok": noticed >= LIMIT}
    written().parent.mkdir(parents=True, exist_ok=True)
    written().write_text(json.dumps({"checks": [check], "mutants": tried, "survivors": survivors}, indent=1))
    print(f"{tried} mutants, {len(survivors)} survive: {noticed:.1f} % noticed (limit {LIMIT} %)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
