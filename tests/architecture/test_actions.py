"""Every write is an action: keyword-only, told who and when, and all or nothing."""

import ast

from tests.architecture.source import modules, syntax


def public_functions():
    for path in modules():
        if path.parent.name == "actions" and path.name != "__init__.py":
            for node in syntax(path).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield path, node


def test_actions_take_keywords_and_are_told_who_and_when():
    found = []
    for path, function in public_functions():
        keywords = {argument.arg for argument in function.args.kwonlyargs}
        if function.args.args or function.args.posonlyargs:
            found.append(f"{path}:{function.lineno} {function.name} takes positional arguments")
        found += [
            f"{path}:{function.lineno} {function.name} takes no `{needed}`"
            for needed in ("by", "now")
            if needed not in keywords
        ]
    assert not found, "\n".join(found)


def test_actions_say_what_they_do():
    found = [f"{path}:{f.lineno} {f.name}" for path, f in public_functions() if not ast.get_docstring(f)]
    assert not found, "\n".join(found)


def test_models_import_no_action():
    found = [
        f"{path}:{node.lineno}"
        for path in modules()
        if path.name == "models.py" or "models" in path.parts
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ImportFrom) and node.module and "actions" in node.module.split(".")
    ]
    assert not found, "\n".join(found)
