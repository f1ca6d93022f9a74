"""Read a query; anything can be typed, and nothing raises.

query  = union *( [ "AND" ] union )
union  = term *( "OR" term )          ; OR binds closer than a space, as people know it from Google
term   = ( "-" / "NOT" ) term / "(" query ")" / "{" *term "}" / word / phrase / operator value
value  = word / phrase / "(" query ")" / "{" *term "}"       ; each bare word in it is the operator's
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from . import operators
from .lexer import Lexer, Token
from .operators import ValueProblem
from .problem import Problem
from .tree import And, Node, Not, Or, joined

MAX_LENGTH: Final = 1000
MAX_TERMS: Final = 20
_MAX_DEPTH: Final = 20
_ENDS: Final = frozenset({")", "}", ""})
_END = Token("", "", (0, 0))


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree, None when nothing was asked; and remarks in the order of their places."""

    text: str
    tree: Node | None
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems for which the query doesn't run."""
        return tuple(problem for problem in self.problems if problem.is_error)


def parse(text: str) -> Parsed:
    """Read a query in linear time; of one with an error the tree holds what was understood."""
    if len(text) > MAX_LENGTH:
        return Parsed(text, None, (Problem("long", MAX_LENGTH, len(text)),))
    parser = _Parser(text)
    tree = parser.query()
    problems = sorted(parser.problems, key=lambda problem: (problem.start, problem.end, problem.code))
    return Parsed(text, tree, tuple(problems))


class _Parser:
    def __init__(self, text: str) -> None:
        lexer = Lexer(text)
        self._tokens = list(lexer.tokens())
        self.problems = lexer.problems
        self._at = 0
        self._terms = 0
        self._depth = 0

    def query(self, operator: Token | None = None) -> Node | None:
        """Read up to a closing bracket or the end; in `operator` each bare word is a value of it."""
        found: list[Node] = []
        while (token := self._peek()).kind not in _ENDS:
            if token.kind in {"AND", "OR"}:
                self._next()
                if token.kind == "OR":
                    self._note("stray_or", token)
                continue
            node = self._union(operator)
            if node is not None:
                found.append(node)
        return joined(And, found)

    def _union(self, operator: Token | None) -> Node | None:
        found = [self._term(operator)]
        while self._peek().kind == "OR":
            token = self._next()
            if self._peek().kind in {*_ENDS, "OR", "AND"}:
                self._note("stray_or", token)
                break
            found.append(self._term(operator))
        return joined(Or, [node for node in found if node is not None])

    def _any(self, operator: Token | None) -> Node | None:
        """Read what stands in braces: one of it must hold."""
        found: list[Node] = []
        while (token := self._peek()).kind not in _ENDS:
            if token.kind in {"AND", "OR"}:
                self._next()
            elif node := self._term(operator):
                found.append(node)
        return joined(Or, found)

    def _term(self, operator: Token | None) -> Node | None:
        token = self._next()
        match token.kind:
            case "-" | "NOT":
                return self._negated(token, operator)
            case "(":
                return self._group(token, self.query, operator)
            case "{":
                return self._group(token, self._any, operator)
            case "operator":
                return self._value(token)
            case _:
                return self._leaf(operator, token)

    def _negated(self, token: Token, operator: Token | None) -> Node | None:
        if self._peek().kind in {*_ENDS, "OR", "AND"}:
            return None
        if not self._deeper(token):
            return None
        node = self._term(operator)
        self._depth -= 1
        return None if node is None else Not(node)

    def _group(
        self, token: Token, read: Callable[[Token | None], Node | None], operator: Token | None
    ) -> Node | None:
        if not self._deeper(token):
            return None
        node = read(operator)
        if self._peek().kind:
            self._next()
        self._depth -= 1
        return node

    def _deeper(self, token: Token) -> bool:
        """Go one level down; too deep, leave the rest unread."""
        if self._depth >= _MAX_DEPTH:
            self._note("deep", token)
            self._at = len(self._tokens)
            return False
        self._depth += 1
        return True

    def _value(self, operator: Token) -> Node | None:
        token = self._peek()
        match token.kind:
            case "word" | "phrase" | "OR" | "AND" | "NOT":
                return self._leaf(operator, self._next(), operator.at[0])
            case "(":
                return self._group(self._next(), self.query, operator)
            case "{":
                return self._group(self._next(), self._any, operator)
        self._note("missing", operator, operator.text)
        return None

    def _leaf(self, operator: Token | None, token: Token, start: int | None = None) -> Node | None:
        at = (token.at[0] if start is None else start, token.at[1])
        quoted = token.kind == "phrase"
        if quoted and not token.text.strip():
            if operator is not None:
                self._note("missing", operator, operator.text)
            return None
        self._terms += 1
        if self._terms > MAX_TERMS:
            if self._terms == MAX_TERMS + 1:
                self._note("terms", token)
            return None
        if operator is None:
            return operators.text(token.text, quoted=quoted, at=at)
        try:
            return operators.leaf(operator.text, token.text, quoted=quoted, at=at)
        except ValueProblem as problem:
            self.problems.append(Problem(problem.code, *at, operator.text))
            return None

    def _peek(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _next(self) -> Token:
        token = self._peek()
        self._at += 1
        return token

    def _note(self, code: str, token: Token, detail: str = "") -> None:
        self.problems.append(Problem(code, *token.at, detail))
