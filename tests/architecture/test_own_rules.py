"""Our own rules about weak code: each with a sample that breaks it, and one beside it that does not.

What bandit (test_bandit.py) and ruff cannot know: what the portal has its own way for.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.architecture.source import ROOT, modules, syntax

TEMPLATES = sorted(path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*.html"))


def called(node: ast.AST) -> str:
    """ "cursor.execute" of a call of it, "" of anything else."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def last(node: ast.AST) -> str:
    """The last name of what is called: "execute"."""
    return called(node).rpartition(".")[2]


def keywords(node: ast.Call) -> dict[str, ast.AST]:
    return {one.arg: one.value for one in node.keywords if one.arg}


def is_literal(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant)


def mentions(node: ast.AST, *words: str) -> bool:
    text = ast.unparse(node)
    return any(re.search(rf"\b{re.escape(word)}", text) for word in words)


def unsafe_markup(tree):
    for node in ast.walk(tree):
        if last(node) in ("mark_safe", "SafeString") and not all(map(is_literal, node.args)):
            yield node.lineno


def sql_put_together(tree):
    for node in ast.walk(tree):
        if last(node) in ("raw", "extra", "RawSQL") or (
            last(node) in ("execute", "executemany")
            and node.args
            and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
        ):
            yield node.lineno


def csrf_switched_off(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).endswith("csrf_exempt"):
            yield node.lineno


def every_field_of_a_form(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            for one in node.body:
                names = [ast.unparse(target) for target in getattr(one, "targets", ())]
                if "exclude" in names or ("fields" in names and mentions(one.value, "__all__")):
                    yield one.lineno


ASKED = re.compile(r"(self\.)?request\.(GET|POST|META|headers|COOKIES)")


def redirect_to_what_was_asked(tree):
    for node in ast.walk(tree):
        if last(node) in ("redirect", "HttpResponseRedirect", "HttpResponsePermanentRedirect") and any(
            ASKED.match(ast.unparse(one)) for one in node.args
        ):
            yield node.lineno


WHOLE_TABLE = re.compile(r"[A-Z]\w+(\.(_default_manager|_base_manager|objects)(\.all\(\))?)?")


def row_by_id_alone(tree):
    """A page asks a queryset of what its viewer may see, never the whole table."""
    for node in ast.walk(tree):
        by_id = last(node) == "get_object_or_404" and node.args and keywords(node).keys() <= {"pk", "id"}
        if by_id and WHOLE_TABLE.fullmatch(ast.unparse(node.args[0])):
            yield node.lineno


def role_of_django(tree):
    """Nobody is let in by is_superuser, is_staff or has_perm: roles are grants."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("is_superuser", "is_staff", "has_perm", "has_perms"):
            yield node.lineno


LEVELS_OF_LOGS = ("debug", "info", "warning", "error", "exception", "critical")
OF_PEOPLE = ("email", "given_name", "family_name", "person.name", "text")


def words_in_the_log(tree):
    """A log line is a fixed sentence with ids: no f-string, no name, no address."""
    for node in ast.walk(tree):
        if last(node) in LEVELS_OF_LOGS and called(node).startswith(("logger.", "logging.")):
            made_up = not all(map(is_literal, node.args[:1]))
            if made_up or any(mentions(one, *OF_PEOPLE) for one in node.args[1:]):
                yield node.lineno


def printed(tree):
    for node in ast.walk(tree):
        if called(node) == "print":
            yield node.lineno


def guessable(tree):
    """What must not be guessed comes from ``secrets``; ``random`` has no place in the rooms."""
    for node in ast.walk(tree):
        if called(node).startswith(("random.", "Random(")) or called(node) in ("Random", "uuid.uuid1"):
            yield node.lineno


def weak_hash(tree):
    for node in ast.walk(tree):
        if last(node) in ("md5", "sha1") or (last(node) == "new" and called(node) == "hashlib.new"):
            yield node.lineno


def objects_from_bytes(tree):
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        if {"pickle", "marshal", "shelve", "dill", "yaml"} & set(names) or called(node) in ("eval", "exec", "compile"):
            yield node.lineno


def through_a_shell(tree):
    for node in ast.walk(tree):
        if called(node) in ("os.system", "os.popen", "subprocess.getoutput") or (
            isinstance(node, ast.Call) and isinstance(keywords(node).get("shell"), ast.Constant)
        ):
            yield node.lineno


def task_with_more_than_ids(tree):
    """A message to a worker holds keywords alone, and is never put off: due dates are rows."""
    for node in ast.walk(tree):
        if last(node) == "delay" and node.args:
            yield node.lineno
        if last(node) == "apply_async" and {"countdown", "eta"} & keywords(node).keys():
            yield node.lineno


def unverified(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(keywords(node).get("verify"), ast.Constant) and not keywords(node)["verify"].value:
                yield node.lineno
            if last(node) in ("_create_unverified_context", "urlopen") and "timeout" not in keywords(node):
                yield node.lineno


def asserted(tree):
    """`assert` is gone under -O: a check that matters raises."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            yield node.lineno


def number_of_any_length(tree):
    """int() of thousands of figures is a fault: look.numbers.whole() reads numbers that are sent."""
    for node in ast.walk(tree):
        if last(node) in ("isdecimal", "isdigit", "isnumeric"):
            yield node.lineno


def cookie_of_one_s_own(tree):
    for node in ast.walk(tree):
        if last(node) == "set_cookie" and not {"secure", "httponly", "samesite"} <= keywords(node).keys():
            yield node.lineno


@dataclass(frozen=True)
class Rule:
    find: Callable[[ast.AST], Iterator[int]]
    broken: str
    kept: str
    allowed: tuple[str, ...] = ()  # files, each with its reason beside it


RULES = [
    Rule(
        unsafe_markup,
        "mark_safe(f'<b>{name}</b>')",
        "mark_safe('<b>')",
        (
            "look/templatetags/nhs.py",  # puts rendered templates together, which escaped what they were given
        ),
    ),
    Rule(
        sql_put_together,
        "cursor.execute(f'DELETE FROM {table}')",
        "cursor.execute('SELECT 1', [])",
        (
            "audit/many.py",  # names of columns, quoted by the database's own rules
            "audit/actions/seals.py",  # the table of the model
            "mentoring_portal/backups.py",  # names of tables, read from the database and quoted
            "reports/withheld.py",  # put together of nothing: a list of ids is its one parameter
        ),
    ),
    Rule(
        csrf_switched_off,
        "@csrf_exempt\ndef page(request): ...",
        "@require_POST\ndef page(request): ...",
        ("notices/web/nudges.py",),  # mail programs post it (RFC 8058); who has the link may do it
    ),
    Rule(
        every_field_of_a_form,
        "class Meta:\n    fields = '__all__'",
        "class Meta:\n    fields = ['name']",
    ),
    Rule(redirect_to_what_was_asked, "redirect(request.GET['next'])", "redirect(reverse('home'))"),
    Rule(
        row_by_id_alone,
        "get_object_or_404(Note, pk=pk)",
        "get_object_or_404(Note.objects.visible_to(me), pk=pk)",
        ("reports/web/views.py",),  # messages, without their text, are for administrators, who have them all
    ),
    Rule(role_of_django, "if user.is_superuser: pass", "if access.is_lead: pass"),
    Rule(words_in_the_log, "logger.info('%s left', person.email)", "logger.info('Person %s left', pk)"),
    Rule(printed, "print(text)", "self.stdout.write(text)"),
    Rule(guessable, "random.choice(letters)", "secrets.choice(letters)"),
    Rule(weak_hash, "hashlib.md5(b'')", "hashlib.sha256(b'')"),
    Rule(objects_from_bytes, "import pickle", "import json"),
    Rule(through_a_shell, "subprocess.run(command, shell=True)", "subprocess.run([command])"),
    Rule(task_with_more_than_ids, "send.delay(notice)", "send.delay(notice_id=1)"),
    Rule(unverified, "urlopen(address)", "urlopen(address, timeout=5)"),
    Rule(
        number_of_any_length,
        "int(text) if text.isdecimal() else 0",
        "whole(text) or 0",
        (
            "look/numbers.py",
            "look/forms.py",  # parts of a date, of four figures at most
            "people/queries.py",  # whether a word has a figure in it
            "people/actions/links.py",  # the figures of a code, compared as text
            "people/staff_list/check.py",  # staff numbers, which stay text
        ),
    ),
    Rule(asserted, "assert access.is_lead", "if not access.is_lead: raise Http404"),
    Rule(
        cookie_of_one_s_own,
        "answer.set_cookie('seen', '1')",
        "answer.set_cookie('seen', '1', secure=True, httponly=True, samesite='Lax')",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.find.__name__)
def test_own_rule_finds_its_sample_and_nothing_in_the_rooms(rule):
    assert list(rule.find(ast.parse(rule.broken))), "the sample that breaks it is not found"
    assert not list(rule.find(ast.parse(rule.kept))), "what is right is found too"
    found = {path.as_posix(): list(rule.find(syntax(path))) for path in modules()}
    wrong = {path: lines for path, lines in found.items() if lines and path not in rule.allowed}
    assert not wrong
    assert not [path for path in rule.allowed if not found.get(path)], "allowed, and not needed any more"


UNESCAPED = re.compile(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off")


def test_no_template_shows_what_somebody_wrote_as_markup():
    assert UNESCAPED.search("{{ note.text|safe }}")
    assert not UNESCAPED.search("{{ note.text|linebreaks }}")
    assert not [path.as_posix() for path in TEMPLATES if UNESCAPED.search((ROOT / path).read_text(encoding="utf-8"))]


COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.S)
FORM = re.compile(r"<form\b((?:\"[^\"]*\"|'[^']*'|[^'\">])*)>(.*?)(?=<form\b|</form>|\Z)", re.I | re.S)
READS = re.compile(r"\bmethod\s*=\s*[\"']?get\b", re.I)
TOKEN = re.compile(r"\{% csrf_token %\}|name=\"csrfmiddlewaretoken\" value=\"\{\{ csrf_token \}\}\"")

# Forms that are posted and hold no token of their own, each with the reason.
NO_TOKEN = {
    "templates/notices/nudge_stop.html",  # see csrf_switched_off
    "templates/allauth/elements/form.html",  # a frame: allauth's templates put the token into its body
}


def bare_forms(template: str) -> list[str]:
    """The forms of a template that may be posted and carry no token, by their attributes; what is commented out is
    no form, and no token either."""
    forms = FORM.findall(COMMENT.sub("", template))
    posted = [one for one in forms if "hx-post" in one[0] or ("method" in one[0] and not READS.search(one[0]))]
    return [attributes.strip() for attributes, inside in posted if not TOKEN.search(inside)]


BARE = (
    '<form method="post"></form>',
    "<form class=x method='POST'><input name=csrf_token></form>",
    '<form\n  action="/a>b/"\n  method=post>\n</form>',
    '<form method="{{ method }}"></form>',
    '<form hx-post="/"></form>',
    '<form method="post">{# {% csrf_token %} #}</form>',
    '<form method="post"><!-- {% csrf_token %} --></form>',
    '<form method="post"></form>{% csrf_token %}',
    '<form method="post"><form method="post">{% csrf_token %}</form>',
    '<form method="post">',
)
CARRIES = (
    '<form method="post">{% csrf_token %}</form>',
    '<form hx-post="/" method="post"><input type="hidden" name="csrfmiddlewaretoken" value="{{ csrf_token }}"></form>',
    '<form method="get"></form>',
    "<form></form>",
    '{# <form method="post"></form> #}',
)


def test_every_form_that_is_posted_carries_its_token():
    assert [sample for sample in BARE if not bare_forms(sample)] == []
    assert [sample for sample in CARRIES if bare_forms(sample)] == []
    found = {path.as_posix(): bare_forms((ROOT / path).read_text(encoding="utf-8")) for path in TEMPLATES}
    assert {path for path, forms in found.items() if forms} == NO_TOKEN


OUTSIDE = re.compile(r"<(?!form\b)\w+(?:\"[^\"]*\"|'[^']*'|[^'\">])*\bhx-(?:post|put|patch|delete)\b", re.I)


def test_nothing_but_a_form_is_posted():
    """A button that posts by itself would send no token, and do nothing without script."""
    assert OUTSIDE.search('<button class="x" hx-post="/">')
    assert OUTSIDE.search("<a hx-delete='/'>")
    assert not OUTSIDE.search('<form hx-post="/"><button>')
    assert not [path.as_posix() for path in TEMPLATES if OUTSIDE.search((ROOT / path).read_text(encoding="utf-8"))]
