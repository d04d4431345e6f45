"""The board page: columns of cards that are dragged from stage to stage."""
