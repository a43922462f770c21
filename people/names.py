"""How names and addresses are kept."""

import unicodedata

# Letters that Unicode does not take apart into a plain letter and a mark.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"})
_WITHIN_A_WORD = "'’‘`´ʼ"  # O'Brien and OBrien are one word


def tidy(name: str) -> str:
    """A name with its spaces in order."""
    return " ".join(name.split())


def address(email: str | None) -> str | None:
    """An e-mail address as it is kept: lower case, None where there is none."""
    return (email or "").strip().lower() or None


def folded(name: str) -> str:
    """A name for finding: "Zoë O’Brien-Łuc" is "zoe obrien luc". Empty where nothing of a word is left."""
    letters = []
    for letter in unicodedata.normalize("NFKD", name.casefold()).translate(_PLAIN):
        if letter.isalnum():
            letters.append(letter)
        elif not unicodedata.combining(letter) and letter not in _WITHIN_A_WORD:
            letters.append(" ")
    return tidy("".join(letters))
