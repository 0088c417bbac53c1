"""`python -m bot`, for where the command `daiko` is not installed."""

import sys

from bot.cli import main

sys.exit(main())
