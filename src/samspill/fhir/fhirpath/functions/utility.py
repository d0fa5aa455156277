"""trace(), the clock and variables. https://hl7.org/fhirpath/N1/#utility-functions"""

from collections.abc import Callable, Mapping

from samspill.base.errors import InvalidExpression
from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath import times, variables
from samspill.fhir.fhirpath.code import Code
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.functions.signature import TEXT, expected
from samspill.fhir.fhirpath.scope import Function, Scope
from samspill.fhir.fhirpath.syntax import Node
from samspill.fhir.fhirpath.times import Moment
from samspill.fhir.fhirpath.values import Json


def trace(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """trace(name [, projection]): gives back its input and tells `Context.trace` of it."""
    name = expected(codes.scalar(scope.compile(arguments[0])), TEXT)
    seen = codes.items(target, scope.definitions)
    project = None
    if len(arguments) > 1:
        project = codes.items(scope.of_each(target).compile(arguments[1]), scope.definitions)
    run, values = target.run, codes.listed(target)

    def traced(f: Frame, t: Json) -> Json:
        if f.context.trace is not None:
            shown = seen(f, t)
            if project is not None:
                shown = [each for value in values(f, t) for each in project(f, value)]
            f.context.trace(name(f, t) or "", shown)
        return run(f, t)

    return Code(traced, target.type, is_single=target.is_single, is_ordered=target.is_ordered)


def _clock(type: str, read: Callable[[Moment], Moment]) -> Function:
    """The same instant throughout one evaluation."""

    def build(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
        def present(f: Frame, t: Json) -> Moment:
            if f.context.now is None:
                raise InvalidExpression("No clock was given", "Ingen klokke er gitt")
            return read(times.from_micros(f.context.now))

        return codes.single(present, type)

    return Function(build)


FUNCTIONS: Mapping[str, Function] = {
    "trace": Function(trace, 1, 2),
    "now": _clock("System.DateTime", lambda now: now),
    "today": _clock("System.Date", lambda now: Moment("Date", now.fields[:3])),
    "timeOfDay": _clock("System.Time", lambda now: Moment("Time", now.fields[3:])),
    "defineVariable": Function(variables.define, 1, 2),
}
