"""One way for files in pieces: bytes on the disk, one row for each. What was on its way is sent anew."""

from typing import Any

from django.db import migrations, models


def _forget_partial_uploads(apps: Any, _schema: Any) -> None:
    apps.get_model("webmail", "PartialUpload").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("webmail", "0042_mail_reports")]

    operations = [
        migrations.DeleteModel(name="UploadPiece"),
        migrations.RunPython(_forget_partial_uploads, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="partialupload", name="partial_upload_by_age"),
        migrations.RemoveField(model_name="partialupload", name="created_at"),
        migrations.AddField(
            model_name="partialupload",
            name="purpose",
            field=models.CharField(
                max_length=16, choices=[("attachment", "Attachment"), ("import", "Import")], default=""
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="partialupload",
            name="token",
            field=models.CharField(max_length=32, unique=True, help_text="Names its file", default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="partialupload",
            name="touched_at",
            field=models.DateTimeField(default=None),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="partialupload",
            name="upload",
            field=models.ForeignKey(
                "webmail.Upload",
                models.CASCADE,
                null=True,
                related_name="+",
                help_text="The attachment that it became",
            ),
        ),
        migrations.AddIndex(
            model_name="partialupload",
            index=models.Index(fields=["touched_at"], name="partial_upload_by_age"),
        ),
        migrations.RemoveField(model_name="mailimport", name="received"),
        migrations.AlterField(
            model_name="mailimport",
            name="token",
            field=models.CharField(
                max_length=32, unique=True, help_text="Names its file, a PartialUpload"
            ),
        ),
    ]
