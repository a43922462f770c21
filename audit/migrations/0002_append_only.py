from django.db import migrations

from audit.append_only import protect, release


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: protect(schema_editor.connection),
            lambda apps, schema_editor: release(schema_editor.connection),
        )
    ]
