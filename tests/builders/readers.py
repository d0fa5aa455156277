"""People at the pages, with a browser that notes whatever it has to complain about."""

from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

CITIZEN = "Patient/diabetes"
GP = "Practitioner/gp-5001-1"
GP_IN_THE_WEST = "Practitioner/gp-5501-1"
EMERGENCY_DOCTOR = "Practitioner/doctor-south-emergency"
LEADER = "Practitioner/nurse-south"


@dataclass
class Reader:
    """Someone at the pages; `faults` are what the browser complained about."""

    site: str
    page: Page
    faults: list[str] = field(default_factory=list)

    def sign_in(self, reference: str) -> None:
        self.open("/logg-inn")
        self.page.locator(f'button[value="{reference}"]').click()
        self.page.wait_for_url(
            lambda address: "/logg-inn" not in address and "/oauth/" not in address
        )

    def open(self, path: str) -> None:
        self.page.goto(self.site + path)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(message.text)


class Readers:
    """Opens pages as readers with a screen, a language and a liking for light or dark."""

    def __init__(self, site: str, browser: Browser) -> None:
        self.site = site
        self.browser = browser
        self.contexts: list[BrowserContext] = []
        self.all: list[Reader] = []

    def __call__(
        self,
        who: str = "",
        *,
        width: int = 1280,
        language: str = "nb-NO",
        look: str = "light",
        scripts: bool = True,
    ) -> Reader:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            locale=language,
            color_scheme="dark" if look == "dark" else "light",
            java_script_enabled=scripts,
        )
        self.contexts.append(context)
        reader = Reader(self.site, context.new_page())
        # A breach of the content security policy is an error on the console.
        reader.page.on("console", reader.hear)
        reader.page.on("pageerror", lambda error: reader.faults.append(str(error)))
        self.all.append(reader)
        if who:
            reader.sign_in(who)
        return reader
