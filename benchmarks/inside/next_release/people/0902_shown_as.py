from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0901_greeting")]

    operations = [migrations.AddField("person", "shown_as", models.CharField(max_length=40, null=True))]
