"""SalesOS Desktop: the sales pipeline program that reps keep open all day and managers trust."""

__version__ = "0.1.0"
