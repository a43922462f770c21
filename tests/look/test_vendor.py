"""What is vendored is patched, and carries its licence."""

from pathlib import Path

import pytest
from django.conf import settings

from look import vendor

STATIC = Path(settings.BASE_DIR) / "static"
CSS = (STATIC / "nhsuk/nhsuk-frontend.min.css").read_text()


def test_patches_do_what_they_say():
    css = "@font-face{src:url(https://f)}a{b:url(/assets/images/c.svg)}\n/*# sourceMappingURL=x.css.map */\n"
    assert vendor.patch_css(css) == "a{b:url(images/c.svg)}\n"
    assert vendor.patch_js("let a;// x\n//# sourceMappingURL=x.js.map") == "let a;// x\n"


def test_nothing_vendored_calls_another_site():
    assert "@font-face" not in CSS
    assert "url(/" not in CSS
    assert "url(http" not in CSS
    for path in [*STATIC.rglob("*.css"), *STATIC.rglob("*.js")]:
        assert "sourceMappingURL" not in path.read_text(), path


def test_every_icon_that_the_style_sheet_names_is_there():
    icons = vendor.icons_named_in(CSS)
    assert len(icons) == 4
    assert all((STATIC / "nhsuk/images" / icon).exists() for icon in icons)


def test_no_nhs_logo_or_favicon_is_kept():
    names = {path.name for path in STATIC.rglob("*") if path.is_file()}
    assert not {name for name in names if "favicon" in name or "logo" in name or "opengraph" in name} - {"favicon.svg"}
    assert not (STATIC / "nhsuk/images/favicon.svg").exists()


@pytest.mark.parametrize(
    ("folder", "version"),
    [
        (STATIC / "nhsuk", vendor.NHSUK_FRONTEND),
        (STATIC / "htmx", vendor.HTMX),
        (vendor.BROWSER, vendor.AXE),
    ],
)
def test_vendored_folders_name_version_and_licence(folder, version):
    assert version in (folder / "VERSION.txt").read_text()
    assert (folder / "LICENCE.txt").stat().st_size > 100
