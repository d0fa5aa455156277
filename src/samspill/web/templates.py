"""The Jinja environment: everything is escaped, and a name that is not there is an error.

Templates hold markup only; every text comes ready from `present`.
https://jinja.palletsprojects.com/en/stable/api/
"""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined

from samspill.web.static import Static


def environment(packages: Mapping[str, str], static: Static) -> Environment:
    """Templates by prefix: `{"citizen": "samspill.portals.citizen"}` finds `citizen/home.html`."""
    templates = Environment(
        loader=PrefixLoader({prefix: PackageLoader(name) for prefix, name in packages.items()}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    tools: dict[str, Any] = {"icon": static.icon, "static": static.address}
    templates.globals.update(tools)
    return templates
