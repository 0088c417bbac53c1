"""How fast it is: ratios within one run, never a bare number."""
