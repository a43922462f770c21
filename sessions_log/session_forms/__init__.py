"""Forms that people owe: what is asked, of whom, when, and who reads the answer. Each is a readable TOML text."""

from sessions_log.session_forms.contract import FormSpec, Opening, Question, ShowIf, spec_from
from sessions_log.session_forms.files import FOLDER, fingerprint, mistakes_in, read_text

__all__ = [
    "FOLDER",
    "FormSpec",
    "Opening",
    "Question",
    "ShowIf",
    "fingerprint",
    "mistakes_in",
    "read_text",
    "spec_from",
]
