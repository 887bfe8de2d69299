# Palabras y frases cortas que aparecen en muchas oraciones. `hearth-cli/src/catalogue.rs` explica cómo se usan.

## Hasta dónde llegó un mensaje. Ninguna palabra promete más de lo que se sabe.

delivery-held = retenido aquí
delivery-with-keeper = en una guardiana
delivery-kept-here = guardado aquí
delivery-passed-on = { $devices ->
    [one] pasado a 1 dispositivo
   *[other] pasado a { $devices } dispositivos
}

## Funciones: el nombre es el de la función, no el de la persona, y así vale para todas las personas.

role-visitor = visita
role-newcomer = persona nueva
role-member = integrante
role-servant = servicio de confianza
role-secretary = secretaría

# Como en "con la función de integrante".
role-as-visitor = visita
role-as-newcomer = persona nueva
role-as-member = integrante
role-as-servant = servicio de confianza
role-as-secretary = secretaría

## Días y horas

weekday = { $number ->
    [1] lun
    [2] mar
    [3] mié
    [4] jue
    [5] vie
    [6] sáb
   *[7] dom
}
month = { $number ->
    [1] ene
    [2] feb
    [3] mar
    [4] abr
    [5] may
    [6] jun
    [7] jul
    [8] ago
    [9] sep
    [10] oct
    [11] nov
   *[12] dic
}
time-this-year = { $weekday } { $day } { $month } { $time }
time-other-year = { $weekday } { $day } { $month } { $year } { $time }
time-unknown = a una hora desconocida
day-this-year = { $day } { $month }
day-other-year = { $day } { $month } { $year }
day-unknown = un día desconocido

## Personas

people-others = { $count ->
    [one] 1 persona más
   *[other] { $count } personas más
}
people-count = { $count ->
    [one] 1 persona
   *[other] { $count } personas
}
people-here = { $count ->
    [1] por ahora solo tú
   *[other] { $count } personas
}
people-connected = { $count ->
    [0] nadie en conexión
   *[other] { $count } en conexión
}
somebody = alguien
somebody-who-left = alguien que se fue
nobody = nadie
nobody-yet = nadie todavía
new-group = grupo nuevo
list-or = { $some } o { $last }

## Lo que es un mensaje, además de sus palabras

message-open-to-answers = abierto a respuestas
message-note = [Antes de seguir leyendo: { $note }]
message-answers = responde a { $mark }
message-about = sobre { $mark }
message-check-in = estado de ánimo
message-feels = Se siente: { $feeling }.
message-craving = Ansias: { $craving } de 3.
message-wants-call = Le vendría bien una llamada.
message-wants-company = Le vendría bien compañía.
message-milestone = logro
message-shows-step = muestra el paso { $step }
message-shows-a-step = muestra un paso
message-shows-gratitude = muestra gratitud
message-shows-inventory = muestra un inventario
message-shows-urges = muestra parte de un registro de impulsos
message-shows-plan = muestra un plan
message-shows-number = muestra un número (está en `hearth phones`)
message-edited = cambiado

halt-hungry = hambre
halt-angry = enojo
halt-lonely = soledad
halt-tired = cansancio

sign-heard = te escuché
sign-with-you = estoy contigo
sign-me-too = yo también
sign-thank-you = gracias
sign-hug = un abrazo
sign-celebrate = lo celebra contigo

## Etiquetas, cuando cada dato va en su propia línea (--plain)

plain-person = Persona: { $name }
plain-group = Grupo: { $name }
plain-device = Dispositivo: { $name }
plain-invite = Invitación: { $id }
plain-proposal = Propuesta: { $what }
plain-role = Función: { $role }
plain-from = De: { $who }
plain-when = Cuándo: { $when }
plain-date = Fecha: { $date }
plain-mark = Marca: { $mark }
plain-about = Tema: { $about }
plain-note = Antes de seguir leyendo: { $note }
plain-proposed-by = Lo propone { $name }
plain-sign = Señal de { $name }: { $sign }
plain-you = Eres tú
plain-this-device = Es el dispositivo que tienes delante
plain-held-by = Quién la tiene: { $names }
plain-digits = Cifras:
plain-words = Palabras:
