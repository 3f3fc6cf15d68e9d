"""Forms and filters of the registry's pages."""
