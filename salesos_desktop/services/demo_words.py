"""Names that the sample workspace is made of, in Spanish and English."""

from __future__ import annotations

PEOPLE = (
    ("Laura Gómez", "Juan Cano", "Ana Prado", "Saúl Vera", "Inés Molina"),
    ("Laura Gomez", "John Carter", "Anna Price", "Saul Walker", "Ines Miller"),
)
TEAM = ("Equipo Norte", "North Team")

COMPANIES = (
    (
        "Ferretería Andina", "Transportes Quiroga", "Mercados del Sur", "Clínica San Marcos", "Cines Plaza",
        "Farmacias Vital", "Banco Litoral", "Hotel Mirador", "Textiles Oriente", "Grupo Alameda", "Constructora Pilar",
        "Supermercados Ría", "Seguros Aval", "Notaría Central", "Agro Valle", "Puerto Norte", "Editorial Faro",
        "Metales Rioja", "Laboratorios Cóndor", "Universidad del Lago", "Café Serrano", "Logística Pampa",
        "Óptica Lumen", "Panadería La Espiga", "Aceros Bravo", "Viñedos Alto Sol", "Muebles Roble", "Radio Cumbre",
        "Colegio Los Pinos", "Clínica Dental Sonríe", "Astilleros Marea", "Gas del Centro", "Imprenta Trazo",
        "Minera Cobriza", "Pesquera Azul", "Hospital Santa Elena", "Teatro Colón Sur", "Zapatos Duero",
    ),
    (
        "Andes Hardware", "Quiroga Freight", "Southern Markets", "St Mark Clinic", "Plaza Cinemas", "Vital Pharmacies",
        "Coastal Bank", "Lookout Hotel", "Eastern Textiles", "Poplar Group", "Pillar Builders", "Estuary Stores",
        "Aval Insurance", "Central Notaries", "Valley Farms", "North Harbour", "Lighthouse Press", "Rioja Metals",
        "Condor Labs", "Lakeside University", "Highland Coffee", "Prairie Logistics", "Lumen Optics", "Wheatear Bakery",
        "Bravo Steel", "High Sun Vineyards", "Oak Furniture", "Summit Radio", "Pine School", "Smile Dental",
        "Tide Shipyards", "Midland Gas", "Stroke Printers", "Copperline Mining", "Blue Fisheries", "St Helen Hospital",
        "Southern Playhouse", "Douro Shoes",
    ),
)  # fmt: skip

FIRST_NAMES = (
    ("Rosa", "Iván", "Paula", "Hugo", "Nuria", "Carlos", "Silvia", "Luis", "Teresa", "Mateo", "Elena", "Diego", "Félix",
     "Berta", "Andrés", "Karina", "Gabriel", "Lucía"),
    ("Rose", "Evan", "Paula", "Hugh", "Nora", "Charles", "Sylvia", "Lewis", "Theresa", "Matthew", "Helen", "Daniel",
     "Felix", "Bertha", "Andrew", "Karen", "Gabriel", "Lucy"),
)  # fmt: skip
LAST_NAMES = (
    ("Peña", "Lagos", "Mora", "Soto", "Ferrer", "Vega", "Bravo", "Rey", "Gil", "Campos", "Luna", "Peralta", "Ortiz",
     "Salas", "Duarte", "Núñez", "Ibarra", "Quintana"),
    ("Parker", "Lake", "Moore", "Stone", "Foster", "Vance", "Brown", "King", "Gill", "Fields", "Moon", "Perry", "Orton",
     "Hall", "Edwards", "Newton", "Irving", "Quinn"),
)  # fmt: skip

PRODUCTS = (
    (("Licencia anual", 18), ("Implantación", 45), ("Soporte 24×7", 26), ("Formación", 9), ("Integración", 37),
     ("Equipos", 60)),
    (("Annual licence", 18), ("Roll-out", 45), ("24×7 support", 26), ("Training", 9), ("Integration", 37),
     ("Hardware", 60)),
)  # fmt: skip
"""(name, usual price in thousands)."""

DEALS = (
    ("Licencias anuales ERP", "Renovación flota móvil", "Piloto analítica tienda", "Auditoría de red",
     "Kiosco de autoservicio", "Terminales de cobro", "Migración a la nube", "Soporte 24×7", "Módulo de inventario",
     "Formación comercial", "Integración de nómina", "Plataforma de fidelización", "Centro de contacto",
     "Firma electrónica", "Sensores de riego", "Contrato marco TI", "Renovación CRM", "Portal de proveedores",
     "Cableado de planta", "Control de accesos", "Gestor documental", "Copias de seguridad", "Tienda en línea"),
    ("Annual ERP licences", "Mobile fleet renewal", "Store analytics pilot", "Network audit", "Self-service kiosk",
     "Payment terminals", "Cloud migration", "24×7 support", "Inventory module", "Sales training",
     "Payroll integration", "Loyalty platform", "Contact centre", "Electronic signature", "Irrigation sensors",
     "IT framework contract", "CRM renewal", "Supplier portal", "Plant cabling", "Access control",
     "Document manager", "Backup service", "Online store"),
)  # fmt: skip

ACTIVITIES = (
    (("call", "Llamar por condiciones de pago"), ("meeting", "Demo con el comité de compras"),
     ("email", "Enviar propuesta revisada"), ("task", "Preparar caso de negocio")),
    (("call", "Call about payment terms"), ("meeting", "Demo with the purchasing committee"),
     ("email", "Send the revised proposal"), ("task", "Prepare the business case")),
)  # fmt: skip
DONE_ACTIVITIES = (
    (("call", "Primera llamada", "Interesados; piden referencias del sector"),
     ("meeting", "Reunión de arranque", "Acordamos alcance y calendario"),
     ("email", "Enviar documentación", ""), ("call", "Seguimiento de la propuesta", "La revisan con finanzas"),
     ("call", "Llamada de control", "No contestó; probar por la tarde")),
    (("call", "First call", "Interested; they ask for references"),
     ("meeting", "Kick-off meeting", "We agreed on scope and dates"),
     ("email", "Send the documents", ""), ("call", "Follow up on the proposal", "They go through it with finance"),
     ("call", "Check-in call", "No answer; try in the afternoon")),
)  # fmt: skip
"""(kind, subject, outcome)."""
MEETING_PLACES = (
    ("Oficina del cliente", "Sala 2", "https://meet.example.com/demo"),
    ("Their office", "Room 2", "https://meet.example.com/demo"),
)
TEAM_MEETING = ("Revisión semanal del pipeline", "Weekly pipeline review")
FIRST_CALL = ("Primera llamada", "First call")
PLAN = ("Primer contacto", "First contact")
PLAN_STEPS = (
    (("call", "Presentarnos y entender la necesidad", 0), ("email", "Enviar presentación y referencias", 2),
     ("call", "Proponer una demo", 5)),
    (("call", "Introduce us and understand the need", 0), ("email", "Send presentation and references", 2),
     ("call", "Propose a demo", 5)),
)  # fmt: skip
"""(kind, subject, working days after the start)."""
COMPETITORS = ("LoyalPro", "Nortia", "Sistemas Vega", "OpenDesk")
ADJUSTMENTS = (
    ("Dos firmas grandes dependen de un comité.", "Juan suele contar con cierres que se aplazan.",
     "Las vacaciones retrasan las compras."),
    ("Two large signatures wait for a committee.", "John tends to count on closings that slip.",
     "Purchasing slows down over the holidays."),
)  # fmt: skip
"""Why a manager expects something else than the forecast."""

POSITIONS = (
    ("Compras", "Gerencia", "Dirección de TI", "Finanzas", "Operaciones", "Marketing", "Administración"),
    ("Purchasing", "General manager", "Head of IT", "Finance", "Operations", "Marketing", "Administration"),
)
PLACES = (
    ("Madrid", "Bogotá", "Lima", "Valencia", "Quito", "Santiago", "Monterrey"),
    ("Boston", "Denver", "Leeds", "Austin", "Dublin", "Toronto", "Bristol"),
)

SECTORS = (
    ("Comercio", "Transporte", "Salud", "Ocio y turismo", "Finanzas", "Industria", "Servicios", "Construcción",
     "Alimentación", "Medios", "Educación", "Energía"),
    ("Retail", "Transport", "Health", "Leisure and travel", "Finance", "Industry", "Services", "Construction",
     "Food and farming", "Media", "Education", "Energy"),
)  # fmt: skip
SECTOR_OF = (
    0, 1, 0, 2, 3, 2, 4, 3, 5, 6, 7, 0, 4, 6, 8, 1, 9, 5, 2, 10, 8, 1, 0, 8, 5, 8, 5, 9, 10, 2, 5, 11, 6, 5, 8, 2, 3, 5,
)  # fmt: skip
"""Place in SECTORS of each of the COMPANIES."""
STREETS = (
    ("Calle Mayor {number}", "Avenida del Puerto {number}", "Carrera Séptima {number}", "Paseo del Prado {number}"),
    ("{number} High Street", "{number} Harbour Road", "{number} Seventh Avenue", "{number} Park Lane"),
)
