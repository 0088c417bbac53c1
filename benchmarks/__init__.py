"""How fast it is: ratios within one run, never a bare number."""

import sys

# Several libraries import it where it is installed, and only developers have it: what is measured
# is what runs.
if "structlog" not in sys.modules:  # whoever found it there already would miss it
    sys.modules["rich"] = None  # type: ignore[assignment]
