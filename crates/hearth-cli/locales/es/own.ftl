# Lo que cada persona guarda para sí: newdate, chips, step, gratitude, inventory, urge, plan, care. Aquí nada cuenta ni
# juzga; una fecha nueva es solo una fecha nueva.

## Lo que se pregunta. Con Enter se puede dejar una línea sin nada.

own-for-you-alone = Solo para ti: nadie más puede leerlo.
own-how-to-change = Con Enter sin más una línea queda como está; con - queda vacía.
own-ask-date = ¿Qué día? (por ejemplo 2026-03-01; Enter: hoy)
own-ask-from = ¿De qué, en una o dos palabras? (Enter: sin decirlo)
own-ask-chips = ¿Qué medallones, fichas o llaveros? (Enter: ninguno en especial)
own-chips-known = Se conocen: { $names }
own-chips-name = { $id } ({ $name })
own-chips-name-differs = { $id } ({ $name }, varía según el grupo)
own-ask-step = ¿Qué paso? (de 1 a 12, o un nombre)
own-ask-when = ¿Cuándo fue? (por ejemplo 2026-03-01 22:30; Enter: ahora)
own-ask-strength = ¿Con qué fuerza, de 0 a 10? (Enter: saltar)
own-ask-helped = ¿Qué te ayudó? (Enter: saltar)
own-ask-name = ¿Un nombre para el plan? (Enter: ninguno)
own-ask-naloxone = ¿Dónde está la naloxona? (Enter: saltar)
own-ask-checked = ¿Cuándo miraste por última vez si todo esto sigue valiendo? (un día; Enter: hoy)
own-ask-more = ¿Quieres guardar algo más con ello?
own-ask-step-text = ¿Qué quieres escribir?
own-ask-gratitude = ¿Qué agradeces?
own-ask-inventory = ¿Qué hay en tu inventario?
own-ask-plan = ¿Qué vas a hacer?
own-ask-care = ¿Quién te ayuda, y cómo puedes llamar o llegar? (consulta médica, terapia, clínica, línea de ayuda)
own-line-or-same = { $question } (una línea; Enter: como está)
own-line-or-no = { $question } (una línea; Enter: no)
own-delete-question = ¿Borrarlo para siempre? (sí, o Enter para conservarlo)
# Lo que se puede responder, separado por comas: las palabras como las nombran las preguntas.
answers-today = hoy
answers-yesterday = ayer
answers-now = ahora
answers-yes = sí, si, s, yes

## Lo que se responde

own-kept = Guardado con la marca { $mark }, solo en esta máquina. No se le dice a nadie.
own-changed = Cambiado: { $mark }.
own-deleted = Borrado.
own-stays = Se queda.
own-nothing = Todavía no hay nada guardado aquí.
own-more = (Hay más de antes: con --limit se ven más.)
own-told = (Es una copia y se desvanece a los 14 días. `hearth retract` la retira.)

## Lo que no se pudo hacer

own-date-not-here = Una fecha nunca es parte del comando: otros programas podrían leerla ahí.
    .hint = Escribe el comando sin ella y se te preguntará. O escribe `date: 2026-03-01` por la entrada estándar.
own-not-utf8 = Lo que llegó por la entrada estándar no es UTF-8. No se guardó nada.
own-step-missing = ¿Qué paso es? No se guardó nada.
    .hint = Por la entrada estándar: una línea `step: 4` y, tras una línea vacía, el texto.
own-step-wrong = Un paso es un número de 1 a 12, o un nombre. No se guardó nada.
own-day-wrong = Un día se escribe como 2026-03-01, hoy o ayer. No se guardó nada.
own-time-wrong = Una hora se escribe como 2026-03-01 22:30, o ahora. No se guardó nada.
own-urge-wrong = La fuerza de un impulso es un número de 0 a 10. No se guardó nada.
own-delete-nobody-to-ask = Borrar no se puede deshacer, y no hay nadie aquí a quien preguntar.
own-mark-of-several = Hay más de uno con esa marca.
    .hint = Escribe más de ella: `list` con --json muestra los identificadores enteros.
own-not-found = No tienes nada guardado con esa marca.
    .hint = `list`, detrás del mismo verbo, muestra lo que guardas, cada cosa con su marca.

## Cómo se muestra

own-from = de { $label }
own-by-chips = medallones o llaveros: { $schedule }
own-step = paso { $number }
own-urge-of = impulso de { $when }
own-strength = { $strength } de 10
own-helped = Qué ayudó: { $helped }
own-checked-on = revisado el { $day }
own-naloxone = Naloxona: { $place }
own-changed-at = cambiado: { $when }

## chips

chips-differ = { $name } (varía según el grupo)
chips-reached = lo último: { $chip }
chips-next = { $days ->
    [1] lo próximo: { $chip }, mañana
   *[other] lo próximo: { $chip }, en { $days } días
}
chips-no-date = Todavía no hay ninguna fecha guardada aquí. `hearth newdate` guarda una, solo para ti.
own-no-sponsor = Aquí todavía no tienes padrino o madrina. No salió nada.
    .hint = `hearth sponsor ask NAME` se lo pide a alguien; con `--to NAME` lo ve otra persona.
