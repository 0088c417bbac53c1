"""What is remembered. The only room that knows SQL; nothing in it commits."""
