# Lo que dice y pregunta cada verbo. Una pregunta no lleva espacio al final; lo pone el programa.

## Frases de acceso y otras preguntas

passphrase-question = Frase de acceso:
passphrase-choose = Elige una frase de acceso. Protege todo lo que hay aquí, y nadie puede recuperarla por ti.
passphrase-new = Nueva frase de acceso:
passphrase-again = Otra vez:
passphrase-short = Es tan corta que se puede adivinar. Cuatro o cinco palabras sin relación entre sí son difíciles de adivinar y fáciles de recordar.
passphrase-differ = No eran iguales.
passphrase-wrong = Esa no es la frase de acceso. Prueba otra vez.
own-name-question = Tu nombre en el grupo (basta un nombre de pila o un apodo):
ticket-question = Pase:
type-name-again = Escribe su nombre otra vez para hacerlo:
type-the-name-again = Escribe el nombre otra vez para hacerlo:
type-group-name = Escribe el nombre del grupo para hacerlo:

## Escribir

text-how-to-end = (Termina con Ctrl-D en una línea vacía. Ctrl-C lo deja.)
text-back-to-editor = Pulsa Enter para volver al editor. Ctrl-C lo deja.
text-try-again = Tu texto no se ha perdido. Pulsa Enter para probar otra vez. Ctrl-C lo deja.
sent-held = (Sale en { $seconds } segundos. Hasta entonces `hearth undo` lo deshace y nadie lo habrá visto.)
sent-kept-told-out = (Se queda aquí por ahora: otras máquinas de este grupo dicen que ya no estás en él. `hearth status` dice qué hacer.)
sent-sleeps = (Espera aquí hasta { $at }, y sale entonces si esta máquina está encendida y abierta. Hasta entonces `hearth undo` te lo devuelve y nadie lo habrá visto.)
sent-kept = (Sigue por sí solo en cuanto se alcance a alguien.)

## share, dm, reply, edit, retract, undo

share-question = ¿Qué quieres compartir con "{ $group }"? Lo podrán leer: { $people }.
share-topic-question = ¿De qué trata, en una línea?
share-note-question = ¿Qué conviene saber antes de leerlo?
dm-question = ¿Qué quieres decirle a { $name }, en privado?
reply-question-all = ¿Qué quieres responder? Lo podrán leer: { $people }.
reply-question-one = ¿Qué quieres responder? Solo { $name } podrá leerlo.
reply-question-own = ¿Qué quieres añadir? Solo podrá leerlo la persona a quien escribiste.
edit-question =
    Escribiste:
    { $text }
    ¿Qué pones en su lugar?
retracted = Retirado. Las máquinas que lo tienen lo olvidan en cuanto se enteran; lo que alguien leyó, leído está.
undone = Deshecho. Nada de ello ha salido.
undone-slept-on =
    Deshecho. Nada de ello ha salido. Decía:
    { $text }
undo-nothing = Ya no hay nada retenido aquí.
    .hint = `hearth retract` retira lo que ya salió.

## checkin, milestone

audience-all = Lo podrán leer: { $people }.
audience-picked = Lo podrán leer: { $people }, y nadie más.
checkin-skip = { $audience } Con Enter sin más se salta una pregunta.
checkin-feeling = ¿Cómo estás, en una o dos palabras?
checkin-halt = ¿Hambre, enojo, soledad, cansancio? (h e s c)
checkin-craving = ¿Ansias, de 0 a 3?
checkin-want = ¿Qué te vendría bien: nada, una llamada, compañía?
checkin-more = ¿Algo más?
checkin-halt-wrong = Hambre, enojo, soledad, cansancio: escribe las palabras, o h e s c. No salió nada.
checkin-craving-wrong = Las ansias se dicen con un número de 0 a 3. No salió nada.
checkin-want-wrong = Lo que te vendría bien es nada, una llamada o compañía. No salió nada.
# Lo que se puede responder, separado por comas: las palabras como las nombran las preguntas.
answers-hungry = hambre, h
answers-angry = enojo, enfado, e
answers-lonely = soledad, s
answers-tired = cansancio, c
answers-nothing = nada, n, no
answers-call = una llamada, llamada, l
answers-company = compañía, compañia, compania, c
milestone-label = ¿Qué quieres señalar? ("24 horas", "pedí ayuda", lo que sea)
milestone-token = ¿Un medallón, ficha o llavero que lo acompañe? (Enter: ninguno)
milestone-more = ¿Algo más? (Enter: no)
milestone-no-label = Falta la etiqueta. No salió nada.
    .hint = Por la entrada estándar: una línea `label: 24 horas` y, tras una línea vacía, más palabras.
form-not-utf8 = El formulario no es UTF-8. No salió nada.
form-not-understood = No se entendió una línea del formulario. No salió nada.
    .hint = Las líneas son `nombre: palabras`, con estos nombres: { $names }. Tras una línea vacía, más palabras.

## read

read-more = (Hay más de antes: `hearth read --limit N`.)
read-nothing = Todavía no se ha compartido nada.
read-you = Tú
read-you-to = Tú, solo para { $names }
read-to-you = { $name }, solo para ti

## start, join, invite

started = "{ $group }" ya existe, y estás en él como { $name }.
started-without-invite = El grupo está fundado, pero todavía no hay una invitación. { $why }
    .hint = `hearth invite` hace una.
look-waiting = Buscando a alguien del grupo que esté en línea. No se pide nada a nadie ni se dice ningún nombre.
look-no-card = Todavía no ha escrito más sobre sí mismo.
look-what-it-is = Eso dice del grupo la máquina de alguien que está en él. No estás dentro y nadie sabe quién eres; las máquinas del grupo vieron que esta máquina llamó.
look-join-question = ¿Entrar? (sí, o Intro para dejarlo)
look-ended = Aquí no queda nada de ello. El pase sigue valiendo: `hearth join` entra con él.
look-device-ticket = Ese pase hace tuya esta máquina en un grupo en el que ya estás.
    .hint = `hearth join` lo acepta.
look-offline =
    .hint = Quienes figuran en el pase no están en línea ahora. Inténtalo más tarde o pregunta a quien te lo dio.
join-kept = guardado aquí: la petición sigue por sí sola en cuanto se alcance a alguien.
join-waiting = Esperando a que alguien te abra la puerta. (Ctrl-C deja de esperar; la petición sigue por sí sola.)
joined = Te damos la bienvenida. Estás en "{ $group }" como { $name }. `hearth people` muestra quién está aquí.
kept-among-us = Lo que se dice aquí queda aquí porque sus integrantes lo prometen. Ninguna ley lo protege como con un médico o una abogada.
joined-as-device = Esta máquina es ahora de { $name }, en "{ $group }". Muestra lo que se comparta desde ahora.
join-refused = El grupo no te dejó entrar.
    .hint = Pide un pase nuevo.
join-offline = Todavía no se ha alcanzado a nadie del grupo.
join-waits = Se alcanzó al grupo, pero todavía nadie te ha abierto la puerta.
join-goes-on = La petición está guardada y sigue por sí sola; `hearth status` muestra cuándo estás dentro.
invite-for = { $uses ->
    [1] Esta invitación es para una persona de tu confianza; le da la función de { $role }. Vale hasta { $until }.
   *[other] Esta invitación es para { $uses } personas de tu confianza como mucho; les da la función de { $role }. Vale hasta { $until }.
}
invite-how = Se entra con `hearth join` y este pase.
invite-too-narrow = (La terminal es demasiado estrecha para el código QR.)
invite-none-open = No hay ninguna invitación abierta. `hearth invite` hace una.
invite-used = usada { $used } de { $uses }
invite-until = hasta { $until }
invite-revoked = Anulada: ya nadie entra con ese pase.
invite-id-short = El identificador de una invitación necesita al menos { $count } caracteres.
    .hint = `hearth invite --list` los muestra.
invite-not-found = No hay tal invitación.
    .hint = `hearth invite --list` muestra las que están abiertas.
invite-id-of-several = Más de una invitación empieza así.
    .hint = Escribe más de su identificador.
invite-members-by-secretary = A integrantes invita la secretaría; el servicio de confianza añade `--role newcomer` o `--role visitor`.
invite-by-servants = Invitan la secretaría y el servicio de confianza.

## people, roles, role

people-you = (tú)
people-is-connected = en conexión
people-devices = { $count } dispositivos
people-verified = comprobado
people-proposed = propuesta: { $what } (`hearth conscience`)
people-since = aquí desde { $day }
people-question = A { $name } le abrió la puerta { $by }, a quien se pidió que se fuera. ¿Quieres que { $name } se quede? `hearth keep { $typed }`
role-given = { $name } tiene ahora la función de { $role }.
role-may-secretary = Todo lo que puede el servicio de confianza; además pasa a las personas nuevas a integrantes, y a integrantes al servicio de confianza, invita a integrantes y entrega la función a otra persona.
role-may-servant = Todo lo que puede cada integrante; además invita a personas nuevas y visitas, pide que se vayan a integrantes, personas nuevas y visitas, y junto con otra persona del servicio de confianza pasa a una persona nueva a integrante.
role-may-member = Comparte, abre la puerta a quien tenga un pase y tiene voto: propone lo que se decide sobre cualquiera, también sobre la secretaría, y se pronuncia donde sirven menos de dos personas más (`hearth conscience`).
role-may-newcomer = Comparte y lee. El voto llega con la función siguiente.
role-may-visitor = Comparte y lee, de visita. Una visita termina por sí sola a los 30 días (`hearth visitors`).
role-line = { $role }: { $names }
ask-the-group = `hearth roles` muestra quién puede; con `hearth conscience` el grupo decide en conjunto.

## conscience, endorse, keep, leave

change-remove = pedir que se vaya a { $name }
change-role = dar a { $name } la función de { $role }
change-some-role = cambiar la función de { $name }
change-who-invites = cambiar quién puede invitar
proposed = Propuesto. { $missing }
proposed-by = (lo propone { $name })
missing = { $count ->
    [one] Tiene que estar de acuerdo una persona más, con `hearth endorse`.
   *[other] Tienen que estar de acuerdo { $count } personas más, con `hearth endorse`.
}
may-agree = Quién puede dar su acuerdo: { $names }.
decided = Decidido: vale desde ahora.
decided-what = Decidido: { $what }. Vale desde ahora.
agreed-what = Diste tu acuerdo: { $what }. { $missing }
conscience-nothing = Nada espera a la conciencia del grupo.
conscience-agreed = de acuerdo: { $names }; { $count ->
    [one] falta 1 de { $among }.
   *[other] faltan { $count } de { $among }.
}
conscience-open-to-me = Puedes dar tu acuerdo: `hearth endorse`.
endorse-nothing = Nada espera tu acuerdo.
    .hint = `hearth conscience` muestra lo que está abierto.
endorse-not-found = No hay nada así abierto.
    .hint = `hearth conscience` muestra lo que está abierto.
endorse-which = ¿Cuál?
endorse-none-of-these = No es ninguna de estas. No se dio ningún acuerdo.
endorse-several = Hay más de una propuesta abierta.
kept-in = { $name } se queda, con la función de { $role }.
kept-in-role-before = Antes tenía la función de { $role }; `hearth roles` muestra quién puede darla otra vez.
leave-nobody-to-ask = Irse no se puede deshacer, y no hay nadie aquí a quien preguntar.
leave-what-it-means = Desde entonces no te llega nada de lo que se escriba en "{ $group }", y todo el grupo verá que te fuiste. Lo que leíste se queda aquí. Con un pase nuevo puedes volver.
leave-other-name = Ese es otro nombre. Sigues en el grupo.
left = Has dejado "{ $group }". Las demás personas se enteran en cuanto se alcance a alguien.

## remove

remove-nobody-to-ask = Pedir a alguien que se vaya no se puede deshacer, y no hay nadie aquí a quien preguntar.
remove-what-it-means = Desde entonces a { $name } no le llega nada de lo que se escriba en "{ $group }", y todo el grupo verá que se le pidió que se fuera. Lo que ya leyó se lo queda.
remove-other-name = Ese es otro nombre. Nadie tuvo que irse.
removed = { $name } ya no está en el grupo.
remove-devices = Los { $count } dispositivos de { $name } pierden sus claves.
remove-lost = Entraron gracias a { $name }, y eso deja de contar: { $names }.
remove-stay = Entraron gracias a { $name }, y se quedan: { $names }.
remove-invites = { $count ->
    [one] Una invitación que hizo { $name } sigue valiendo: `hearth invite --list`.
   *[other] { $count } invitaciones que hizo { $name } siguen valiendo: `hearth invite --list`.
}
switching-one = La máquina de { $name } todavía no se ha visto con las claves nuevas.
switching-several = { $switched } de { $of } integrantes ya usan las claves nuevas; a { $waiting } todavía no se les ha visto.

## keeper

keeper-ticket = Esta máquina es ahora una guardiana: guarda sobres sellados para un grupo y no puede abrir ninguno. El pase vale para un grupo.
keeper-ticket-how = En la máquina de un miembro: `hearth keeper add` y este pase. Esta máquina debería quedar encendida y estar al alcance de los demás.
keeper-name-unsaid = guardiana
keeper-added = El grupo tiene ahora a «{ $name }». Recibe lo que se sella en cuanto la máquina de un miembro la alcance; no conoce nombres ni palabras, pero quien la maneja ve cuándo se envía cuánto y desde qué direcciones.
keeper-removed = Nadie del grupo acude ya a «{ $name }», en cuanto lo sepan. Lo que tiene sigue sellado y caduca.
keeper-dropped = El número { $number } ya no se guarda, y lo que había aquí de él está borrado.
keeper-none = El grupo no tiene guardiana. Dos miembros tienen que estar a la vez para que algo pase entre ellos.
keeper-by = de { $name }
keeper-connected = conectada
keeper-not-connected = no conectada ahora
keeper-ticket-used = su pase se usó para otro grupo: pide uno nuevo
keeper-full = guarda tanto como puede
keeper-not-used = no se usa: quien la añadió no está, o ahora no podría añadirla
keeper-carries-nothing = Esta máquina no está en ningún grupo y no guarda nada. `hearth keeper ticket` la hace guardiana.
keeper-carries = { $number }  desde { $since }, { $envelopes ->
        [one] 1 sobre
       *[other] { $envelopes } sobres
    } en { $mib } MiB, { $connected ->
        [one] 1 máquina conectada
       *[other] { $connected } máquinas conectadas
    }
keeper-ticket-waits = { $number }  pase de { $since }, aún sin usar

## devices, verify

device-this = (este)
device-unknown-day = día desconocido
device-connected = en conexión
device-ticket = Con este pase otra máquina es tuya: quien lo use eres tú, y lee y escribe como tú. No se lo enseñes a nadie. Vale una vez, hasta { $until }, mientras esta máquina esté en marcha.
device-ticket-how = En la otra máquina: `hearth join` y este pase. Ve lo que se comparta desde entonces.
device-nobody-to-ask = Quitar un dispositivo no se puede deshacer, y no hay nadie aquí a quien preguntar.
device-is-this = Es este mismo dispositivo.
    .hint = Quítalo desde otro, o deja el grupo con `hearth leave`.
device-what-it-means = A ese dispositivo no le llega nada de lo que se escriba desde entonces. Lo que ya leyó se queda en él. Solo puede volver con un pase nuevo.
device-other-name = Ese es otro nombre. No se quitó nada.
device-revoked = Se quitó el dispositivo de { $name }.
verify-noted = Anotado: has comparado los números con { $name }.
verify-compare = { $name } ve lo mismo con `hearth verify`. Compara lo tuyo con lo suyo, en persona o de palabra: las cifras o las palabras.
verify-before = Ya los habías comparado antes.
verify-if-same = Si son iguales: `hearth verify { $typed } --done`.

## status, group, today, lock, unlock, stop, man

status-not-let-in = no te dejaron entrar: { $why }
status-joining = esperando a que alguien abra la puerta
status-removed = ya no estás en él
status-told-out = otras máquinas de este grupo dicen que ya no estás en él; pregunta a alguien de confianza, un pase nuevo te deja entrar otra vez
status-returning = de vuelta en cuanto otra persona esté en conexión
status-catching-up = poniéndose al día
status-locked = Hearth está en marcha y cerrado. Ábrelo con `hearth unlock`.
status-no-vault = Hearth está en marcha. Empieza con `hearth start NOMBRE` o `hearth join PASE`.
status-no-group = Todavía no estás en ningún grupo. Funda uno con `hearth start NOMBRE`, o entra en uno con `hearth join PASE`.
group-as = como { $name }
today-shared = { $count ->
    [one] 1 compartido
   *[other] { $count } compartidos
}
today-private = { $count ->
    [one] 1 solo para ti
   *[other] { $count } solo para ti
}
today-sleeps = algo tuyo espera hasta { $at }. `hearth undo` te lo devuelve.
today-new = nuevo hoy: { $what }. `hearth read` lo muestra.
today-new-or-more = nuevo hoy: { $what } o más. `hearth read` lo muestra.
locked = Cerrado.
opened = Abierto.
stopped = Detenido.
man-written = { $count ->
    [one] 1 página escrita.
   *[other] { $count } páginas escritas.
}

## lock --after, panic, backup, restore

lock-after = { $minutes ->
    [one] Se cierra sola tras 1 minuto sin uso.
   *[other] Se cierra sola tras { $minutes } minutos sin uso.
}
lock-after-means = Cerrada, está fuera de la red: no pasa nada a nadie, y no entra ninguna llamada de ayuda, recordatorio ni mensaje hasta que la abras.
lock-after-bounds = Puede cerrarse sola tras un minuto como poco y un día como mucho, o nunca (never).
lock-never = Ya no se cierra sola; la cierra `hearth lock`.
panic-question = ¿Destruir todo lo que Hearth guarda en esta máquina, para siempre? sí:
panic-nobody-to-ask = Esto destruye todo lo que se guarda aquí, y no hay nadie aquí a quien preguntar.
panic-not-done = No se destruyó nada.
panic-nothing = Aquí no hay nada que destruir.
panic-done =
    Las llaves están destruidas. Nada de esta carpeta se abre ya, con ninguna frase de acceso.
    Pueden quedar huellas en el disco por un tiempo; sin tu frase de acceso nadie las abre. No la uses en otro lugar ni la digas a nadie.
    Los dispositivos de otras personas aún tienen lo que compartiste, y tu lugar en tus grupos sigue ahí: no se avisó a nadie.
    Para volver, pide un pase nuevo. Si hiciste una copia, todavía se abre: destrúyela también si nadie debe volver con ella.
panic-left = Algunos archivos no se pudieron quitar; nada los abre.
panic-failed = No se pudieron destruir las llaves.
    .hint = Borra a mano la carpeta de Hearth, ahora.
backup-exists = Ya hay algo en ese lugar, y se queda como está.
    .hint = Elige otro nombre.
backup-not-written = No se pudo escribir la copia: { $kind }.
backup-written =
    Escrita. Contiene quién eres en los grupos en que estás hoy, y nada más: ningún mensaje, y nada de lo que guardas para ti.
    Quien tenga el archivo y esta frase de acceso es tú en esos grupos. Guárdala lejos de esta máquina.
    Es para cuando esta máquina ya no esté. No la uses mientras Hearth siga en marcha aquí.
restore-unreadable = No se puede leer ese archivo: { $kind }.
restore-question = ¿Ya no está Hearth, y nunca más, en la máquina de la que es esta copia? Si las dos están en marcha, el grupo oye a dos que se contradicen, y tu voto puede dejar de contar. sí:
restore-nobody-to-ask = Una copia es para cuando la otra máquina ya no está, y no hay nadie aquí a quien preguntar.
restore-not-done = No se cambió nada.
restore-vault-exists = En esta máquina ya hay una bóveda; se queda como está.
    .hint = Usa otra carpeta con `--home`.
restore-wrong-passphrase = Esa frase de acceso no abre esta copia. Es la que abría Hearth cuando se hizo la copia.
restored =
    Estás volviendo, en cuanto alguien más esté en conexión; nadie tiene que abrirte la puerta. Si desde entonces te pidieron que te fueras, esto no te trae de vuelta.
    Los mensajes de antes no están en una copia, ni lo que guardabas para ti. Tu voto puede tardar hasta un mes en contar otra vez.

## sit

sit-for-eyes = Una página que ocupa toda la terminal no puede ser sencilla ni JSON.
    .hint = `hearth read --follow` muestra lo que llega, línea a línea; con `hearth share` escribes.
sit-no-terminal = Aquí no hay una terminal en la que dibujar una página.
    .hint = `hearth read --follow` muestra lo que llega, línea a línea; con `hearth share` escribes.
sit-asking = Un momento.
sit-locked =
    Hearth se cerró. No se muestra nada, y lo que había en la línea se ha borrado.
    Cuando se abra de nuevo, con `hearth unlock` desde otro lugar, la página vuelve.
sit-stopped = Hearth ya no está en marcha. Sal y ponlo en marcha con `hearth unlock`.
sit-words-left = Tus palabras siguen aquí, para que puedas copiarlas:
sit-too-small = Agranda la ventana.
sit-connected = en conexión: { $names }
sit-for-all = Para "{ $group }". Lo podrán leer: { $people }.
sit-answer-all = Una respuesta ante todo el grupo. La podrán leer: { $people }.
sit-answer-one = Una respuesta. Solo { $name } podrá leerla.
sit-answer-own = Una respuesta. Solo podrá leerla la persona a quien escribiste.
sit-sending = Se está guardando aquí...
sit-held = Retenido aquí { $seconds } segundos. Ctrl-Z lo deshace y nadie lo habrá visto.
sit-undone-back = Deshecho. Nada de ello ha salido. Tus palabras están otra vez en la línea.
sit-words-wait = Hay otras palabras en la línea: w sigue con ellas, Ctrl-U las borra.
sit-leave-words = Lo que hay en la línea se perdería. q sale de todos modos, w sigue escribiendo.
sit-signed = Guardado aquí; solo lo verá la persona para quien es.
sit-sign-own = Eso es tuyo. Una señal es para lo que escribió otra persona.
sit-sign-question = Una señal para { $name }, que nadie más ve: { $signs } · Esc: ninguna
sit-sos-elsewhere = Alguien de "{ $group }" pide ayuda: `hearth --group "{ $group }" sos --list`
sit-more-calls = `hearth answer`, `hearth sos --list`
sit-keys = w escribir · r responder · + señal · ? teclas · q salir
sit-keys-above = End: lo último · w escribir · r responder · ? teclas · q salir
sit-keys-writing = Enter envía · Ctrl-J línea nueva · Esc deja de escribir
sit-keys-help = Flechas: más · cualquier otra tecla: volver
sit-keys-leave = q sale
sit-help =
    Flechas arriba y abajo: el mensaje anterior o el siguiente
    PgUp, PgDn, Home, End: más lejos
    w: escribir al grupo
    r: responder al mensaje con la marca >; en privado, salvo que se abriera a respuestas
    R: responder en privado también entonces
    +: dar una señal a quien lo escribió
    Ctrl-Z: deshacer lo que escribiste, durante 10 segundos
    Ctrl-U: borrar lo que hay en la línea
    Ctrl-L: dibujar la página de nuevo
    q, Esc: salir
    Ctrl-C: salir enseguida, haya lo que haya en la línea
    Mientras escribes: Enter envía, Ctrl-J o Alt-Enter empiezan una línea nueva, Ctrl-W borra una palabra, Esc deja de escribir y guarda las palabras.
