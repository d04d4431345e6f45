"""Tables of records: columns, a model that fetches what is looked at, the view, and what keeps them up to date."""
