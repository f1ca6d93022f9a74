"""What is asked of the full-text index: terms, joined by and, or, not; written for either database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .index_terms import ALL


@dataclass(frozen=True, slots=True)
class Term:
    """Has this term or, with `prefix`, one that begins so."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """Fits all of these."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Fits one of these, or more."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Doesn't fit this."""

    part: "Formula"


type Formula = Term | Every | Some | Without

EVERYTHING = Term(ALL)


def every(parts: Sequence[Formula]) -> Formula:
    """Join by and; of nothing, everything."""
    if len(parts) < 2:
        return parts[0] if parts else EVERYTHING
    return Every(tuple(parts))


def some(parts: Sequence[Formula]) -> Formula:
    """Join by or; of nothing, nothing."""
    if len(parts) < 2:
        return parts[0] if parts else Without(EVERYTHING)
    return Some(tuple(parts))


def holds(formula: Formula, has: Callable[[Term], bool]) -> bool:
    """Tell whether a message fits of which `has` knows the terms."""
    match formula:
        case Term():
            return has(formula)
        case Every(parts):
            return all(holds(part, has) for part in parts)
        case Some(parts):
            return any(holds(part, has) for part in parts)
        case Without(part):
            return not holds(part, has)


def fts5(formula: Formula, account_id: int) -> str:
    """Write it for SQLite's FTS5, whose NOT stands between two."""
    everything = _fts5_term(EVERYTHING, account_id)
    return _written(
        formula, lambda term: _fts5_term(term, account_id), " AND ", " OR ", f"({everything} NOT %s)"
    )


def tsquery(formula: Formula, account_id: int) -> str:
    """Write it for PostgreSQL; what is only denied is taken from everything, which the index has."""
    everything = _tsquery_term(EVERYTHING, account_id)
    return _written(
        formula, lambda term: _tsquery_term(term, account_id), " & ", " | ", f"({everything} & !%s)"
    )


def _written(formula: Formula, term: Callable[[Term], str], both: str, either: str, without: str) -> str:
    def write(part: Formula) -> str:
        match part:
            case Term():
                return term(part)
            case Every(parts):
                return f"({both.join(map(write, parts))})"
            case Some(parts):
                return f"({either.join(map(write, parts))})"
            case Without(inner):
                return without.replace("%s", write(inner))

    return write(formula)


def _fts5_term(term: Term, account_id: int) -> str:
    return f'"{account_id:x}:{term.text}"' + (" *" if term.prefix else "")


def _tsquery_term(term: Term, account_id: int) -> str:
    return f"'{account_id:x}:{term.text}'" + (":*" if term.prefix else "")
