"""One module per page: `present` makes every text, the template only places them."""
