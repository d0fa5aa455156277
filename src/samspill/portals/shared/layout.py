"""What surrounds each page: names, menu, banners, choice of language and of light or dark."""

from dataclasses import dataclass

from samspill.portals.shared.languages import Language
from samspill.portals.shared.visit import Visit


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go."""

    address: str
    text: str
    icon: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a setting of the page, offered as a button."""

    value: str
    text: str
    is_chosen: bool = False
    language: str = ""
    """Of the text, where it is not that of the page."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything around the content of a page."""

    title: str
    """Of the browser's window: page and site."""
    language: str
    look: str
    token: str
    here: str
    """Path of this page, to come back to."""
    brand: Link
    menu: tuple[Link, ...]
    notice: str
    """What must be said on every page: that the people are made up."""
    person: str
    """Name of the one who is signed in, or ""."""
    role: str
    acting: str
    """That the reader acts for someone, and for whom; "" for oneself."""
    stop_acting: str
    texts: "Texts"
    languages: tuple[Choice, ...]
    looks: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """The standing texts of the frame."""

    skip: str
    menu: str
    notice: str
    signed_in_as: str
    sign_in: str
    sign_out: str
    change_person: str
    language: str
    look: str
    about: str
    source: str
    you_are_here: str


def frame(
    visit: Visit,
    title: str,
    *,
    menu: tuple[Link, ...] = (),
    home: str = "/",
    role: str = "",
) -> Frame:
    """The frame of a page with its title; `home` is where the name of the site leads."""
    language = visit.language
    return Frame(
        title=f"{title} – {visit.session.platform.settings.name}",
        language=language.tag,
        look=visit.look,
        token=visit.token,
        here=visit.path,
        brand=Link(home, visit.session.platform.settings.name),
        menu=menu,
        notice=notice(visit),
        person=visit.actor.name if visit.actor.reference else "",
        role=role,
        acting=language.say("Du handler for %(name)s", name=visit.acting_name)
        if visit.acting_name
        else "",
        stop_acting=language.say("Tilbake til deg selv"),
        texts=_texts(language),
        languages=_languages(visit),
        looks=_looks(visit),
    )


def is_here(visit: Visit, address: str) -> bool:
    """Whether the page is the address itself or below it."""
    return visit.path == address or visit.path.startswith(address + "/")


def notice(visit: Visit) -> str:
    """The banner of the mode that the server runs in."""
    say = visit.language.say
    match visit.session.platform.settings.mode:
        case "demo":
            return say("Demo: alle personer og opplysninger her er oppdiktet.")
        case "open":
            return say(
                "Åpen testmodus: ingen innlogging, alt er synlig. Bruk bare oppdiktede personer."
            )
        case _:
            return ""


def _texts(language: Language) -> Texts:
    say = language.say
    return Texts(
        skip=say("Hopp til innholdet"),
        menu=say("Hovedmeny"),
        notice=say("Om denne utgaven"),
        signed_in_as=say("Du er logget inn som"),
        sign_in=say("Logg inn"),
        sign_out=say("Logg ut"),
        change_person=say("Bytt person"),
        language=say("Språk"),
        look=say("Utseende"),
        about=say("Om nettsiden"),
        source=say("Hvor kommer dette fra?"),
        you_are_here=say("Du er her"),
    )


def _languages(visit: Visit) -> tuple[Choice, ...]:
    return tuple(
        Choice(one.tag, one.name, is_chosen=one.tag == visit.language.tag, language=one.tag)
        for one in visit.languages
    )


def _looks(visit: Visit) -> tuple[Choice, ...]:
    say = visit.language.say
    names = {"auto": say("Som systemet"), "light": say("Lyst"), "dark": say("Mørkt")}
    return tuple(
        Choice(value, text, is_chosen=value == visit.look) for value, text in names.items()
    )
