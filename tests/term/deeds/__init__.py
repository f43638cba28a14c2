"""What people do: each deed presses what its person is shown, and tells the model once the page says that it is done.

A deed returns whether it was done; what nobody can press at the moment is no failure, the dice go on.
"""
