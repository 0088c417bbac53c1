"""What customers press and write, in their private chat."""
