"""Messages between customers and agencies while everything fails: none lost, all in order."""
