# Llamadas de ayuda. Aquí nada promete que alguien venga: se dice lo que se sabe.

sos-what = ¿Qué pasa? (Intro: una mala noche)
sos-what-words = Una de ganas, sobredosis, autolesión, peligro, o tus palabras.
sos-want = ¿Qué ayudaría? (Intro: lo que alguien pueda hacer)
sos-want-words = Una de llamar, escribir, venir.
sos-drill = SIMULACRO
sos-kept = Guardada aquí, y en camino a quien se pueda alcanzar.
sos-whole-group = todo el grupo
sos-stage-now = Se pregunta ahora a: { $names }.
sos-stage-later = { $minutes ->
    [one] Después de 1 minuto, si nadie ha respondido, se pregunta a: { $names }.
   *[other] Después de { $minutes } minutos, si nadie ha respondido, se pregunta a: { $names }.
}
sos-unreachable = Todavía no se les puede preguntar por aquí, faltan sus claves: { $names }. Esta máquina les pregunta en cuanto puede.
sos-undo = ¿Fue un error? `hearth safe --mistake`, en cinco segundos, antes de que suene en ninguna parte.
sos-passed-on = Otro dispositivo la tiene y la pasa. Nadie ha respondido todavía.
sos-reached-device = El dispositivo de { $name } la muestra.
sos-nobody-yet = Ahora mismo no se alcanza ningún otro dispositivo. Esta máquina sigue intentándolo por todos los caminos que tiene.
sos-sms-copy = Un texto que puedes copiar en un mensaje: { $text }
sos-sms = Soy { $name }. Necesito a alguien esta noche. Llámame, por favor.
sos-sms-drill = SIMULACRO: solo es una prueba de a quién se alcanza.
sos-phones = Números que se guardan aquí:
sos-phone = { $name }: { $number }
sos-no-phones = Tu grupo todavía no guarda números. `hearth crisis` muestra quién contesta a cualquier hora.
sos-look-away = Puedes cerrar esto: la llamada sigue. `hearth sos --list` la muestra, `hearth safe` la termina.
sos-goes-on = La llamada sigue mientras Hearth funcione aquí, y en cada dispositivo que la tiene.
sos-ended-safe = Terminada: a salvo.
sos-ended-mistake = Terminada: fue un error. Nadie tiene que hacer nada.
sos-none = Nadie pide ayuda ahora mismo.
sos-you-ask = Pides ayuda
sos-they-ask = { $name } pide ayuda
sos-you-asked = Pediste ayuda
sos-they-asked = { $name } pidió ayuda
sos-missed = Esta máquina lo supo solo después. { $ended }
sos-open-mine = Está abierta. `hearth safe` la termina.
sos-open = `hearth answer here`, `calling`, `coming`, `cannot`, `reached` o `hand NOMBRE`; si piden ayuda varias personas: --of { $typed }.
sos-not-found = No hay ninguna llamada de ayuda que se pueda responder.
    .hint = `hearth sos --list` muestra las que puedes ver.
sos-answer-here = { $name } está ahí.
sos-answer-calling = { $name } está llamando.
sos-answer-calling-too = { $name } llamaría también.
sos-answer-coming = { $name } está en camino.
sos-answer-coming-too = { $name } vendría también.
sos-answer-cannot = { $name } no puede ahora.
sos-answer-reached = { $name } dice que ha dado con la persona.
sos-answer-handed = { $name } se lo pide a { $to }.
answer-hand-whom = No se dice a quién se le pide en tu lugar.
    .hint = `hearth answer hand NOMBRE`.
answer-to-whom = Un nombre solo va con `hand`.
    .hint = `hearth answer here --of NOMBRE` dice a quién respondes.
answer-which = Varias personas piden ayuda.
    .hint = Di de quién es la llamada con --of NOMBRE.
safe-nothing = No tienes ninguna llamada de ayuda abierta.

sos-trouble-craving = ganas de consumir
sos-trouble-bad-night = una mala noche
sos-trouble-overdose = una sobredosis
sos-trouble-self-harm = pensamientos de hacerse daño
sos-trouble-danger = peligro
sos-trouble-other = otra cosa
sos-help-anything = lo que puedas hacer
sos-help-call = una llamada
sos-help-write = palabras, por escrito
sos-help-come = alguien que venga

# Lo que se escribe para cada cosa, separado por comas.
answers-bad-night = mala noche, noche, n
answers-craving = ganas, g
answers-overdose = sobredosis, s
answers-self-harm = autolesión, autolesion, suicidio, a
answers-danger = peligro, violencia, p
answers-sos-call = llamar, llamada, l
answers-sos-write = escribir, e
answers-sos-come = venir, v

ladder-nobody = No se pregunta primero a nadie en particular, aparte de quien te apadrina.
ladder-first = Primero se pregunta a: { $names }, y a quien te apadrina.
ladder-then = Después de 5 minutos: quien está de guardia, y a quien se puede preguntar a cualquier hora (`hearth oncall`).
ladder-group = Después de 15 minutos: todo el grupo.
ladder-no-group = No se pregunta al grupo. `hearth ladder --ask-group` lo cambia.
ladder-urgent = Una sobredosis y la autolesión preguntan a todas estas personas a la vez. `hearth sos --drill` lo prueba.
ladder-quiet = Las llamadas de otras personas no suenan aquí de { $from } a { $until }, salvo por sobredosis o autolesión.
ladder-quiet-wrong = Esas no son horas de silencio.
    .hint = Escríbelas como 22:00-07:00, u `off`.
oncall-turn = { $name }: de { $from } a { $until }
oncall-any-time = A cualquier hora: { $names }.
oncall-gap = Nadie está de guardia: de { $from } a { $until }
oncall-gap-help = `hearth oncall add tue 20:00 --for 8h` dice cuándo se te puede preguntar.
oncall-too-long = Nadie está de guardia más de una semana seguida.

## What `hearth` alone says

today-sos = Alguien pide ayuda: `hearth sos --list`.
today-sos-mine = Tu llamada de ayuda está abierta: `hearth safe` la termina.
today-sos-missed = Alguien pidió ayuda y ya había terminado cuando esta máquina lo supo: `hearth sos --list`.
today-needed = Hace falta alguien para un servicio: `hearth service`.
today-on-call = Estás de guardia de { $from } a { $until }.
