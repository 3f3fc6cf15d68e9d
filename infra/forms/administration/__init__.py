"""Forms and filters of the administration."""
