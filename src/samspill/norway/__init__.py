"""Norwegian facts: identifiers, code systems, graded addresses, dated legal rules. Pure."""
