"""A sandbox as a process of its own, and bots that are measured against it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

ROOT: Final = Path(__file__).parent.parent
PATIENCE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Its address, and the benchmarks' door."""

    url: str

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=PATIENCE_SECONDS) as answer:
            return json.load(answer)

    def post(self, path: str, told: object) -> Any:
        request = urllib.request.Request(
            f"{self.url}{path}",
            json.dumps(told).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return json.load(answer)


@contextlib.contextmanager
def sandbox(users: int) -> Iterator[Sandbox]:
    """Start one; it ends with the `with`."""
    command = [sys.executable, "-m", "sandbox.server", "--port", "0", "--users", str(users)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            yield Sandbox(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


@dataclass(frozen=True, slots=True)
class Spent:
    cpu_seconds: float
    peak_mb: float


class BotProcess:
    """A bot under measurement."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._log = Path(os.environ.get("BENCH_LOG", os.devnull)).open("ab")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=self._log,
            stderr=self._log,
        )
        self._seen = psutil.Process(self._process.pid)
        self._peak = 0

    def spent(self) -> Spent:
        times = self._seen.cpu_times()
        self._peak = max(self._peak, _most_memory(self._seen))
        return Spent(times.user + times.system, self._peak / 1_000_000)

    def kill(self) -> None:
        """As a power cut would: nothing is said, nothing is finished."""
        self._process.kill()
        self._process.wait()
        self._log.close()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def _most_memory(process: psutil.Process) -> int:
    """Bytes it held at its highest, where the system tells; else what it holds now."""
    status = Path(f"/proc/{process.pid}/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) * 1024
    return int(process.memory_info().rss)


def wait_until(condition: Any, what: str, seconds: float = PATIENCE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.01)


def start_up_seconds(at: Sandbox, database: Path) -> float:
    """From the start of `daiko run` on this file to its first call for updates.

    The second start counts: with the first one after an installation Python compiles everything.
    """
    _start_up(at, database)
    return _start_up(at, database)


def _start_up(at: Sandbox, database: Path) -> float:
    world, counters = at.get("/demo/world"), at.get("/load/counters")
    group = next(chat["id"] for chat in world["chats"] if chat["type"] != "private")
    at.post("/load/reset", {})
    environment = {
        "BOT_TOKEN": next(iter(counters["bots"])),
        "BOT_API_URL": at.url,
        "STAFF_CHAT_ID": str(group),
        "DATABASE_URL": f"sqlite:///{database}",
        "HTTP_PORT": "",
        "PYTHONPYCACHEPREFIX": str(database.parent / "bytecode"),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    begun = time.perf_counter()
    bot = BotProcess(["-m", "bot.cli", "run"], environment)
    try:
        wait_until(lambda: at.get("/load/counters")["methods"].get("getupdates"), "the bot")
        return time.perf_counter() - begun
    finally:
        bot.stop()
