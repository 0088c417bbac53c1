"""Bare echo bots: `python -m benchmarks.echo ptb|ptb-aiohttp|aiogram URL TOKEN`.

They remember nothing and promise nothing: what a bot costs before it does anything.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, MessageHandler, filters


async def _echo(update: Update, _context: Any) -> None:
    if update.callback_query is not None:
        await update.callback_query.answer()
    if update.effective_message is not None:
        await update.effective_message.chat.send_message(update.effective_message.text or "-")


def run_ptb(url: str, token: str, *, with_aiohttp: bool) -> None:
    """python-telegram-bot as its manual shows it, with its own client or with aiohttp."""
    builder = Application.builder().token(token).base_url(f"{url}/bot")
    # Told to work updates side by side: one at a time would wait for every answer.
    builder = builder.concurrent_updates(64)
    if with_aiohttp:
        from bot.request import AiohttpRequest

        builder = builder.request(AiohttpRequest()).get_updates_request(AiohttpRequest())
    else:
        builder = builder.connection_pool_size(64)
    application = builder.build()
    application.add_handler(MessageHandler(filters.ALL, _echo))
    application.add_handler(CallbackQueryHandler(_echo))
    application.run_polling()


async def run_aiogram(url: str, token: str) -> None:
    """aiogram as its manual shows it."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import CallbackQuery, Message

    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "-")

    @dispatcher.callback_query()
    async def echo_press(press: CallbackQuery) -> None:
        await press.answer()
        if press.message is not None:
            await press.message.answer("-")

    bot = Bot(token, session=session)
    await dispatcher.start_polling(bot, handle_signals=True)


def main() -> None:
    kind, url, token = sys.argv[1:4]
    if kind == "aiogram":
        asyncio.run(run_aiogram(url, token))
    else:
        run_ptb(url, token, with_aiohttp=kind == "ptb-aiohttp")


if __name__ == "__main__":
    main()
