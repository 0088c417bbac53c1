"""Wiring it up, and speaking with Telegram."""
