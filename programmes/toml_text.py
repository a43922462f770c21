"""Writes a table as TOML that a person likes to read. Python reads TOML but does not write it.

What stands in the text and what it means belongs to whoever calls; comments
are not known here, so a text that is read and written again has lost them.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # what a text of several lines cannot hold as it is
_TOP = re.compile(r"^\s*\[", re.MULTILINE)  # the first table: keys of the file stand above it


def written(table: Mapping[str, Any]) -> str:
    """``table`` of texts, numbers, truths, lists and tables as TOML; its lists of tables become ``[[name]]``."""
    parts = ["".join(_pairs(table))]
    for key, value in table.items():
        if isinstance(value, Mapping):
            parts += _sections(_key(key), value)
    for key, value in table.items():
        if _is_tables(value):
            parts += [f"[[{_key(key)}]]\n" + "".join(_pairs(entry, inline=True)) for entry in value]
    return "\n".join(part for part in parts if part)


def with_top_key(text: str, key: str, value: str) -> str:
    """``text`` with the text ``key`` of the file set to ``value``, comments and all else as they were."""
    first = _TOP.search(text)
    head, rest = (text[: first.start()], text[first.start() :]) if first else (text, "")
    line = f"{_key(key)} = {_text(value)}"
    there = re.compile(rf"^[ \t]*{re.escape(key)}[ \t]*=.*$", re.MULTILINE)
    if there.search(head):
        head = there.sub(lambda _: line, head, count=1)
    else:
        head = f"{head.rstrip()}\n{line}\n\n" if head.strip() else f"{line}\n\n"
    return f"{head.rstrip()}\n\n{rest.lstrip()}" if rest else head


def line_of(text: str, dotted: str) -> int:
    """The line, counted from 1, at which the key of a mistake stands, or what is nearest above it.

    ``dotted`` is the key of a ``toml_schema.Mistake``: ``duration.weeks``, or
    ``rule mentor-band.strength`` for the table that is so named.
    """
    places = _places(text)
    parts = re.sub(r" \d+(?=\.|$)", "", dotted).split(".") if dotted else []
    for length in range(len(parts), 0, -1):
        if (found := places.get(".".join(parts[:length]))) is not None:
            return found
    return 1


def _places(text: str) -> dict[str, int]:
    """The first line of every key, dotted as in a mistake."""
    places, section, inside, counts = {}, "", "", {}
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if inside:  # a text of several lines
            inside = "" if inside in line else inside
            continue
        if header := re.match(r"\s*\[\[\s*([^\]]+?)\s*\]\]", line):
            counts[header[1]] = counts.get(header[1], 0) + 1
            section = f"{header[1]} {_name_below(lines, number) or counts[header[1]]}"
            places.setdefault(section, number)
        elif header := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
            section = header[1]
            places.setdefault(section, number)
        elif pair := re.match(r"\s*([A-Za-z0-9_.-]+)\s*=(.*)", line):
            places.setdefault(f"{section}.{pair[1]}" if section else pair[1], number)
            for quotes in ('"""', "'''"):
                if pair[2].count(quotes) % 2:
                    inside = quotes
    return places


def _name_below(lines: list[str], number: int) -> str:
    """What a ``[[rule]]`` that begins above ``lines[number]`` is called."""
    for line in lines[number:]:
        if line.lstrip().startswith("["):
            return ""
        if name := re.match(r'\s*name\s*=\s*["\'](.*?)["\']', line):
            return name[1]
    return ""


def _sections(name: str, table: Mapping[str, Any]) -> list[str]:
    """``[name]`` with its own pairs, then the tables within it."""
    own = "".join(_pairs(table))
    below = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    if all(_is_short(value) for value in below.values()):  # capacity = {least = 1, most = 3} reads better in one line
        return [f"[{name}]\n" + "".join(_pairs(table, inline=True))]
    parts = [f"[{name}]\n{own}"] if own else []
    for key, value in below.items():
        parts += _sections(f"{name}.{_key(key)}", value)
    return parts


def _is_short(table: Mapping) -> bool:
    return all(not isinstance(value, Mapping) and "\n" not in str(value) for value in table.values()) and (
        len(_value(table)) < 90
    )


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _pairs(table: Mapping[str, Any], *, inline: bool = False) -> list[str]:
    """The lines of a table; tables within it only where they stand ``inline``."""
    return [
        f"{_key(key)} = {_value(value)}\n"
        for key, value in table.items()
        if inline or not (isinstance(value, Mapping) or _is_tables(value))
    ]


def _key(key: str) -> str:
    return key if _BARE.match(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_key(key)} = {_value(one)}' for key, one in value.items())}}}"
    if "\n" in value and not _CONTROL.search(value):
        held = value.replace("\\", "\\\\").replace('"""', '""\\"')
        held = f'{held[:-1]}\\"' if held.endswith('"') else held
        return f'"""\n{held}"""'
    return _text(value)


def _text(value: str) -> str:
    """A text in one line. JSON's escapes are TOML's, but that TOML asks for one of DEL too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
