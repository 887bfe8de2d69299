# Reuniones: cuándo son, y listas de ellas.

## Lo que se pregunta. Con Intro se deja una línea.

meetings-how-to-add = Intro a solas deja una línea. Códigos, enlaces y notas quedan entre integrantes.
meetings-ask-name = ¿Cómo se llama la reunión?
meetings-ask-days = ¿Qué días? (como martes, jueves; Intro: con cita)
meetings-ask-only = ¿Solo algunos del mes? (como 1, 3, último; Intro: todos)
meetings-ask-time = ¿Cuándo empieza? (como 19:00)
meetings-ask-minutes = ¿Cuántos minutos dura? (Intro: sin decir)
meetings-ask-zone = ¿Qué reloj sigue? (una zona horaria, como America/Mexico_City)
meetings-ask-zone-or = ¿Qué reloj sigue? (una zona horaria; Intro: { $zone })
meetings-ask-way = ¿Cómo se participa? (en persona, en línea, ambas; Intro: sin decir)
meetings-ask-place = ¿Cómo se llama el edificio? (Intro: omitir)
meetings-ask-address = ¿La dirección, en una línea? (Intro: omitir)
meetings-ask-link = ¿El enlace para entrar en línea? Solo para integrantes. (Intro: omitir)
meetings-ask-phone = ¿El número para entrar? Solo para integrantes. (Intro: omitir)
meetings-ask-passcode = ¿El código de acceso? Solo para integrantes. (Intro: omitir)
meetings-ask-types = ¿Qué tipos? (programa y código, como aa:O, na:C; Intro: omitir)
meetings-ask-notes = ¿Qué conviene saber? Solo para integrantes. (una línea; Intro: nada)
meetings-remove-question = ¿Quitarla para todo el grupo? (sí, o Intro para dejarla)
meetings-import-ask-zone = { $count ->
    [one] 1 reunión no tiene zona horaria. ¿Qué reloj sigue? (como America/Mexico_City; Intro: sin decir)
   *[other] { $count } reuniones no tienen zona horaria. ¿Qué reloj siguen? (como America/Mexico_City; Intro: sin decir)
}
meetings-import-question = ¿Tomar eso para el grupo? (sí, o Intro para dejarlo)
meetings-find-ask-point = ¿Cerca de qué punto? (latitud y longitud, como 19.43, -99.13)
meetings-find-ask-words = ¿Qué palabras?
answers-in-person = en persona, persona, p
answers-online = en línea, en linea, l
answers-hybrid = ambas, híbrida, hibrida, a

## Lo que se responde

meetings-added = El grupo la tiene, como { $mark }.
meetings-changed = Cambiada: { $mark }.
meetings-cancelled = Cancelada ese día. `hearth meetings resume --day` lo revierte.
meetings-moved = Movida ese día. `hearth meetings resume --day` lo revierte.
meetings-paused = En pausa. `hearth meetings resume` la termina.
meetings-resumed = Se celebra de nuevo.
meetings-removed = Quitada.
meetings-none = Ninguna reunión en este tiempo.
meetings-more = (Hay más: un tiempo más corto las muestra todas.)
meetings-remind-off = Los avisos están apagados.
meetings-remind-on = Los avisos están encendidos, { $minutes } minutos antes, en esta máquina. Dicen solo día y hora.
meetings-remind-on-named = Los avisos están encendidos, { $minutes } minutos antes, en esta máquina. Dicen el nombre de la reunión.
meetings-exported = { $count ->
    [one] Escrito, con 1 reunión. No dice contactos ni códigos propios.
   *[other] Escrito, con { $count } reuniones. No dice contactos ni códigos propios.
}
today-meeting = Próxima reunión: { $time }
today-meeting-named = Próxima reunión: { $time }, { $name }

## Una reunión

meetings-there = allí { $day } { $time } ({ $zone })
meetings-state-moved = movida del { $day }
meetings-state-moved-to = movida al { $day } { $time }
meetings-state-moved-away = movida
meetings-state-cancelled = cancelada
meetings-state-paused = en pausa
meetings-by-appointment = con cita
meetings-unclear = no está claro cuándo
meetings-zone-needed = nadie ha dicho en qué zona horaria
meetings-not-held = por ahora no se celebra
meetings-rule = { $days } { $time } ({ $zone })
meetings-rule-without-zone = { $days } { $time }
meetings-minutes = { $minutes } minutos
meetings-only = solo en el mes: { $which }
meetings-special = { $nth } { $day } del mes: { $says }
meetings-special-each = { $nth } del mes: { $says }
meetings-not-on = no el { $day }
meetings-moved-from-to = el { $to } { $time }, en lugar del { $day }
meetings-paused-now = en pausa
meetings-paused-from = en pausa desde el { $from }
meetings-paused-until = en pausa hasta el { $until }
meetings-paused-between = en pausa desde el { $from } hasta el { $until }
meetings-in-person = en persona
meetings-online = en línea
meetings-hybrid = en persona y en línea
meetings-types = tipos: { $types }
meetings-languages = idiomas: { $languages }
meetings-link = enlace: { $link }
meetings-phone = número: { $number }
meetings-passcode = código: { $code }
meetings-contact = contacto: { $contact }
meetings-distance = { $km } km
weekday-sunday = domingo
weekday-monday = lunes
weekday-tuesday = martes
weekday-wednesday = miércoles
weekday-thursday = jueves
weekday-friday = viernes
weekday-saturday = sábado
nth-first = primero
nth-second = segundo
nth-third = tercero
nth-fourth = cuarto
nth-fifth = quinto
nth-last = último

## Listas

meetings-import-added = añadida
meetings-import-would-add = se añadiría
meetings-import-changed = cambiada
meetings-import-would-change = se cambiaría
meetings-import-same = nada nuevo
meetings-import-kept = queda como la tiene el grupo (la lista y el grupo la cambiaron)
meetings-import-gone = ya no está en la lista, se queda
meetings-import-too-large = no se tomó: dice más de lo que un grupo guarda
meetings-import-dry = No cambió nada.
meetings-import-nothing-done = No cambió nada.
meetings-report = { $records ->
    [one] 1 registro; { $read } leídos, { $skipped } dejados fuera.
   *[other] { $records } registros; { $read } leídos, { $skipped } dejados fuera.
}
meetings-report-note = { $count ->
    [one] Una vez: { $sentence }
   *[other] { $count } veces: { $sentence }
}
meetings-note-zone-needed = { $count ->
    [one] 1 reunión no dice su zona horaria: di cuál sigue.
   *[other] { $count } reuniones no dicen su zona horaria: di cuál siguen.
}
meetings-note-text-before = Se dejó fuera lo que hay antes de la lista.
meetings-note-text-after = Se dejó fuera lo que hay después de la lista.
meetings-note-cut-short = El archivo acaba antes que su lista: mira si falta algo.
meetings-note-too-many-records = Hay más registros de los que se leen; el resto quedó fuera.
meetings-note-record-unreadable = El registro no se puede leer.
meetings-note-not-a-record = Una entrada de la lista no es un registro.
meetings-note-name-missing = El registro no tiene nombre.
meetings-note-duplicate = El registro dice lo mismo que otro anterior.
meetings-note-not-published = La lista dice que no se muestre.
meetings-note-day-missing = Tiene hora y no tiene día: míralo.
meetings-note-day-unclear = El día no se puede leer; se guardan sus palabras: míralo.
meetings-note-time-missing = Tiene día y no tiene hora: míralo.
meetings-note-time-unclear = La hora no se puede leer; se guardan sus palabras: míralo.
meetings-note-midnight = Empieza a las 00:00, que hay quien entiende como el final de ese día: míralo.
meetings-note-length-unusual = Su duración parece un error: mírala.
meetings-note-length-unclear = Su final o su duración no se puede leer, y queda abierto.
meetings-note-zone-unknown = Su zona horaria no es ninguna conocida, y queda abierta: míralo.
meetings-note-type-empty = Se dejó fuera un tipo sin código.
meetings-note-types-cut = Tiene más tipos de los que se guardan.
meetings-note-text-cut = Un texto es más largo de lo que se guarda, y se cortó.
meetings-note-value-unreadable = Un campo contiene algo que no puede significar, y se dejó fuera.
meetings-note-point-dropped = El punto del mapa no puede ser correcto, y se dejó fuera.
meetings-note-monthly-in-text = Habla de ciertas semanas del mes; no se hizo de ello ninguna regla: míralo.
meetings-note-may-not-meet = Dice que la reunión puede no celebrarse siempre: míralo.
meetings-note-kind-unknown = La lista no dice si es presencial o en línea: míralo.
meetings-note-kind-contradicted = La lista dice dos cosas sobre cómo se participa: míralo.
meetings-note-place-unclear = Tiene un enlace y una dirección sin número, y se tomó solo como en línea: míralo.
meetings-report-small = { $count } más estaban escritos de otro modo y dicen lo mismo; `--json` muestra cuáles.
meetings-report-fields = Campos que no se guardan: { $fields }
meetings-find-nothing = No se encontró nada.
meetings-find-more = ({ $shown } de { $count }; `--limit` muestra más.)
meetings-find-zone = ({ $count } sin zona horaria se muestran por su día y hora allí; `--zone` dice cuál es.)
meetings-find-skipped = ({ $count } registros del archivo no se pudieron usar.)
meetings-find-id = id { $id }

## Lo que no se pudo hacer

meetings-no-name = Una reunión tiene nombre. No se escribió nada.
    .hint = En la entrada estándar es una línea `name: Early Birds`.
meetings-no-day = Una reunión con hora tiene días, como martes. No se escribió nada.
meetings-no-time = Una reunión con día tiene hora, como 19:00. No se escribió nada.
meetings-no-zone = Una hora necesita su zona horaria, que nunca se adivina. No se escribió nada.
    .hint = Dila una vez; en la entrada estándar es una línea `zone: America/Mexico_City`.
meetings-day-wrong = Un día se escribe como 2026-12-24.
meetings-time-wrong = Una hora se escribe como 19:00.
meetings-minutes-wrong = Los minutos son un número de 1 a 1440. No se escribió nada.
meetings-weekday-wrong = No se entendió un día de la semana, como martes.
meetings-only-wrong = Cuál del mes es 1 a 5, o último. No se escribió nada.
meetings-way-wrong = Se participa en persona, en línea, o ambas. No se escribió nada.
meetings-types-wrong = Un tipo es un programa y un código, como aa:O. No se escribió nada.
meetings-point-wrong = Un punto es latitud y longitud, como 19.43, -99.13.
meetings-pause-backwards = Una pausa no termina antes de empezar.
meetings-not-found = No hay tal reunión.
    .hint = `hearth meetings` muestra lo que hay, con marcas.
meetings-not-that-day = Ninguna reunión del grupo es ese día.
    .hint = `hearth meetings --days 60` muestra qué días hay.
meetings-which = Hay varias. Di cuál por su marca.
    .hint = Hay: { $names }
meetings-no-rule = Esta reunión no tiene días ni horas.
    .hint = `hearth meetings change` se los da.
meetings-nothing-to-resume = No hay nada que revertir.
    .hint = `hearth meetings show` dice qué está cancelado, movido o en pausa.
meetings-remove-nobody-to-ask = Aquí no hay a quién preguntar si quitarla.
meetings-remind-too-early = Un aviso viene a lo más un día antes.
meetings-import-nobody-to-ask = Aquí no hay a quién preguntar si tomar la lista.
    .hint = `--dry-run` muestra qué cambiaría; `--yes` lo hace.
meetings-find-two-on-stdin = La lista y lo que se busca no pueden venir ambos por la entrada estándar.
meetings-file-unreadable = El archivo no se puede leer: { $kind }.
meetings-file-unwritable = El archivo no se puede escribir: { $kind }.
meetings-file-too-large = El archivo tiene más de { $mib } MiB.
meetings-file-not-utf8 = (El archivo no es UTF-8; pueden faltar caracteres.)
meetings-file-exists = Hay un archivo con ese nombre.
    .hint = `--overwrite` lo reemplaza.

## Ayuda

help-slot-day = DÍA
help-slot-weekday = DÍA
help-slot-file = ARCHIVO
help-slot-zone = ZONA
help-slot-program = PROGRAMA
help-slot-code = CÓDIGO
help-slot-km = KM
help-slot-format = FORMATO
help-slot-links = ENLACES
help-slot-way = MODO

help-meetings = Mostrar cuándo son las reuniones; añadir, cambiar y cancelar; listas y calendarios
help-meetings-days = Cuántos días mostrar; 14 si no se dice
help-meetings-add = Decir que el grupo tiene una reunión (se pregunta, o viene como formulario por la entrada estándar)
help-meetings-show = Mostrar una, con cómo entrar
help-meetings-show-which = Su marca, como la muestra `hearth meetings`; no hace falta cuando hay una
help-meetings-change = Cambiar una: lo que dejas vacío se queda
help-meetings-change-which = { help-meetings-show-which }
help-meetings-cancel = Decir que no se celebra un día
help-meetings-cancel-day = El día, como 2026-12-24
help-meetings-cancel-meeting = Qué reunión, por su marca, cuando hay varias ese día
help-meetings-move = Decir que una vez se celebra a otra hora
help-meetings-move-day = { help-meetings-cancel-day }
help-meetings-move-meeting = { help-meetings-cancel-meeting }
help-meetings-move-to = El día en que se celebra; el mismo si no se dice
help-meetings-move-at = Cuándo empieza entonces, como 18:30; como siempre si no se dice
help-meetings-pause = Decir que no se celebra por un tiempo
help-meetings-pause-which = { help-meetings-show-which }
help-meetings-pause-from = El primer día sin ella; hoy si no se dice
help-meetings-pause-until = El último día sin ella; hasta que se reanude si no se dice
help-meetings-resume = Revertir que un día está cancelado o movido, o una pausa
help-meetings-resume-which = { help-meetings-show-which }
help-meetings-resume-day = El día que sí se celebra; sin él, termina la pausa
help-meetings-remove = Decir que el grupo ya no la tiene
help-meetings-remove-which = { help-meetings-show-which }
help-meetings-remove-yes = No preguntar
help-meetings-import = Tomar reuniones de una lista para el grupo; leerla otra vez no cambia nada
help-meetings-import-file = Un archivo con JSON de Meeting Guide o de BMLT; `-` es la entrada estándar
help-meetings-import-zone = La zona de las reuniones que no nombran ninguna, como America/Mexico_City
help-meetings-import-program = El programa cuyos códigos usa la lista, como aa o na
help-meetings-import-list = Cómo llamar la lista, para que dos listas no compartan reuniones
help-meetings-import-only = Tomar solo esta, por su id como la muestra `find`; se puede repetir
help-meetings-import-dry-run = Decir qué cambiaría, y no cambiar nada
help-meetings-import-yes = No preguntar
help-meetings-export = Escribir las reuniones del grupo en un archivo para otros: solo día y hora, si no se pide más
help-meetings-export-file = El archivo que se escribe; `-` es la salida estándar
help-meetings-export-format = En qué formato
help-meetings-export-names = Llamar las entradas de un calendario por los nombres de las reuniones
help-meetings-export-places = Escribir lugares y direcciones en un calendario
help-meetings-export-links = Qué pasa con los enlaces
help-meetings-export-overwrite = Reemplazar el archivo si lo hay
help-value-format-calendar = iCalendar, para calendarios
help-value-format-guide = JSON de Meeting Guide, para listas de reuniones
help-value-links-left-out = Se quedan aquí
help-value-links-without-passcode = Escritos sin código de acceso
help-value-links-whole = Escritos como son: quien tiene el archivo puede entrar
help-meetings-find = Buscar en una lista que no es del grupo; no se guarda nada de ella
help-meetings-find-file = { help-meetings-import-file }
help-meetings-find-zone = { help-meetings-import-zone }
help-meetings-find-program = { help-meetings-import-program }
help-meetings-find-list = { help-meetings-import-list }
help-meetings-find-day = Ese día de la semana; se puede repetir
help-meetings-find-from = Que empieza a esta hora o después, como 18:00
help-meetings-find-to = Que empieza a esta hora o antes
help-meetings-find-types = De este tipo, por su código; se puede repetir
help-meetings-find-language = En este idioma, como es
help-meetings-find-way = Cómo participar
help-meetings-find-near = A tantos kilómetros de un punto (se pregunta, o es la primera línea de la entrada estándar)
help-meetings-find-words = Con ciertas palabras (se preguntan, o son la línea siguiente de la entrada estándar)
help-meetings-find-limit = Cuántas mostrar; 50 si no se dice
help-value-way-in-person = En una sala
help-value-way-online = Por video o teléfono
help-meetings-remind = Recibir avisos de reuniones, solo en esta máquina; está apagado si no lo enciendes
help-meetings-remind-switch = Encendido (on) o apagado (off); sin él: mostrar cómo está
help-meetings-remind-before = Cuánto antes, como 30m o 2h
help-meetings-remind-named = Que un aviso diga el nombre de la reunión; si no, dice solo día y hora
