# Lo que dicen `hearth help` y las páginas del manual. `hearth-cli/src/help.rs` explica cómo salen los nombres.
# Breve, para una persona cansada. Una línea sobre un verbo o una opción no lleva punto final.

help-hearth = Un grupo base en tu propia máquina: compartir, escuchar, escribirse.
help-without-verb = Sin un verbo, hearth muestra lo que hay de nuevo.
help-more = `hearth help share` cuenta más sobre un verbo: aquí, sobre share.
help-everywhere-hint = `hearth help` muestra todos los verbos y las opciones que valen para cualquiera.
help-usage = Uso: { $line }
help-exit-codes = Códigos de salida: 0 hecho o guardado, 1 fallo interno, 2 uso, 3 Hearth no está en marcha, 4 no se alcanzó a nadie, 5 no permitido, 6 cambió la identidad de alguien, 7 cerrado o frase de acceso incorrecta, 8 no existe, 9 tardó demasiado.

## Títulos

help-heading-every-day = Cada día
help-heading-for-yourself = Solo para ti
help-heading-when-it-is-hard = Cuando cuesta
help-heading-service = Servicio
help-heading-the-group = El grupo
help-heading-this-machine = Esta máquina
help-heading-everywhere = Opciones que valen con cualquier verbo
help-heading-arguments = Lo que lleva
help-heading-options = Opciones
help-heading-verbs = Lo que puedes hacer ahí

## Lo que se añade a una línea

help-default = { $text } ({ $value } si no se dice nada)
help-variable = { $text } (o la variable { $name })
help-also = { $text } (también: { $names })
help-values = { $text }: { $values }
help-optional = { $text } (se puede omitir)

## Lugares para algo

help-slot-options = OPCIONES
help-slot-verb = VERBO
help-slot-path = RUTA
help-slot-address = DIRECCIÓN
help-slot-name = NOMBRE
help-slot-language = IDIOMA
help-slot-group = GRUPO
help-slot-ticket = PASE
help-slot-time = TIEMPO
help-slot-n = N
help-slot-id = ID
help-slot-role = FUNCIÓN
help-slot-what = QUÉ
help-slot-when = CUÁNDO
help-slot-which = CUÁL
help-slot-device = DISPOSITIVO
help-slot-sign = SEÑAL
help-slot-suite = MÉTODO
help-slot-shell = SHELL
help-slot-emergency = EMERGENCIA
help-slot-region = REGIÓN
help-slot-dir = CARPETA

## Opciones de todos los verbos

help-everywhere-home = La carpeta donde está todo
help-everywhere-passphrase-file = Un archivo con la frase de acceso, en lugar de una pregunta
help-everywhere-listen = Dónde escucha esta máquina a las demás, al iniciarse por primera vez; se puede repetir
help-everywhere-name = Tu propio nombre en el grupo que fundas o al que entras: basta un nombre de pila o un apodo
help-everywhere-group = El grupo, si estás en varios
help-everywhere-json = Responder en JSON, un objeto por línea, siempre en inglés
help-everywhere-lang = El idioma
help-everywhere-plain = Para lectores de pantalla: un dato por línea, sin columnas, signos ni dibujos (o la variable HEARTH_PLAIN)
help-everywhere-help = Mostrar esta ayuda, o la de un verbo
help-everywhere-version = Mostrar la versión

help-value-lang-en = Inglés (English)
help-value-lang-es = Español

## Cada día

help-read = Leer lo que se compartió
help-read-follow = Quedarse y mostrar lo que llega
help-read-limit = Cuántos de los últimos mensajes mostrar
help-sit = Sentarte con el grupo: una página en la terminal, para leer y escribir

help-share = Escribir a todo el grupo; se te pide el texto
help-share-topic = Decir en una línea de qué trata; se te pregunta, o es la primera línea de la entrada estándar
help-share-note = Decir en una línea qué conviene saber antes de leer; se te pregunta, o es la línea siguiente de la entrada estándar
help-share-thread = Que cualquiera pueda responder delante de todo el grupo
help-share-now = Que salga enseguida, y no después de 10 segundos
help-share-sleep-on-it = Que espere hasta mañana a las 9; hasta entonces `hearth undo` te lo devuelve
help-share-wait = Que espere este tiempo, como 8h, dos días como mucho; hasta entonces `hearth undo` te lo devuelve
help-share-edit = Escribir en tu editor ($VISUAL o $EDITOR)

help-reply = Responder a alguien: en privado, o delante de todo el grupo si así lo pidió
help-reply-which = A qué respondes: su marca, como la muestra `hearth read`, o el nombre de quien lo escribió, para lo último suyo
help-reply-private = Responder solo a quien lo escribió, también donde puede responder cualquiera
help-reply-now = { help-share-now }
help-reply-edit = { help-share-edit }

help-react = Dar a alguien una señal que solo esa persona ve
help-react-which = A qué: su marca, como la muestra `hearth read`, o el nombre de quien lo escribió, para lo último suyo
help-react-with = Qué señal
help-value-with-heard = Te escuché
help-value-with-with-you = Estoy contigo
help-value-with-me-too = Yo también
help-value-with-thank-you = Gracias
help-value-with-hug = Un abrazo
help-value-with-celebrate = Lo celebro contigo, para un logro

help-dm = Escribir solo a una persona; se te pide el texto
help-dm-to = Para quién es, con el nombre que muestra `hearth people`
help-dm-now = { help-share-now }
help-dm-edit = { help-share-edit }

help-milestone = Señalar algo que lograste, con tus propias palabras
help-milestone-to = A quién contarlo, con el nombre que muestra `hearth people`; se puede repetir; si falta, al grupo
help-milestone-now = { help-share-now }

help-undo = Deshacer lo que acabas de escribir, o dejaste para mañana, antes de que salga
help-undo-which = { help-retract-which }

help-edit = Poner otras palabras en lugar de las tuyas, durante 15 minutos
help-edit-which = Cuál de tus mensajes: su marca, como la muestra `hearth read`; si no se dice nada, el último
help-edit-edit = { help-share-edit }

help-retract = Retirar lo que escribiste
help-retract-which = { help-edit-which }

## Solo para ti

help-gratitude = Escribir lo que agradeces, solo para ti

help-step = Escribir sobre un paso, solo para ti

help-inventory = Escribir un inventario, solo para ti

help-newdate = Guardar una fecha nueva, solo para ti (las de antes se quedan)

help-chips = Mostrar qué medallones, fichas o llaveros vienen después para ti

# Lo que va detrás de cada verbo que guarda algo.
help-keeping-edit = { help-share-edit }
help-keeping-list = Mostrar lo que guardas, lo más nuevo primero
help-keeping-list-limit = Cuánto mostrar
help-keeping-show = Mostrarte algo de lo que guardas, solo a ti
help-keeping-show-which = Su marca, como la muestra `list`; si no se dice nada, lo más nuevo
help-keeping-change = Cambiar algo: lo que dejes vacío se queda como está
help-keeping-change-which = { help-keeping-show-which }
help-keeping-change-edit = { help-share-edit }
help-keeping-delete = Borrar algo para siempre
help-keeping-delete-which = { help-keeping-show-which }
help-keeping-delete-yes = No preguntar
help-keeping-tell = Dejar que alguien vea una copia, durante 14 días
help-keeping-tell-which = { help-keeping-show-which }
help-keeping-tell-to = Quién, con el nombre que muestra `hearth people`; se puede repetir
help-keeping-tell-everybody = Todas las personas del grupo
help-keeping-tell-now = { help-share-now }

## Cuando cuesta

help-crisis = Mostrar números de emergencias, primeros pasos y líneas de ayuda, al momento, sin que funcione nada más
help-crisis-emergency = Qué ha pasado; sin ello se muestra todo
help-crisis-region = De qué región son los números: US, CA, UK, IE, AU, NZ, DE o FR (o la variable HEARTH_REGION)
help-crisis-set-region = Guardar en este equipo de qué región son los números
help-crisis-confirm = Mirar las líneas una por una, y dar al grupo su propia tarjeta
help-crisis-confirm-region = Con los números de qué región empezar
help-value-emergency-overdose = Alguien tomó demasiado
help-value-emergency-self-harm = Pensamientos de suicidio o de hacerse daño
help-value-emergency-danger = Violencia, o la amenaza de ella
help-value-emergency-withdrawal = Dejar el alcohol o los tranquilizantes después de mucho tiempo

help-checkin = Decir cómo estás, al grupo o a las personas que elijas
help-checkin-to = { help-milestone-to }
help-checkin-now = { help-share-now }

help-urge = Anotar un impulso y lo que ayudó, solo para ti

help-plan = Escribir un plan para una mala noche, solo para ti

help-care = Escribir un plan de cuidado, solo para ti: ayuda profesional, dónde está la naloxona

## El grupo

help-start = Fundar un grupo base y mostrar una invitación
help-start-group-name = El nombre del grupo nuevo
help-start-suite = Cómo se acuerdan las claves del grupo
help-start-qr = Dibujar el código QR aunque la salida no sea una terminal
help-start-ticket-only = Mostrar solo el pase, sin palabras ni código QR
help-value-suite-x-wing = Resiste a las computadoras cuánticas
help-value-suite-x25519 = Menor y más rápido, sin esa protección

help-look = Ver lo que un grupo dice de sí mismo, con un pase, antes de entrar
help-look-ticket = { help-join-ticket }
help-look-wait = Cuánto esperar hasta que se alcance a alguien del grupo
help-join = Entrar en un grupo base con un pase
help-join-ticket = El pase; si falta, o con `-`, se te pide, o se lee de la entrada estándar
help-join-wait = Cuánto esperar a que alguien te abra la puerta
help-join-no-wait = No esperar: la petición queda guardada y sigue por sí sola

help-invite = Mostrar una invitación, o ver y anular las que están abiertas
help-invite-uses = Cuántas personas pueden usar la invitación
help-invite-expires = Cuánto tiempo vale la invitación, por ejemplo 12h o 7d
help-invite-role = La función que da la invitación: la de integrante si no se dice nada
help-invite-list = Mostrar las invitaciones abiertas
help-invite-revoke = Anular una invitación; el ID sale con --list
help-invite-qr = { help-start-qr }
help-invite-ticket-only = { help-start-ticket-only }
help-value-role-visitor = Visita, sin voto
help-value-role-newcomer = Persona nueva, todavía sin voto
help-value-role-member = Integrante del grupo base
help-value-role-servant = Servicio de confianza
help-value-role-secretary = Secretaría

help-sponsor = Ver a tus padrinos o madrinas y a quienes apadrinas; pedirlo, responder o acabarlo
help-sponsor-ask = Pedirle a una persona que sea tu padrino o madrina; solo ella lo sabrá
help-sponsor-ask-who = Quién, como `hearth people` muestra el nombre
help-sponsor-ask-wordless = Pedirlo sin palabras tuyas
help-sponsor-ask-now = { help-share-now }
help-sponsor-ask-edit = { help-share-edit }
help-sponsor-accept = Decir que sí a quien te lo pidió
help-sponsor-accept-who = { help-sponsor-ask-who }
help-sponsor-decline = No hacerlo; no sale nada, y la persona ve que no llegó respuesta
help-sponsor-decline-who = { help-sponsor-ask-who }
help-sponsor-end = Acabarlo con una persona, sin dar motivos, o retirar tu petición
help-sponsor-end-who = { help-sponsor-ask-who }
help-requests = Ver quién te escribió y espera, y decidir
help-requests-show = Ver lo que una persona te escribió
help-requests-show-who = { help-sponsor-ask-who }
help-requests-accept = Ver a una persona: lo que escribió y lo que escriba
help-requests-accept-who = { help-sponsor-ask-who }
help-requests-ignore = No hacerlo; a la persona no se le dice
help-requests-ignore-who = { help-sponsor-ask-who }
help-requests-shield = Que los mensajes privados de personas a las que no has escrito esperen, o no; puesto en tus primeros 90 días
help-requests-shield-switch = Puesto o quitado
help-value-switch-on = Activado
help-value-switch-off = Desactivado
help-block = Ocultar, solo para ti, lo que escribe una persona, también lo que comparte con el grupo; no se le dice, y sigue leyendo lo que compartes
help-block-who = Quién, como `hearth people` muestra el nombre; sin él: lista
help-unblock = Ver de nuevo lo que escribe una persona, y lo que llegó entretanto
help-unblock-who = Quién, como `hearth block` muestra el nombre
help-report = Avisar sobre una persona a quienes leen los avisos del grupo; ella no lo recibe; se te dice quién lo lee y se te pide el texto
help-report-who = Sobre quién es, como `hearth people` muestra el nombre
help-report-with = Adjuntar un mensaje de esa persona, por su marca, para que se pueda comprobar quién lo escribió; se puede repetir
help-report-with-private = Adjuntar lo que esa persona te escribió solo a ti: lo último, mientras quepa
help-report-now = { help-share-now }
help-report-edit = { help-share-edit }
help-safety = Ver quién lee los avisos, y los que escribiste o te toca leer
help-safety-contacts = Nombrar a quienes leen los avisos, dos personas al menos; puede hacerlo el servicio de confianza
help-safety-contacts-who = { help-sponsor-ask-who }
help-safety-note = Anotar, solo para ti, cómo va un aviso
help-safety-note-which = Su marca, como la muestra `hearth safety`
help-safety-note-state = Cómo va
help-value-state-open = Aún no se hizo nada
help-value-state-talked = Se habló con alguien
help-value-state-closed = Se acabó
help-slot-switch = PUESTO
help-slot-state = ESTADO
help-keeping-tell-sponsor = Tus padrinos o madrinas
help-people = Mostrar quién está en el grupo, con qué función, y qué está abierto

help-verify = Comparar los números de seguridad con una persona
help-verify-who = Quién, con el nombre que muestra `hearth people`
help-verify-done = Anotar que has comparado los números y son iguales

help-roles = Mostrar quién tiene qué función, y qué puede cada una

help-role = Dar a una persona otra función, hasta donde permite la tuya
help-role-who = Quién, con el nombre que muestra `hearth people`; tu propio nombre para dejar una función
help-role-role = Qué función

help-conscience = Mostrar lo que el grupo decide en conjunto, o proponer algo
help-conscience-remove = Proponer que se pida a una persona que se vaya, sea cual sea su función
help-conscience-remove-who = { help-verify-who }
help-conscience-role = Proponer que una persona tenga otra función
help-conscience-role-who = { help-verify-who }
help-conscience-role-role = { help-role-role }
help-conscience-ask = Preguntar al grupo cualquier otra cosa; escribes la pregunta cuando se te pide
help-conscience-ask-change = Cambia cómo hace las cosas el grupo: hacen falta dos de cada tres
help-conscience-ask-talk = Días en los que se conversa antes de que nadie vote
help-conscience-ask-days = Días hasta que termina la votación, con la conversación; 7 como mínimo
help-conscience-ask-again = Qué pregunta se vuelve a mirar: su marca
help-conscience-vote = Votar sobre lo que alguien preguntó, o cambiar tu voto
help-conscience-vote-which = Cuál: su marca, como la muestra `hearth conscience`
help-conscience-vote-choice = yes, no, abstain, o lo que se puede elegir
help-conscience-vote-yes = { help-card-edit-yes }
help-conscience-say = Decir lo que conviene que se oiga junto al resultado, si lo ves de otra manera
help-conscience-say-which = { help-conscience-vote-which }
help-conscience-close = Contar los votos, tres días después de la votación
help-conscience-close-which = { help-conscience-vote-which }
help-conscience-reconsider = Pedir al grupo que vuelva a mirar un resultado, y decir por qué
help-conscience-reconsider-which = { help-conscience-vote-which }
help-conscience-withdraw = Retirar una pregunta que todavía no se ha contado
help-conscience-withdraw-which = { help-conscience-vote-which }
help-conscience-withdraw-yes = { help-card-edit-yes }

help-endorse = Dar tu acuerdo a lo que alguien propuso
help-endorse-which = Qué propuesta, como la muestra `hearth conscience`, o sobre quién es; no hace falta si hay una sola abierta

help-minutes = Mostrar lo que se dijo de los asuntos del grupo, y añadir a ello
help-minutes-show = Mostrar uno
help-minutes-show-which = { help-readings-show-which }
help-minutes-add = Añadir lo que se dijo; se te pregunta
help-minutes-withdraw = Retirar uno
help-minutes-withdraw-which = { help-readings-show-which }
help-minutes-withdraw-yes = { help-card-edit-yes }

help-treasurer = Mostrar el dinero del grupo en sumas, y añadir un informe
help-treasurer-show = Mostrar uno
help-treasurer-show-which = { help-readings-show-which }
help-treasurer-add = Añadir un informe: solo sumas, sin nombres; se te pregunta
help-treasurer-withdraw = Retirar uno
help-treasurer-withdraw-which = { help-readings-show-which }
help-treasurer-withdraw-yes = { help-card-edit-yes }

help-keep = Dejar que se quede una persona cuya entrada ha dejado de contar
help-keep-who = Quién, como pregunta `hearth people`

help-remove = Pedir a una persona que se vaya: no le llega nada de lo que se escriba desde entonces
help-remove-who = { help-verify-who }
help-remove-yes = No pedir que se escriba el nombre otra vez

help-leave = Dejar el grupo
help-leave-yes = No pedir que se escriba el nombre del grupo

help-group = Mostrar tus grupos

## Lo que tiene el grupo, y el servicio

help-card = Mostrar qué es el grupo, o cambiarlo
help-card-show = Mostrar lo que está en vigor
help-card-edit = Cambiarlo; ves lo que cambia antes de ponerlo en vigor
help-card-edit-yes = No preguntar
help-card-diff = Mostrar en qué difieren las versiones que están una al lado de otra

help-guidelines = Mostrar cómo quiere convivir el grupo, o cambiarlo
help-guidelines-show = { help-card-show }
help-guidelines-edit = { help-card-edit }
help-guidelines-edit-yes = { help-card-edit-yes }
help-guidelines-diff = { help-card-diff }

help-intro = Mostrar cómo se presenta cada quien, o presentarte
help-intro-show = Mostrar cómo se presentó alguien
help-intro-show-who = Quién, con el nombre que muestra `hearth people`
help-intro-edit = Presentarte, o cambiar cómo lo hiciste: basta un nombre de pila
help-intro-edit-yes = { help-card-edit-yes }
help-intro-withdraw = Retirar tu presentación

help-phones = Mostrar a quién se puede llamar, y cómo; no necesita red
help-phones-mine = Poner tu número en la lista, o cambiar lo que dijiste con él; se te pregunta
help-phones-mine-to = Mostrarlo solo a estas personas, con el nombre que muestra `hearth people`; se puede repetir; sin nombre, a quienes ya lo tienen
help-phones-mine-yes = { help-card-edit-yes }
help-phones-hide = Retirar tu número, a todo el mundo si no dices otra cosa
help-phones-hide-from = A quién, y a nadie más
help-value-from-group = La lista del grupo
help-value-from-some = Quienes lo ven en particular

help-service = Mostrar lo que hace falta, y decir qué hace falta
help-service-add = Decir que hace falta un servicio una vez
help-service-add-what = Qué servicio, por ejemplo café
help-service-add-at = Cuándo, por ejemplo "mar 19:00", "mañana 7pm" o "2026-12-01 19:00"
help-service-add-note = Decir en una línea lo que ayuda saber; se te pregunta, o es la primera línea de la entrada estándar
help-service-withdraw = Retirar que hace falta un servicio
help-service-withdraw-which = Cuál: su marca, o el servicio
help-service-withdraw-yes = { help-card-edit-yes }
help-service-positions = Mostrar los puestos y quién los tiene, o cambiarlos
help-service-positions-add = Añadir un puesto
help-service-positions-add-what = Su nombre, por ejemplo tesorería
help-service-positions-add-about = Decir qué pide; se te pregunta, o es la entrada estándar
help-service-positions-give = Dar un puesto a alguien
help-service-positions-give-which = Cuál: su marca, o su nombre
help-service-positions-give-who = A quién, con el nombre que muestra `hearth people`
help-service-positions-give-nobody = A nadie por ahora: queda libre
help-service-positions-withdraw = Retirar un puesto
help-service-positions-withdraw-which = { help-service-positions-give-which }
help-service-positions-withdraw-yes = { help-card-edit-yes }

help-take = Tomar un servicio que hace falta
help-take-which = Cuál: su marca, como la muestra `hearth service`, o el servicio
help-swap = Decir que te gustaría que otra persona hiciera lo que tomaste
help-swap-which = { help-take-which }
help-cover = Hacerte cargo de lo que alguien quisiera cambiar
help-cover-which = { help-take-which }
help-done = Decir que lo que tomaste está hecho
help-done-which = { help-take-which }

help-greet = Decir que das la bienvenida a alguien, o ver quién es nuevo
help-greet-who = A quién, con el nombre que muestra `hearth people`; sin él: quién es nuevo

help-home = Hacer de este tu grupo base
help-home-withdraw = Retirarlo; sigues en el grupo
help-visitors = Mostrar quién está de visita y hasta cuándo, o dejar que alguien se quede más
help-visitors-renew = Dejar que una visita se quede 30 días desde hoy
help-visitors-renew-who = Quién, con el nombre que muestra `hearth people`

help-readings = Mostrar lo que se lee en las reuniones, y añadir
help-readings-show = Mostrar una
help-readings-show-which = Cuál: su marca, o su título
help-readings-add = Añadir una: palabras propias del grupo, o dónde están; se te pregunta
help-readings-withdraw = Retirar una
help-readings-withdraw-which = { help-readings-show-which }
help-readings-withdraw-yes = { help-card-edit-yes }

help-topics = Mostrar de qué se podría hablar, y añadir
help-topics-add = Añadir algo de que hablar, en una línea; se te pregunta
help-topics-withdraw = Retirar uno
help-topics-withdraw-which = Cuál: su marca, o sus palabras
help-topics-withdraw-yes = { help-card-edit-yes }

## Esta máquina

help-status = Mostrar cómo va todo

help-unlock = Abrir la bóveda (inicia Hearth si no está en marcha)
help-unlock-recover = Si no se puede leer lo que guardaba esta máquina: apartarlo, y volver a tus grupos sin ello

help-lock = Cerrar la bóveda; nada se puede leer hasta que se abra otra vez
help-lock-after = Que se cierre sola tras este tiempo sin uso, como 15m, o never (nunca); ahora queda abierta
help-panic = Destruir todo lo que Hearth guarda en esta máquina, enseguida
help-panic-yes = No preguntar
help-backup = Escribir en un archivo quién eres en tus grupos, para volver si se pierde esta máquina
help-backup-file = El archivo que se escribe; no debe existir todavía
help-restore = Volver a tus grupos en una máquina que no tiene nada todavía, con un archivo de `hearth backup`
help-restore-file = El archivo que escribió `hearth backup`
help-restore-yes = No preguntar si la otra máquina ya no está

help-stop = Detener Hearth en esta máquina

help-keeper = Mostrar las máquinas que guardan para el grupo mientras nadie está, añadir una, o hacer de esta una así
help-keeper-ticket = En una máquina siempre encendida: hacerla guardiana, y mostrar un pase a ella que vale para un grupo
help-keeper-ticket-qr = { help-start-qr }
help-keeper-ticket-ticket-only = { help-start-ticket-only }
help-keeper-add = En la máquina de un miembro: dejar que una guardiana guarde para el grupo, con su pase
help-keeper-add-ticket = { help-join-ticket }
help-keeper-add-name = Cómo la llama el grupo
help-keeper-remove = En la máquina de un miembro: quitar una guardiana al grupo
help-keeper-remove-name = Cuál, como la muestra `hearth keeper`
help-keeper-drop = En una guardiana: dejar de guardar algo, y borrar lo que hay aquí de ello
help-keeper-drop-number = Cuál, como la numera allí `hearth keeper`
help-devices = Mostrar tus dispositivos, añadir uno o quitar uno
help-devices-list = Mostrar tus dispositivos, por el día en que este supo de ellos
help-devices-add = Mostrar un pase con el que otra máquina es tuya: un secreto, vale una vez y durante 15 minutos
help-devices-add-qr = { help-start-qr }
help-devices-add-ticket-only = { help-start-ticket-only }
help-devices-join = Hacer tuya esta máquina, con un pase de `hearth devices add` (`hearth join` hace lo mismo)
help-devices-join-ticket = { help-join-ticket }
help-devices-join-wait = { help-join-wait }
help-devices-join-no-wait = { help-join-no-wait }
help-devices-revoke = Quitar un dispositivo: no le llega nada de lo que se escriba desde entonces
help-devices-revoke-which = Cuál, como lo muestra `hearth devices list`
help-devices-revoke-yes = No pedir que se escriba el nombre otra vez

help-completions = Mostrar el autocompletado para un shell
help-completions-shell = Qué shell

help-man = Escribir las páginas del manual en una carpeta, o mostrar la principal
help-man-folder = La carpeta para las páginas

help-help = Contar más sobre un verbo

## Calls for help

help-sos = Pide ayuda, después de la tarjeta de crisis
help-sos-what = Qué pasa; se pregunta si no se da
help-sos-want = Qué ayudaría; se pregunta si no se da
help-sos-drill = Un simulacro: lo dice en todas partes
help-sos-ask-group = Pregunta también a todo el grupo, si nadie responde
help-sos-no-wait = No te quedes a ver qué pasa con ella
help-sos-list = Muestra las llamadas de ayuda que puedes ver
help-value-what-craving = Tienes ganas de consumir
help-value-what-bad-night = Una mala noche
help-value-what-overdose = Alguien tomó demasiado: se pregunta a todas las personas a la vez
help-value-what-self-harm = Podrías hacerte daño: se pregunta a todas las personas a la vez
help-value-what-danger = Estás en peligro
help-value-what-other = Otra cosa
help-value-want-anything = Lo que alguien pueda hacer
help-value-want-call = Una llamada
help-value-want-write = Palabras, por escrito
help-value-want-come = Alguien que venga
help-answer = Responde a quien pide ayuda
help-answer-word = Lo que haces
help-answer-to = Con `hand`: a quién se le pide en tu lugar
help-answer-of = Quién pide ayuda, si son varias personas
help-value-word-here = Estás ahí
help-value-word-calling = Estás llamando: durante diez minutos no hace falta que llamen otras personas
help-value-word-coming = Estás en camino: durante diez minutos no hace falta que vayan otras personas
help-value-word-cannot = Ahora no puedes
help-value-word-hand = Se le pide a otra persona
help-value-word-reached = Estás con la persona, o hablas con ella
help-safe = Di que estás a salvo: termina tu llamada de ayuda
help-safe-mistake = Fue un error: nadie pregunta por qué
help-ladder = Muestra o di a quién se pregunta en una mala noche
help-ladder-names = A quién se pregunta primero, tres personas como mucho
help-ladder-nobody = No se pregunta primero a nadie en particular
help-ladder-ask-group = Pregunta al grupo después de un cuarto de hora sin respuesta
help-ladder-no-ask-group = No preguntes al grupo
help-ladder-quiet = Cuándo no suenan aquí las llamadas de otras personas, como 22:00-07:00, u `off`; una sobredosis y la autolesión siempre suenan
help-oncall = Muestra quién está de guardia y cuándo no hay nadie, o di cuándo estás tú
help-oncall-add = Di cuándo estás de guardia
help-oncall-add-at = Desde cuándo, como `mar 20:00`; desde ahora si no se dice nada
help-oncall-add-for = Por cuánto tiempo
help-oncall-add-weeks = Durante cuántas semanas, a la misma hora
help-oncall-clear = Retira todas tus guardias
help-slot-word = PALABRA
help-slot-hours = HORAS
