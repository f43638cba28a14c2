from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db.models import Model

from lib.texts import undeclared


@register
def check_texts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every text of every model of ours says what stands in it."""
    ours = [config for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR]
    return [*_errors(model for config in ours for model in config.get_models())]


def _errors(models: Iterable[type[Model]]) -> Iterator[CheckMessage]:
    for model in models:
        if names := undeclared(model):
            yield Error(
                f"{model._meta.label}.texts and its fields differ in {', '.join(sorted(names))}.",
                hint="Declare each in `texts`: Personal, SHARED or NO_NAMES of lib.texts.",
                obj=model,
                id="trefoil.E001",
            )
