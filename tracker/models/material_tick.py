from django.db import models

from courses.models import Material
from groups.models import Enrolment


class MaterialTick(models.Model):
    """A material ticked by a student. Unticking deletes the row: it is a memory aid without history."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="material_ticks")
    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="ticks")
    ticked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "material"], name="material_tick_once")]

    def __str__(self) -> str:
        return f"{self.material} ticked"
