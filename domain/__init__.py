"""What is true: states, rules, money, deadlines, refusals. Pure."""
