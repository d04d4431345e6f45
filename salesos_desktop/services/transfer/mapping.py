"""Which column is which field: kinds of rows, their fields, and guesses from the headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...domain.text import fold
from ...i18n import N_


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a column can go to; ``form`` is text, money, number, date, percent, link or list."""

    name: str
    title: str
    form: str
    synonyms: tuple[str, ...]


def _f(name: str, title: str, form: str, *synonyms: str) -> Field:
    return Field(name, title, form, synonyms)


_OWNER = _f("owner", N_("Owner"), "link", "owner", "sales agent", "agent", "rep", "salesperson", "sales rep", "assigned to",
            "propietario", "responsable", "vendedor", "comercial", "asignado a", "dueno", "deal owner", "user")  # fmt: skip
_COMPANY = _f("company", N_("Company"), "link", "company", "account", "organization", "organisation", "customer", "client",
              "empresa", "cuenta", "cliente", "organizacion", "company name", "account name", "associated company")  # fmt: skip
_NOTE = _f(
    "note",
    N_("Note"),
    "text",
    "note",
    "notes",
    "description",
    "comments",
    "nota",
    "notas",
    "descripcion",
    "comentarios",
)
_SOURCE = _f("source", N_("Source"), "link", "source", "lead source", "origin", "fuente", "origen", "procedencia")
_TAGS = _f("tags", N_("Tags"), "list", "tags", "labels", "etiquetas")
_EMAIL = _f("email", N_("Email"), "text", "email", "e mail", "mail", "correo", "correo electronico", "email address")
_PHONE = _f(
    "phone", N_("Phone"), "text", "phone", "telephone", "mobile", "phone number", "telefono", "movil", "celular"
)
_POSITION = _f("position", N_("Position"), "text", "position", "title", "job title", "role", "cargo", "puesto")

KINDS: Mapping[str, tuple[Field, ...]] = {
    "opportunities": (
        _f("external_id", N_("Number"), "text", "id", "opportunity id", "deal id", "record id", "external id", "number", "numero",
           "codigo", "id oportunidad"),
        _f("name", N_("Name"), "text", "name", "deal", "deal name", "opportunity", "opportunity name", "title", "subject",
           "nombre", "oportunidad", "titulo", "negocio", "asunto", "trato"),
        _f("value", N_("Value"), "money", "value", "amount", "close value", "deal value", "revenue", "expected revenue", "price",
           "valor", "importe", "monto", "cantidad", "ingreso", "ingresos esperados", "total", "valor cierre"),
        _f("currency", N_("Currency"), "text", "currency", "currency code", "moneda", "divisa"),
        _f("stage", N_("Stage"), "link", "stage", "deal stage", "status", "phase", "pipeline stage", "etapa", "fase", "estado"),
        _f("close_date", N_("Close date"), "date", "close date", "expected close", "expected close date", "closing date",
           "closed on", "deadline", "fecha cierre", "fecha de cierre", "cierre", "cierre previsto", "fecha estimada de cierre",
           "close"),
        _f("created_on", N_("Created on"), "date", "created", "created on", "create date", "created date", "engage date",
           "open date", "creado", "fecha creacion", "fecha de creacion", "fecha alta", "created at"),
        _f("probability", N_("Probability"), "percent", "probability", "probabilidad", "win probability"),
        _OWNER, _COMPANY,
        _f("contact", N_("Contact"), "link", "contact", "contact name", "contacto", "person", "persona", "main contact"),
        _f("product", N_("Product"), "link", "product", "product name", "producto", "item", "servicio"),
        _SOURCE,
        _f("priority", N_("Priority"), "text", "priority", "prioridad"),
        _f("loss_reason", N_("Reason"), "link", "loss reason", "lost reason", "closed lost reason", "motivo", "motivo perdida",
           "motivo de perdida"),
        _f("competitor", N_("Competitor"), "text", "competitor", "competidor", "competencia"),
        _TAGS, _NOTE,
    ),
    "products": (
        _f("name", N_("Name"), "text", "product", "name", "product name", "producto", "nombre"),
        _f("code", N_("Code"), "text", "code", "sku", "product code", "codigo", "referencia"),
        _f("series", N_("Series"), "text", "series", "family", "category", "serie", "familia", "categoria"),
        _f("price", N_("Price"), "money", "price", "sales price", "list price", "unit price", "precio", "precio venta", "tarifa"),
        _f("currency", N_("Currency"), "text", "currency", "moneda", "divisa"),
    ),
    "companies": (
        _f("name", N_("Name"), "text", "account", "company", "name", "company name", "account name", "organization", "empresa",
           "nombre", "cuenta", "cliente", "razon social"),
        _f("sector", N_("Sector"), "text", "sector", "industry", "industria", "rubro"),
        _f("year_established", N_("Year established"), "number", "year established", "founded", "year founded",
           "ano de fundacion", "fundada"),
        _f("revenue", N_("Revenue"), "number", "revenue", "annual revenue", "ingresos", "facturacion"),
        _f("employees", N_("Employees"), "number", "employees", "number of employees", "empleados", "headcount"),
        _f("location", N_("Location"), "text", "location", "office location", "country", "city", "ubicacion", "pais", "ciudad"),
        _f("parent", N_("Parent company"), "link", "parent", "subsidiary of", "parent company", "parent account",
           "filial de", "empresa matriz", "matriz"),
        _f("website", N_("Website"), "text", "website", "web", "url", "domain", "sitio web", "pagina web"),
        _PHONE, _EMAIL, _NOTE,
    ),
    "leads": (
        _f("name", N_("Name"), "text", "name", "lead", "lead name", "full name", "nombre", "nombre completo"),
        _EMAIL, _PHONE,
        _f("company", N_("Company"), "text", "company", "account", "organization", "empresa", "compania"),
        _POSITION,
        _f("status", N_("Status"), "text", "status", "lead status", "estado"),
        _SOURCE, _OWNER, _TAGS, _NOTE,
    ),
    "contacts": (
        _f("name", N_("Name"), "text", "name", "contact", "contact name", "full name", "nombre", "contacto", "nombre completo"),
        _EMAIL, _PHONE, _POSITION, _COMPANY, _NOTE,
    ),
    "people": (
        _f("name", N_("Name"), "text", "sales agent", "name", "agent", "rep", "user", "vendedor", "nombre", "usuario",
           "full name", "employee"),
        _EMAIL,
        _f("manager", N_("Manager"), "text", "manager", "supervisor", "gerente", "jefe", "reports to"),
        _f("team", N_("Team"), "link", "team", "regional office", "office", "region", "equipo", "oficina", "delegacion"),
    ),
}  # fmt: skip

KIND_TITLES = {
    "opportunities": N_("Opportunities"), "products": N_("Products"), "companies": N_("Companies"), "leads": N_("Leads"),
    "contacts": N_("Contacts"), "people": N_("People"),
}  # fmt: skip

_MARKS: Mapping[str, frozenset[str]] = {
    "opportunities": frozenset({"stage", "close_date", "value", "product", "external_id", "company"}),
    "products": frozenset({"price", "series", "code"}),
    "companies": frozenset({"sector", "year_established", "employees", "parent", "revenue"}),
    "leads": frozenset({"status", "source", "email"}),
    "contacts": frozenset({"position", "email", "company"}),
    "people": frozenset({"manager", "team"}),
}


def field_of(kind: str, name: str) -> Field | None:
    """The field of a kind by its name."""
    return next((field for field in KINDS[kind] if field.name == name), None)


def guess(kind: str, headers: Sequence[str]) -> dict[int, str]:
    """Column number → field name, each field once; an exact name wins over a longer one that contains it."""
    found: dict[int, str] = {}
    folded = [_words(header) for header in headers]
    for exact in (True, False):
        for field in KINDS[kind]:
            if field.name in found.values():
                continue
            names = (_words(field.name), *field.synonyms)
            for wanted in names:
                number = next(
                    (n for n, header in enumerate(folded) if n not in found and _fits(wanted, header, exact)), None
                )
                if number is not None:
                    found[number] = field.name
                    break
    return found


def guess_kind(headers: Sequence[str]) -> str:
    """The kind whose fields the headers name best; opportunities when nothing speaks for another."""
    best, best_score = "opportunities", 0.0
    for kind, marks in _MARKS.items():
        found = set(guess(kind, headers).values())
        score = len(found & marks) * 2 + ("name" in found) - (len(headers) - len(found)) * 0.5
        if kind == "leads" and "lead" not in " ".join(_words(h) for h in headers):
            score -= 2
        if score > best_score:
            best, best_score = kind, score
    return best


def _words(text: str) -> str:
    return " ".join(fold(text.replace("_", " ").replace("-", " ").replace(".", " ")).split())


def _fits(wanted: str, header: str, exact: bool) -> bool:
    if exact:
        return wanted == header
    return len(wanted) > 3 and wanted in header
