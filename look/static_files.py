"""Where static files are kept in production: hashed names, compressed, and modules that import by hashed name too."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    # Else portal.js would import nhsuk-frontend by its plain name, which browsers may hold on to after an upgrade.
    support_js_module_import_aggregation = True
