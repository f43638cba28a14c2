from django.db import models


class Hold(models.Model):
    """While its one row is there, nothing is sent, told or fetched: the database was restored from a backup."""

    restored_at = models.DateTimeField()
    backup_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Restored at {self.restored_at} from a backup of {self.backup_at}"

    @classmethod
    def is_on(cls) -> bool:
        return cls.objects.exists()
