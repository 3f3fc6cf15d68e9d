"""The operator's path into the register. The packages read in the order of the work:

``columns`` declares what a file of each kind may hold, ``reading`` yields its rows under those columns with the row
numbers of the spreadsheet, ``coordinates`` turns whatever was written into one point and says how, ``checks`` reports
every problem of every row, ``comparison`` says what would change in the register, ``review`` is what people decide
about it, ``applying`` writes it in one transaction. ``problems`` holds the words of all of them.
"""
