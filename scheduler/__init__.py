"""What time does: a table of sweeps and the clockwork that runs them."""
