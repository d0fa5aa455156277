"""Engines that run a view: `memory` is the simplest one, and the oracle of those to come."""
