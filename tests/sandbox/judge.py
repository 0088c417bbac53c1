"""An independent judge: aiogram's models say whether calls, answers and updates are right."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import aiogram.methods
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile, Update
from pydantic import BaseModel, TypeAdapter

from sandbox.telegram import Telegram

MethodModel = type[TelegramMethod[Any]]


@cache
def models() -> dict[str, MethodModel]:
    found = (
        model
        for _, model in inspect.getmembers(aiogram.methods, inspect.isclass)
        if issubclass(model, TelegramMethod) and model is not TelegramMethod
    )
    return {model.__api_method__.lower(): model for model in found}


def check_call(method: str, params: Mapping[str, Any], files: Iterable[str] = ()) -> None:
    """A request must have the parameters of its method, each of the right kind, and no others."""
    model = models().get(method.lower())
    assert model is not None, f"there is no method {method}"
    values = {name: _decoded(model, name, value) for name, value in params.items()}
    for name in files:
        if name in model.model_fields:  # those attached are named by what attaches them
            values[name] = BufferedInputFile(b"", name)
    for name in values:
        field = model.model_fields.get(name)
        assert field is not None, f"{method} has no parameter {name}"
        extra = field.json_schema_extra
        assert not (isinstance(extra, dict) and extra.get("deprecated")), (
            f"{method}: {name} is old"
        )
    request = model.model_validate(values)
    _check_nothing_extra(request, method)


def _decoded(model: MethodModel, name: str, value: Any) -> Any:
    """What travels as a string, as what it stands for; texts stay texts."""
    field = model.model_fields.get(name)
    if not isinstance(value, str) or field is None or field.annotation is str:
        return value
    kinds = str(field.annotation)
    if not any(sign in kinds for sign in ("bool", "float", "int", "list", "aiogram", "datetime")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def check_calls(telegram: Telegram) -> None:
    """All requests a bot made so far."""
    for call in telegram.calls:
        check_call(call.method, call.params, call.files)


def check_answer(method: str, result: Any) -> None:
    """The result of a method must be what the method promises."""
    model = models()[method.lower()]
    answer = TypeAdapter(model.__returning__).validate_python(result)
    _check_nothing_extra(answer, method)


def check_update(update: Mapping[str, Any]) -> None:
    _check_nothing_extra(Update.model_validate(update), "update")


def _check_nothing_extra(value: Any, where: str) -> None:
    """aiogram takes unknown fields in silence; here they are errors."""
    for path, model in _models_in(value, where):
        assert not model.model_extra, f"{path} has unknown {sorted(model.model_extra or ())}"


def _models_in(value: Any, path: str) -> Iterator[tuple[str, BaseModel]]:
    if isinstance(value, BaseModel):
        yield path, value
        for name in type(value).model_fields:
            yield from _models_in(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for one in value:
            yield from _models_in(one, f"{path}[]")
