"""The benchmarks' door: many updates at once, and counters with the times between."""

from __future__ import annotations

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import acts
from sandbox.people import Person
from sandbox.queue import Confirmed
from sandbox.telegram import Telegram
from sandbox.walks import Walk
from sandbox.world import Bot, Json


def load_routes(telegram: Telegram) -> list[BaseRoute]:
    load = Load(telegram)
    return [
        Route("/load/do", load.do, methods=["POST"]),
        Route("/load/walk", load.walk, methods=["POST"]),
        Route("/load/updates", load.updates, methods=["POST"]),
        Route("/load/counters", load.counters),
        Route("/load/trace", load.trace),
        Route("/load/reset", load.reset, methods=["POST"]),
        Route("/load/bots", load.bots, methods=["POST"]),
    ]


class Load:
    """Tracing begins with the first reset."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._walk: Walk | None = None

    async def walk(self, request: Request) -> Response:
        """Let people go through a script: `{"script": […], "user_ids"?: […], "rounds"?: 1}`;
        without ids, all who have pressed start."""
        told = await request.json()
        if self._walk is not None:
            self._walk.stop()
        user_ids = told.get("user_ids") or [
            user_id
            for user_id, private in self._telegram.bot.privates.items()
            if private.opened and not private.blocked
        ]
        self._walk = Walk(self._telegram, told["script"], user_ids, told.get("rounds", 1))
        self._walk.start()
        return JSONResponse({"walkers": len(user_ids)})

    async def bots(self, request: Request) -> Response:
        """One more bot, for a comparison: `{"token", "username"}`."""
        told = await request.json()
        self._telegram.add_bot(told["token"], told["username"])
        return JSONResponse({})

    async def do(self, request: Request) -> Response:
        """Let people act: a list of `{"user_id", "writes" | "presses" | "sends_photo", "to"?,
        "topic"?}`; tells how many could, and why the others could not."""
        done, troubles = 0, []
        for number, act in enumerate(await request.json()):
            try:
                self._act(act)
                done += 1
            except (AssertionError, acts.CannotDo, KeyError) as error:
                troubles.append([number, str(error)])
        return JSONResponse({"done": done, "troubles": troubles})

    def _act(self, act: Json) -> None:
        person = self._telegram.people[act["user_id"]]
        group = act.get("to")
        where: dict[str, Any] = {}
        if group is not None:
            where = {"to": self._telegram.forum_at(group), "topic": act.get("topic")}
        self._perform(person, act, where)

    def _perform(self, person: Person, act: Json, where: dict[str, Any]) -> None:
        if "writes" in act:
            person.writes(act["writes"], **where)
        elif "presses" in act:
            person.presses(act["presses"], **where)
        else:
            person.sends_photo(caption=act["sends_photo"], **where)

    async def updates(self, request: Request) -> Response:
        """Prepared updates without numbers, `[{"message": …}, …]`, for one bot or the first."""
        told = await request.json()
        bot = self._telegram.bots[request.query_params.get("token", self._telegram.bot.token)]
        first = bot.updates.next_id
        for update in told:
            kind, payload = next(iter(update.items()))
            holder = payload.get("message", payload)
            bot.updates.put(kind, payload, holder["chat"]["id"])
            self._know(bot, holder["chat"])
        return JSONResponse({"first": first, "next": bot.updates.next_id})

    def _know(self, bot: Bot, chat: Json) -> None:
        """Whoever an update comes from can be answered."""
        chat_id = chat["id"]
        if chat_id > 0 and chat_id not in bot.privates:
            person = self._telegram.people.get(chat_id) or self._telegram.person(
                chat.get("first_name", "Somebody"), user_id=chat_id
            )
            self._telegram.private(person.user, bot).opened = True

    async def counters(self, _request: Request) -> Response:
        """Of each bot what waits and what was confirmed; of all, the methods called."""
        return JSONResponse(
            {
                "now": time.time(),
                "cpu_seconds": time.process_time(),
                "methods": dict(self._telegram.counts),
                "walk": self._walk.as_json if self._walk else None,
                "bots": {
                    bot.token: {
                        "waiting": len(bot.updates.waiting),
                        "confirmed": bot.updates.confirmed_count,
                        "next": bot.updates.next_id,
                    }
                    for bot in self._telegram.bots.values()
                },
            }
        )

    async def trace(self, _request: Request) -> Response:
        """Since the last reset: updates `[token's bot id, update, chat, put, handed, confirmed]`
        and answers `[bot id, method, chat, at]`, times as seconds since 1970."""
        updates: list[tuple[Any, ...]] = []
        for bot in self._telegram.bots.values():
            history: list[Confirmed] = bot.updates.history or []
            updates += [(bot.user.id, *one) for one in history]
        return JSONResponse({"updates": updates, "answers": self._telegram.trace or []})

    async def reset(self, _request: Request) -> Response:
        """Counters to zero, and trace from here on."""
        self._telegram.counts.clear()
        self._telegram.trace = []
        for bot in self._telegram.bots.values():
            bot.updates.history = []
            bot.updates.confirmed_count = 0
        return JSONResponse({})
