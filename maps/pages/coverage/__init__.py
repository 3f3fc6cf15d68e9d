"""Coverage on the console: which map is chosen, what the panel says about it, and the sheets beside it."""
