"""Fetch the front-end libraries, patch them and put them where they are served.

Run it by hand when a version changes, then commit what it wrote:

    python -m look.vendor

It needs ``npm`` (only to fetch from its registry; nothing is built). Three
patches make nhsuk-frontend fit to be self-hosted:

1. The two ``@font-face`` blocks go. They fetch Frutiger from a third party,
   which our Content-Security-Policy refuses and which fails offline; the font's
   licence forbids a copy here. Arial follows in the font list.
2. ``url(/assets/…)`` becomes relative, so that hashed file names work.
3. The ``sourceMappingURL`` comments go, since ``collectstatic`` fails on a map
   that is not there.

The NHS logo and the favicons are trade marks and are never copied: only the
icons that the style sheet names are.
"""

import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

NHSUK_FRONTEND = "10.6.1"
HTMX = "4.0.1"
AXE = "4.14.1"

BASE = Path(__file__).resolve().parent.parent
STATIC = BASE / "static"
FIXTURES = BASE / "tests" / "look" / "fixtures"
BROWSER = BASE / "tests" / "browser" / "vendor"

# The components whose expected HTML our form pack is held against.
PROVED = (
    "character-count",
    "checkboxes",
    "date-input",
    "error-summary",
    "file-upload",
    "input",
    "password-input",
    "radios",
    "select",
    "textarea",
)

# The npm package leaves the licence out; this is the text of the project's repository.
NHSUK_LICENCE = """MIT License

Copyright (c) 2019 NHS.UK

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


def patch_css(css: str) -> str:
    """The style sheet without foreign fonts, absolute addresses and source map."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("url(/assets/images/", "url(images/")
    return re.sub(r"\s*/\*# sourceMappingURL=[^*]*\*/\s*$", "\n", css)


def patch_js(js: str) -> str:
    """The script without its source map."""
    return re.sub(r"\s*//# sourceMappingURL=\S*\s*$", "\n", js)


def icons_named_in(css: str) -> set[str]:
    """File names of the images that a patched style sheet asks for."""
    return set(re.findall(r"url\(images/([^)]+)\)", css))


def fetch(package: str, version: str, into: Path) -> Path:
    """Fetch one npm package and return the folder it was unpacked to."""
    name = subprocess.run(
        ["npm", "pack", "--silent", f"{package}@{version}"], cwd=into, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    with tarfile.open(into / name) as archive:
        archive.extractall(into / package, filter="data")
    return into / package / "package"


def vendor_nhsuk(package: Path) -> None:
    """Write static/nhsuk/ and the fixtures that our form pack is tested against."""
    dist, target = package / "dist" / "nhsuk", STATIC / "nhsuk"
    shutil.rmtree(target, ignore_errors=True)
    (target / "images").mkdir(parents=True)
    css = patch_css((dist / "nhsuk-frontend.min.css").read_text())
    (target / "nhsuk-frontend.min.css").write_text(css)
    (target / "nhsuk-frontend.min.js").write_text(patch_js((dist / "nhsuk-frontend.min.js").read_text()))
    for icon in sorted(icons_named_in(css)):
        shutil.copy(dist / "assets" / "images" / icon, target / "images" / icon)
    (target / "LICENCE.txt").write_text(NHSUK_LICENCE)
    (target / "VERSION.txt").write_text(f"nhsuk-frontend {NHSUK_FRONTEND}, patched by look/vendor.py\n")

    shutil.rmtree(FIXTURES, ignore_errors=True)
    FIXTURES.mkdir(parents=True)
    for component in PROVED:
        shutil.copy(dist / "components" / component / "fixtures.json", FIXTURES / f"{component}.json")
    (FIXTURES / "LICENCE.txt").write_text(
        f"The .json files are the component fixtures of nhsuk-frontend {NHSUK_FRONTEND}, unchanged.\n\n{NHSUK_LICENCE}"
    )


def vendor_htmx(package: Path) -> None:
    """Write static/htmx/."""
    target = STATIC / "htmx"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    (target / "htmx.min.js").write_text(patch_js((package / "dist" / "htmx.min.js").read_text()))
    shutil.copy(package / "LICENSE", target / "LICENCE.txt")
    (target / "VERSION.txt").write_text(f"htmx.org {HTMX}, source map comment removed by look/vendor.py\n")


def vendor_axe(package: Path) -> None:
    """Write the accessibility checker, which only the browser tests load."""
    shutil.rmtree(BROWSER, ignore_errors=True)
    BROWSER.mkdir(parents=True)
    shutil.copy(package / "axe.min.js", BROWSER / "axe.min.js")
    shutil.copy(package / "LICENSE", BROWSER / "LICENCE.txt")
    shutil.copy(package / "LICENSE-3RD-PARTY.txt", BROWSER / "LICENCE-3RD-PARTY.txt")
    (BROWSER / "VERSION.txt").write_text(f"axe-core {AXE}, unchanged\n")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder)
        vendor_nhsuk(fetch("nhsuk-frontend", NHSUK_FRONTEND, into))
        vendor_htmx(fetch("htmx.org", HTMX, into))
        vendor_axe(fetch("axe-core", AXE, into))


if __name__ == "__main__":
    main()
