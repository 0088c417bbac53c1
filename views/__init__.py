"""What is shown: text and keyboard of a screen, drawn together. Pure."""
