"""Public facts that made-up lives are drawn from: names, places, diseases, medicines, analyses."""
