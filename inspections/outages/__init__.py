"""From an operator's report of outages to the register of incidents: reading → checking → taking.

``reading`` turns a form, a body of the API or a file into rows, ``checking`` finds the installations and every problem,
``taking`` writes what changed in one act.
"""
