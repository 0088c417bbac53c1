"""What people press and write: routes and conversations. Thin."""
