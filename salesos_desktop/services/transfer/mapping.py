"""Which column is which field: kinds of rows, their fields, and guesses from the headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...domain.custom_fields import CustomField, FieldForm
from ...domain.text import fold
from ...i18n import N_, tr


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a column can go to.

    ``form`` is text, raw (a text that is left as it is), money, number (whole), decimal, date, percent, flag, email, phone,
    link, list or prices.
    """

    name: str
    title: str
    form: str
    synonyms: tuple[str, ...]


def _f(name: str, title: str, form: str, *synonyms: str) -> Field:
    return Field(name, title, form, synonyms)


_OWNER = _f("owner", N_("Owner"), "link", "owner", "sales agent", "agent", "rep", "salesperson", "sales rep", "assigned to",
            "propietario", "responsable", "vendedor", "comercial", "asignado a", "dueno", "deal owner", "user",
            "lead owner", "contact owner", "account owner", "company owner")  # fmt: skip
_COMPANY = _f("company", N_("Company"), "link", "company", "account", "organization", "organisation", "customer", "client",
              "empresa", "cuenta", "cliente", "organizacion", "compania", "company name", "account name",
              "associated company")  # fmt: skip
_NOTE = _f("note", N_("Note"), "text", "note", "notes", "description", "comments", "nota", "notas", "descripcion",
           "comentarios")  # fmt: skip
_SOURCE = _f("source", N_("Source"), "link", "source", "lead source", "origin", "fuente", "origen", "procedencia")
_TAGS = _f("tags", N_("Tags"), "list", "tags", "labels", "etiquetas")
_EMAIL = _f("email", N_("Email"), "email", "email", "e mail", "mail", "correo", "correo electronico", "email address",
            "work email", "email 1", "correo 1")  # fmt: skip
_PHONE_WORDS = ("phone", "telephone", "phone number", "telefono", "phone 1", "telefono 1", "work phone", "business phone",
                "telefono de trabajo")  # fmt: skip
_MOBILE_WORDS = ("mobile", "mobile phone", "mobile number", "cell phone", "movil", "celular", "telefono movil")
_PHONE = _f("phone", N_("Phone"), "phone", *_PHONE_WORDS, *_MOBILE_WORDS)
_FURTHER = (
    _f("email_2", N_("Email 2"), "email", "second email", "other email", "personal email", "correo 2", "correo electronico 2",
       "otro correo", "correo personal"),
    _f("email_3", N_("Email 3"), "email", "third email", "correo 3", "correo electronico 3"),
    _f("phone_2", N_("Phone 2"), "phone", "second phone", "other phone", "home phone", "telefono 2", "otro telefono",
       "telefono de casa"),
    _f("phone_3", N_("Phone 3"), "phone", "third phone", "telefono 3"),
    _f("mobile", N_("Mobile"), "phone", *_MOBILE_WORDS),
)  # fmt: skip
_ADDRESS = _f(
    "address", N_("Address"), "text", "address", "street", "mailing address", "direccion", "domicilio", "calle"
)
_POSITION = _f("position", N_("Position"), "text", "position", "title", "job title", "role", "cargo", "puesto")
_FIRST_NAME = _f("first_name", N_("First name"), "text", "first name", "given name", "nombre de pila", "primer nombre")
_LAST_NAME = _f("last_name", N_("Last name"), "text", "last name", "surname", "family name", "apellido", "apellidos")
_CREATED = _f("created_on", N_("Created on"), "date", "created", "created on", "create date", "created date", "engage date",
              "open date", "creado", "creado el", "creada el", "creada", "fecha creacion", "fecha de creacion", "fecha alta",
              "fecha de alta", "created at")  # fmt: skip

KINDS: Mapping[str, tuple[Field, ...]] = {
    "opportunities": (
        _f("external_id", N_("Number"), "text", "id", "opportunity id", "deal id", "record id", "external id", "number", "numero",
           "codigo", "id oportunidad"),
        _f("name", N_("Name"), "text", "name", "deal", "deal name", "opportunity", "opportunity name", "title", "subject",
           "nombre", "oportunidad", "titulo", "negocio", "asunto", "trato"),
        _f("value", N_("Value"), "money", "value", "amount", "close value", "deal value", "revenue", "expected revenue", "price",
           "valor", "importe", "monto", "cantidad", "ingreso", "ingresos esperados", "total", "valor cierre"),
        _f("currency", N_("Currency"), "text", "currency", "currency code", "moneda", "divisa"),
        _f("pipeline", N_("Pipeline"), "text", "pipeline", "pipeline name", "sales pipeline", "embudo", "canal de ventas"),
        _f("stage", N_("Stage"), "link", "stage", "deal stage", "status", "phase", "pipeline stage", "etapa", "fase", "estado"),
        _f("close_date", N_("Close date"), "date", "close date", "expected close", "expected close date", "closing date",
           "closed on", "deadline", "fecha cierre", "fecha de cierre", "cierre", "cierre previsto", "fecha estimada de cierre",
           "close"),
        _CREATED,
        _f("probability", N_("Probability"), "percent", "probability", "probabilidad", "win probability"),
        _f("probability_set", N_("Probability set by hand"), "flag", "probability set by hand", "own probability",
           "probabilidad fijada a mano", "probabilidad propia"),
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
        _f("prices", N_("Prices in other currencies"), "prices", "other prices", "otros precios"),
        _f("active", N_("Offered"), "flag", "active", "offered", "enabled", "activo", "activa", "disponible", "en uso",
           "se ofrece"),
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
        _PHONE, *_FURTHER[2:], _EMAIL, *_FURTHER[:2], _ADDRESS, _OWNER, _TAGS, _NOTE,
    ),
    "leads": (
        _f("name", N_("Name"), "text", "name", "lead", "lead name", "full name", "nombre", "nombre completo", "prospecto"),
        _FIRST_NAME, _LAST_NAME, _EMAIL, _PHONE,
        _f("company", N_("Company"), "text", *_COMPANY.synonyms),
        _POSITION,
        _f("status", N_("Status"), "text", "status", "lead status", "estado"),
        _SOURCE, _OWNER,
        _f("value", N_("Value"), "money", "value", "amount", "expected value", "valor", "importe", "monto", "valor esperado"),
        _f("place", N_("Place"), "text", "place", "location", "city", "region", "country", "lugar", "ubicacion", "ciudad", "zona",
           "pais"),
        _CREATED, _TAGS, _NOTE,
    ),
    "contacts": (
        _f("name", N_("Name"), "text", "name", "contact", "contact name", "full name", "nombre", "contacto", "nombre completo"),
        _FIRST_NAME, _LAST_NAME, _EMAIL, *_FURTHER[:2], _f("phone", N_("Phone"), "phone", *_PHONE_WORDS), *_FURTHER[2:],
        _POSITION, _COMPANY, _OWNER, _ADDRESS, _TAGS, _NOTE,
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
    "leads": N_("Leads"), "contacts": N_("Contacts"), "companies": N_("Companies"), "opportunities": N_("Opportunities"),
    "products": N_("Products"), "people": N_("People of the team"),
}  # fmt: skip

_MARKS: Mapping[str, frozenset[str]] = {
    "opportunities": frozenset({"stage", "close_date", "value", "product", "external_id", "company", "pipeline"}),
    "products": frozenset({"price", "series", "code"}),
    "companies": frozenset({"sector", "year_established", "employees", "parent", "revenue"}),
    "leads": frozenset({"status", "source", "email", "place"}),
    "contacts": frozenset({"position", "email", "company", "email_2", "phone_2", "mobile", "address"}),
    "people": frozenset({"manager", "team"}),
}
_FILES: Mapping[str, tuple[str, ...]] = {
    "opportunities": ("opportunit", "oportunidad", "deal", "pipeline", "negocio"), "products": ("product",),
    "companies": ("compan", "account", "empresa", "cuenta"), "leads": ("lead", "prospect"), "contacts": ("contact",),
    "people": ("people", "team", "equipo", "vendedor"),
}  # fmt: skip
_TABLES = {"leads": "lead", "opportunities": "opportunity"}
_FORMS = {
    FieldForm.NUMBER: "decimal", FieldForm.CURRENCY: "money", FieldForm.DATE: "date", FieldForm.CHECKBOX: "raw",
}  # fmt: skip


def fields_of(kind: str, own: Iterable[CustomField] = ()) -> tuple[Field, ...]:
    """The fields of a kind, those of the workspace's ``own`` behind the usual ones; named like ``custom.budget``."""
    table = _TABLES.get(kind, "")
    return KINDS[kind] + tuple(_own(each) for each in own if table and each.belongs_to(table))


def field_of(kind: str, name: str, own: Iterable[CustomField] = ()) -> Field | None:
    """The field of a kind by its name."""
    return next((field for field in fields_of(kind, own) if field.name == name), None)


def guess(kind: str, headers: Sequence[str], own: Iterable[CustomField] = ()) -> dict[int, str]:
    """Column number → field name, each field once.

    A field's own name counts for more than the workspace's own fields, these for more than what others call a field, and
    that for more than a longer header that contains it.
    """
    found: dict[int, str] = {}
    folded = [_words(header) for header in headers]
    usual, mine = KINDS[kind], fields_of(kind, own)[len(KINDS[kind]) :]
    named = [(field, (_words(field.name), _words(tr(field.title)))) for field in (*usual, *mine)]
    others = [(field, field.synonyms) for field in usual]
    passes = (
        (named[: len(usual)], True), ([(field, (*names, *field.synonyms)) for field, names in named[len(usual) :]], True),
        (others, True), ([(f, (*names, *f.synonyms)) for f, names in named[: len(usual)]], False),
    )  # fmt: skip
    for fields, exact in passes:
        for field, names in fields:
            if field.name in found.values():
                continue
            fitting = (
                n for name in names for n, header in enumerate(folded) if n not in found and _fits(name, header, exact)
            )
            number = next(fitting, None)
            if number is not None:
                found[number] = field.name
    return found


def headers(kind: str, fields: Sequence[Field], own: Sequence[CustomField]) -> list[str]:
    """What the columns of these fields are called in a file, so that ``guess`` takes each for what it is.

    An own field by its name, where the import would not take that for another column.
    """
    labels = {each.path: each.label for each in own}
    usual = [tr(field.title) for field in fields if field.name not in labels]
    found = []
    for field in fields:
        label = labels.get(field.name)
        free = label is not None and _words(label) not in map(_words, usual)
        if label is not None and free and guess(kind, [*usual, label], own).get(len(usual)) == field.name:
            found.append(label)
        else:
            found.append(tr(field.title))
    known = guess(kind, found, own)
    return [h if known.get(n) == fields[n].name else tr(fields[n].title) for n, h in enumerate(found)]


def guess_kind(headers: Sequence[str], file: str = "", own: Sequence[CustomField] = ()) -> str:
    """The kind whose fields the headers name best, the file's name helping; opportunities when nothing speaks for another."""
    best, best_score = "opportunities", 0.0
    for kind, marks in _MARKS.items():
        found = set(guess(kind, headers, own).values())
        score = len(found & marks) * 2 + ("name" in found) - (len(headers) - len(found)) * 0.5
        if any(word in _words(file) for word in _FILES[kind]):
            score += 6
        elif kind == "leads" and "lead" not in " ".join(_words(h) for h in headers):
            score -= 2
        if score > best_score:
            best, best_score = kind, score
    return best


def _own(each: CustomField) -> Field:
    title = tr("Own field: {name}").format(name=each.label)
    return Field(each.path, title, _FORMS.get(each.form, "raw"), (_words(each.label), _words(each.key)))


def _words(text: str) -> str:
    return " ".join(fold(text.replace("_", " ").replace("-", " ").replace(".", " ")).split())


def _fits(wanted: str, header: str, exact: bool) -> bool:
    if exact:
        return wanted == header
    return len(wanted) > 3 and wanted in header
