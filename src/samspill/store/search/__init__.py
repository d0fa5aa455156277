"""Search in SQL: clauses to conditions, a driving range, order, pages, includes."""
