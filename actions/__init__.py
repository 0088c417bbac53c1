"""What can be done: one function a thing that a person or the clock can do."""
