"""Values of columns, for statements that are written out because every page asks them.

Compiling a query takes the ORM longer than either database needs to answer it.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Field, JSONField, Model


def moment(value: datetime | str) -> datetime:
    """Read a time: SQLite keeps it as text, in UTC without saying so."""
    read = datetime.fromisoformat(value) if isinstance(value, str) else value
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def parameter(at: datetime) -> datetime | str:
    """Write a time as the database compares it."""
    if connection.vendor == "postgresql":
        return at
    return str(at.astimezone(UTC).replace(tzinfo=None))


@cache
def of(model: type[Model], alias: str) -> str:
    """Name all columns of a model's table, which the statement calls `alias`."""
    return ", ".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields)


def count(model: type[Model]) -> int:
    """Count the columns that `of` names."""
    return len(model._meta.concrete_fields)


def instance[M: Model](model: type[M], values: Sequence[Any]) -> M:
    """Make the model of a row's values, as the ORM does."""
    read = list(values)
    for position, convert in _converted(model):
        if read[position] is not None:
            read[position] = convert(read[position])
    return model.from_db(connection.alias, [field.attname for field in model._meta.concrete_fields], read)


@cache
def _converted(model: type[Model]) -> list[tuple[int, Callable[[Any], Any]]]:
    """Name the columns whose values don't come as the model has them."""
    found = ((position, _converter(field)) for position, field in enumerate(model._meta.concrete_fields))
    return [(position, convert) for position, convert in found if convert]


def _converter(field: "Field[Any, Any]") -> Callable[[Any], Any] | None:
    if isinstance(field, DateTimeField):
        return moment
    if isinstance(field, JSONField):
        # Both databases hand it over as text.
        return json.loads
    return None
