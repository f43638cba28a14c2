"""What people do: each deed presses what its person is shown, and tells the model once the page says that it is done.

What nobody can press at the moment is no failure, the dice go on.
"""
