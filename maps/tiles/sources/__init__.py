"""What is held in memory: for each source its statement, who sees its rows, what filters ask of them."""
