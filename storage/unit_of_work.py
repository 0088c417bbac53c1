"""A transaction's repositories: what happens inside happens whole, or not at all."""
