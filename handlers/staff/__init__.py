"""What staff press and write, in their group."""
