"""Forms of the pages: filters of lists, steps of a case, the inspection at a desk."""
