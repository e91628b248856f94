"""The method: from answers to ratings that may be published.

Pure functions, numbers in and plain data out. Nothing here knows Django, the database or the rest of the project,
so that the same lines can be replayed against the reference vectors or read by an outside statistician.
"""
