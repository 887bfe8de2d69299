# Lo que tiene un grupo: card, guidelines, intro, phones, service, greet, readings. Se muestra lo que hace falta, y nunca
# quién no hizo algo.

## Lo que todo esto comparte

thing-kept = (Sigue por sí solo en cuanto haya conexión con alguien.)
thing-stays = No se cambió nada.
thing-withdrawn = Retirado: { $name }.
thing-withdraw-question = ¿Retirar { $name }? (sí, o Enter para conservarlo)
thing-written-by = escrito por { $name }, { $when }
thing-nobody-to-ask = Otras personas lo verán, y no hay nadie aquí a quien preguntar.
thing-for-servants = Esto lo escribe quien tiene un servicio en el grupo.
thing-stray-words = Escribe el comando sin él. El texto se escribe cuando se te pregunta, en tu editor si $VISUAL o $EDITOR nombra uno, o por la entrada estándar.
thing-of-several = Hay más de uno que se llama así.
word-yes = sí
word-no = no
# Lo que se puede responder, separado por comas.
answers-no = no, n

## card, guidelines

card-none = El grupo todavía no tiene tarjeta. Quien tiene un servicio la escribe con `hearth card edit`.
card-in-force = La tarjeta está en vigor.
card-beside = { $count ->
    [one] Hay otra versión al lado de esta, de alguien que no la conocía. `hearth card diff` muestra las dos; el próximo cambio toma el lugar de ambas.
   *[other] Hay otras { $count } versiones al lado de esta, de personas que no la conocían. `hearth card diff` las muestra; el próximo cambio toma el lugar de todas.
}
card-name = nombre
card-program = programa
card-open = abierto
card-format = formato
card-languages = idiomas
card-for = para
card-contact = contacto
card-ask-name = ¿Cómo se llama el grupo?
card-ask-program = ¿Con qué programa trabaja? (por ejemplo NA)
card-ask-open = ¿Pueden venir visitas? (sí o no)
card-ask-format = ¿Cómo es una reunión? (por ejemplo, estudio de pasos)
card-ask-languages = ¿En qué idiomas?
card-ask-for = ¿Para quién, si no es para todo el mundo?
card-ask-contact = ¿A quién preguntar? Basta un lugar o un servicio.
card-ask-text = ¿Más palabras, en una línea?
card-no-name = La tarjeta necesita el nombre del grupo. No se cambió nada.
card-open-wrong = Abierto es sí o no. No se cambió nada.
guidelines-none = El grupo todavía no tiene pautas. Quien tiene un servicio las escribe con `hearth guidelines edit`.
guidelines-in-force = Las pautas están en vigor.
guidelines-beside = { $count ->
    [one] Hay otra versión al lado de esta, de alguien que no la conocía. `hearth guidelines diff` muestra las dos; el próximo cambio toma el lugar de ambas.
   *[other] Hay otras { $count } versiones al lado de esta, de personas que no la conocían. `hearth guidelines diff` las muestra; el próximo cambio toma el lugar de todas.
}
guidelines-ask = ¿Cómo quiere convivir el grupo? Esto toma el lugar de lo que está en vigor.
document-question = ¿Ponerlo en vigor para todo el grupo? (sí, o Enter para dejarlo como está)
document-meanwhile = Alguien lo cambió mientras tanto. Esto es lo que cambia ahora lo tuyo:
document-changed = Alguien lo cambió al mismo tiempo. No se cambió nada.
    .hint = Míralo, y vuelve a escribir el comando.
document-alone = Hay una sola versión, y ninguna otra a su lado.
document-counts = En vigor: la versión de { $name }, { $when }
document-other = A su lado: la versión de { $name }, { $when }
document-withdrawn = A su lado: { $name } la retiró, { $when }

## intro

intro-ask = ¿Cómo quieres presentarte? Basta un nombre de pila.
intro-question = Lo puede leer: { $people }. ¿Mostrarlo? (sí, o Enter para dejarlo)
intro-put = Tu presentación está a la vista.
intro-yours = tu presentación
intro-nobody = Nadie tiene todavía una presentación. `hearth intro edit` escribe la tuya.
intro-none-of = { $name } no tiene presentación.
intro-none-yours = No tienes presentación.
    .hint = `hearth intro edit` escribe una.
intro-first-name = Basta un nombre de pila.
tells-last-name = "{ $words }" parece un apellido.
tells-phone = "{ $words }" parece un número de teléfono. `hearth phones mine` lo pone donde se puede retirar.
tells-email = "{ $words }" parece una dirección de correo.
tells-address = "{ $words }" parece un lugar donde podrían encontrarte.
tells-employer = "{ $words }" parece el lugar donde trabajas.
tells-passcode = "{ $words }" parece lo que abre una reunión en línea.

## phones

phones-nobody = Nadie ha puesto todavía un número aquí. `hearth phones mine` pone el tuyo.
phones-call = llamada
phones-text = mensaje
phones-sos = en una emergencia, a cualquier hora
phones-label-number = número
phones-label-ok = sirve
phones-label-hours = horario
phones-ok-example = llamada, mensaje
phones-ask-number = ¿Tu número, como se marca?
phones-ask-ok = ¿Qué te parece bien: llamada, mensaje, sos? (sos: en una emergencia, a cualquier hora)
phones-ask-hours = ¿A qué horas? (por ejemplo, por la noche; Enter: sin decirlo)
answers-phone-call = llamada, llamadas, call
answers-phone-text = mensaje, mensajes, sms, text
answers-phone-sos = sos, emergencia
phones-question = Lo puede ver, y guardar: { $people }. ¿Ponerlo en la lista? (sí, o Enter para dejarlo)
phones-put = Tu número está en la lista. `hearth phones hide` lo quita; quien lo anotó lo tiene.
phones-for-you = se te muestra a ti, no a todo el grupo
phones-for-some = se muestra solo a: { $names }
phones-for-nobody-here = quien lo tiene ya no está en el grupo
phones-dropped = Se retira a: { $names }.
phones-question-some = Lo puede ver, y guardar: { $names }. ¿Mostrarlo solo ahí? (sí, o Enter para dejarlo)
phones-shown = Nadie sabe quién más lo tiene. `hearth phones hide` lo retira; quien lo anotó lo tiene.
phones-to-nobody = Todavía no muestras tu número a nadie en particular. No se cambió nada.
    .hint = `hearth phones mine --to NOMBRE` dice a quién.
phones-hidden = Retirado a quienes se lo mostrabas en particular, según se enteren sus equipos; quien lo anotó lo tiene.
phones-yours = tu número
phones-none-yours = Tu número no está ahí.
    .hint = `hearth phones mine` lo pone en la lista; con `--to NOMBRE` es solo para esas personas.
phones-no-number = No hay ningún número. No se cambió nada.
    .hint = Por la entrada estándar: líneas `number: 555 0100`, `ok: call, text`, `hours: por la noche`.
phones-ok-wrong = Lo que parece bien es llamada, mensaje o sos, al menos uno. No se cambió nada.

## service

service-needed = Hace falta
service-taken = Ya hay quien
service-positions = Puestos de servicio
service-nothing = Ahora no hace falta nada. `hearth service add` dice qué hace falta.
service-ask-note = ¿Qué ayuda saber, en una línea?
service-added = Hace falta: { $service }, { $when }. Su marca es { $mark }.
service-no-what = ¿Qué servicio hace falta?
service-no-when = ¿Cuándo hace falta?
service-example = Por ejemplo: `hearth service add café --at "mar 19:00"`
time-not-understood = No se entendió esa hora.
time-no-hour = Puede ser de la mañana o de la noche.
time-example = Escríbela como "mar 19:00", "mañana 7pm" o "2026-12-01 19:00".
time-over = Esa hora ya pasó.
time-too-far = Eso es dentro de más de { $days } días.
slot-you = tú
slot-done = hecho
slot-kept-here = provisional, guardado aquí
slot-you-would-swap = te gustaría cambiarlo
slot-somebody-would-swap = a alguien le gustaría cambiarlo: `hearth cover`
slot-is-open = { $service }, { $when }, está libre.
slot-is-yours = Para ti: { $service }, { $when }. Gracias.
slot-tentative = (Es provisional hasta que pase a otro dispositivo: puede haberlo tomado alguien de quien esta máquina aún no sabe.)
slot-swap-asked = El grupo ve que te gustaría cambiar: { $service }, { $when }. Hasta que alguien lo cubra, sigue contigo.
slot-is-done = Hecho: { $service }. Gracias.
slot-first-somebody-else = { $name } lo tomó antes. Gracias de todos modos.
slot-behind = (Tu palabra queda detrás de la suya: si quisiera cambiarlo, pasa a ti. `hearth swap` la retira.)
today-service = { $count ->
    [one] por hacer: 1 servicio, { $when }. `hearth service` lo muestra.
   *[other] por hacer: { $count } servicios, el próximo { $when }. `hearth service` los muestra.
}
slot-has-somebody-else = { $name } ya lo tiene. Gracias de todos modos.
slot-done-by-somebody-else = { $name } ya lo hizo.
slot-cover-own = Eres tú quien pidió cambiarlo.
    .hint = `hearth take` lo toma de nuevo.
slot-cover-open = No lo tiene nadie, así que no hay nada que cubrir.
    .hint = `hearth take` lo toma.
slot-not-yours = Ese no lo tienes tú.
    .hint = `hearth service` muestra cuáles tienes.
slot-over = Su hora ya pasó.
slot-missing = No hace falta ningún servicio así.
    .hint = `hearth service` muestra cuáles hacen falta, cada uno con su marca.
positions-none = El grupo todavía no tiene puestos. Quien tiene un servicio añade uno con `hearth service positions add`.
positions-ask-about = ¿Qué pide?
position-open = libre
position-added = Añadido: { $name }. Su marca es { $mark }.
position-given = { $position }: ahora lo tiene { $name }.
position-freed = { $position } queda libre.
position-missing = No hay ningún puesto así.
    .hint = `hearth service positions` los muestra, cada uno con su marca.

## greet, y lo que ve quien es nuevo

greet-nobody = Nadie nuevo espera una bienvenida.
greet-how = (`hearth greet NOMBRE` dice que la das tú.)
greet-yourself = Eres tú.
greet-yours = Le das la bienvenida a { $name }. `hearth dm { $typed }` le escribe a solas.
greet-somebody-else = { $by } ya le da la bienvenida a { $name }. Gracias de todos modos.
today-to-greet = { $count ->
    [one] 1 persona nueva sin quien le dé la bienvenida. `hearth greet` muestra quién es.
   *[other] { $count } personas nuevas sin quien les dé la bienvenida. `hearth greet` muestra quiénes son.
}
welcome-head = Lo que puede ayudar al principio:
welcome-guidelines-are = Cómo quiere convivir este grupo:
welcome-guidelines = `hearth guidelines` muestra cómo quiere convivir este grupo.
welcome-card = `hearth card` muestra qué es este grupo.
welcome-meetings = `hearth meetings` muestra cuándo se reúne.
welcome-crisis = `hearth crisis` muestra a quién llamar en una hora difícil. No necesita red.
welcome-greeted-by = Quien te dará la bienvenida: { $names }. También puedes escribir tú antes: `hearth dm`.
welcome-ask = Puedes preguntar lo que sea a: { $names }. `hearth dm` escribe a una sola persona.

## readings, topics

readings-none = El grupo todavía no tiene lecturas. `hearth readings add` añade una.
topics-none = Todavía no hay temas. `hearth topics add` añade uno.
readings-source = de: { $source }
readings-label-title = título
readings-label-source = fuente
readings-ask-title = ¿Cómo se llama?
readings-ask-source = ¿Dónde está? (Enter: son palabras propias)
readings-ask-text = ¿Las palabras, en una línea? Solo lo que el grupo puede copiar. (Enter: ninguna)
readings-put = Añadido con la marca { $mark }.
topics-ask = ¿De qué se podría hablar, en una línea?
topics-put = Añadido con la marca { $mark }.
readings-no-title = No hay título. No se añadió nada.
    .hint = Por la entrada estándar: una línea `title: ...`, una línea `source: ...`, una línea vacía y las palabras.
readings-no-words = Una lectura tiene palabras, o dice dónde está. No se añadió nada.
    .hint = Lo que solo tiene título es un tema: `hearth topics add`.
readings-missing = No hay nada así.
    .hint = `hearth readings` y `hearth topics` lo muestran, todo con su marca.

people-introduced = tiene una presentación

## home y visitors

home-made = Este es ahora tu grupo base. El resto lo ve en `hearth people`; tu función sigue igual.
home-made-visitor = Este es ahora tu grupo base, y tu visita ya no termina. El resto lo ve en `hearth people`; tu función sigue igual.
home-already = Este ya es tu grupo base. (`hearth home withdraw` lo retira.)
home-withdrawn = Retirado: este ya no es tu grupo base. Sigues en el grupo.
home-none = No has dicho que este sea tu grupo base.
    .hint = `hearth home` lo dice.
home-visit-until = Estás de visita hasta el { $day }.
people-home = grupo base
people-visit = de visita hasta el { $day }
people-visit-was = la visita era hasta el { $day }
visitors-nobody = Nadie está de visita.
visitors-how = (`hearth visitors renew NOMBRE` deja que alguien se quede 30 días desde hoy.)
visitors-renewed = { $name } puede quedarse hasta el { $day }.
visitors-welcome = { $name } ha hecho de este su grupo base. `hearth role { $typed } newcomer` le da la bienvenida.
visitors-no-visitor = { $name } no está de visita, y se queda.
visitors-no-end = Este es el grupo base de { $name }, o acaba de llegar: no hay nada que renovar.
visitors-may-not = Quienes tienen un servicio de confianza dejan que las visitas se queden, y quien las invitó donde cada integrante puede invitar.
    .hint = `hearth roles` muestra a quién puedes preguntar.
today-visit-ends = Tu visita termina el { $day }. `hearth home` hace de este tu grupo base; o pide a alguien con un servicio de confianza que te deje quedarte más.
today-visit-was = Tu visita era hasta el { $day }. `hearth home` hace de este tu grupo base; o pide a alguien con un servicio de confianza que te deje quedarte. Quien se ha ido vuelve con un pase nuevo.
today-at-home = Alguien que está de visita ha hecho de este su grupo base: `hearth visitors` muestra quién, y cómo darle la bienvenida.
today-visits = Una visita está por terminar, o terminó hace poco: `hearth visitors` muestra de quién.
welcome-visit = Estás de visita hasta el { $day }. `hearth home` hace de este tu grupo base.
status-visit-over = tu visita ha terminado; un pase nuevo te deja volver
role-visitor-ends = Una visita termina por sí sola a los 30 días, si no se renueva o si la persona no hace de este su grupo base: `hearth visitors`.

## Etiquetas, donde cada dato tiene su propia línea (--plain)

plain-goes = Se va:
plain-comes = Llega:
plain-number = Número: { $number }
plain-title = Título: { $title }
plain-needed = Hace falta: { $service }
plain-service = Servicio: { $service }
plain-yours = Lo tienes tú
plain-position = Puesto: { $name }
plain-position-open = Está libre
plain-hours = Horario: { $hours }
plain-service-note = Nota: { $note }
