"""The agenda: what a day, a week, a month holds, and what is still to be done."""
