# Lo que puede fallar. El mensaje dice qué pasó; su atributo `.hint` dice qué hacer.

## Lo que responde el programa de fondo (hearthd), según su código.

error-locked = La bóveda está cerrada.
    .hint = Ábrela con `hearth unlock`.
error-wrong-passphrase = Esa frase de acceso no abre la bóveda.
    .hint = Prueba otra vez; las mayúsculas y los espacios cuentan.
error-too-many-attempts = Demasiadas frases de acceso incorrectas.
    .hint = Espera un minuto y prueba otra vez.
error-no-vault = Todavía no hay una bóveda.
    .hint = Crea una con `hearth start NOMBRE` o `hearth join PASE`.
error-vault-exists = Ya hay una bóveda.
    .hint = Ábrela con `hearth unlock`.
error-not-found = No hay nada con ese nombre.
    .hint = `hearth status` y `hearth people` muestran lo que hay.
error-not-permitted = Tu función en este grupo no permite eso.
    .hint = Pídelo a alguien del servicio de confianza del grupo.
error-removed = Ya no formas parte de este grupo.
    .hint = Lo que leíste se puede seguir leyendo. Con un pase nuevo puedes volver.
error-joining = Todavía nadie te ha abierto la puerta de este grupo.
    .hint = Sigue por sí solo en cuanto se alcance la máquina de alguien del grupo.
error-bad-ticket = Ese pase no está completo.
    .hint = Cópialo otra vez, sin dejar nada fuera.
error-ticket-expired = El pase ha caducado.
    .hint = Pide uno nuevo.
error-ticket-used-up = El pase ya se usó.
    .hint = Pide uno nuevo.
error-ticket-revoked = El pase fue anulado.
    .hint = Pide uno nuevo.
error-already-member = Ya formas parte de este grupo.
error-name-taken = Alguien del grupo ya tiene ese nombre.
    .hint = Elige otro nombre.
error-name-invalid = Un nombre tiene de 1 a 64 bytes en una sola línea, sin espacios alrededor.
    .hint = Elige otro nombre.
error-text-too-large = Un mensaje tiene como mucho 64 KiB de texto.
    .hint = Escríbelo en partes.
error-text-empty = El mensaje está vacío.
error-too-late = Ya es tarde para eso.
    .hint = `hearth retract` retira lo que escribiste, en cualquier momento.
error-not-the-time = No es el momento para eso en esta pregunta.
    .hint = `hearth conscience` muestra los tiempos.
error-identity-changed = Las claves de esta persona han cambiado.
    .hint = Pregúntale en persona antes de confiar en las nuevas.
error-offline = No se alcanza a nadie del grupo.
    .hint = Prueba otra vez cuando otra persona esté en conexión.
error-timeout = Tardó demasiado.
    .hint = Prueba otra vez.
error-busy = Hearth está en otra cosa.
    .hint = Prueba otra vez en un momento.
error-disk-full = El disco está lleno.
    .hint = Haz sitio y prueba otra vez. Nada quedó escrito a medias.
error-disk-error = No se puede leer o escribir el disco.
    .hint = Revisa el disco y los permisos de la carpeta de Hearth, y vuelve a iniciar Hearth.
error-damaged = La bóveda está dañada.
    .hint = Guarda una copia de la carpeta de Hearth antes de intentar nada.
error-store-lost = No se puede leer lo que esta máquina guardaba de tus grupos; quién eres en ellos está a salvo.
    .hint = `hearth unlock --recover` te lleva de vuelta a ellos, sin los mensajes de antes. Lo que hay se aparta, no se borra.
error-nothing-to-keep = Todavía no estás en ningún grupo, así que no hay nada a lo que volver.
error-not-a-backup = Eso no es una copia de Hearth.
    .hint = Busca el archivo que escribió `hearth backup`.
error-backup-not-whole = La copia está cortada o dañada.
    .hint = Cópiala otra vez, o usa otra.
error-backup-too-new = La copia es de una versión más nueva de Hearth.
    .hint = Instala esa versión y prueba otra vez.
error-address-in-use = Otro programa escucha en esa dirección.
    .hint = Elige otra con `--listen`.
error-bad-request = No se entendió la petición.
error-foreign-request = No se aceptan peticiones de páginas web ni para otras máquinas.
error-method-not-allowed = Eso no se puede hacer con esta dirección.
error-not-json = El cuerpo de una petición es JSON.
    .hint = Mándalo con `Content-Type: application/json`.
error-body-too-large = La petición es demasiado grande.
error-nobody-to-ask = No hay nadie en el grupo a quien pudiera ir esta llamada.
    .hint = `hearth sos --ask-group` pregunta a todo el grupo; `hearth ladder` dice de antemano a quién se pregunta.
error-never-shown = Esto lo guardas solo para ti, y nunca se muestra.
    .hint = Si quieres que alguien lo sepa, dilo con tus propias palabras, por ejemplo con `hearth milestone`.
error-kept-full = No queda sitio para más de lo que guardas para ti.
    .hint = Borra lo que ya no necesites.
error-blocked = Has bloqueado a esta persona.
    .hint = `hearth unblock` lo deshace.
error-not-asked = Nadie espera esa respuesta.
    .hint = `hearth sponsor` y `hearth requests` muestran quién espera una.
error-nobody-to-tell = Nadie en el grupo puede recibir este aviso. No salió nada.
    .hint = Puede ayudar alguien de fuera del grupo: una línea de crisis, u otro grupo.
error-readers-changed = El aviso iría ahora a otras personas. No salió nada.
    .hint = Inténtalo de nuevo: se te dirá quién lo lee.
error-internal = Algo anda mal dentro de Hearth.
    .hint = Iniciarlo de nuevo puede ayudar: `hearth stop` y luego `hearth unlock`.

# Lo que hearthd dice además de su código queda como lo dijo.
error-in-english = Hearth responde, en inglés: { $detail }

## En el camino hacia hearthd

client-not-running = Hearth no está en marcha.
    .hint = Inícialo con `hearth unlock`.
client-not-yours = El socket de Hearth no te pertenece.
    .hint = Revisa a quién pertenece la carpeta de Hearth y sus permisos.
client-unusable = El socket de Hearth no se puede usar.
    .hint = Elige con `--home` una carpeta con una ruta más corta.
client-timeout = Hearth no respondió a tiempo.
    .hint = Mira con `hearth status` y prueba otra vez.
client-interrupted = Hearth se detuvo antes de responder.
    .hint = Inícialo de nuevo con `hearth unlock` y mira si quedó hecho.
client-protocol = No se entendió la respuesta en el socket de Hearth.
    .hint = Usa `hearth` y `hearthd` de la misma versión; `hearth stop` detiene el anterior.
not-running-begin = Empieza con `hearth start NOMBRE` o `hearth join PASE`.

## hearthd

daemon-silent = hearthd se inició, pero no responde.
    .hint = Mira con `hearth status` en un momento.
daemon-busy = Se pidió a Hearth que se detuviera y todavía está en otra cosa.
    .hint = Mira con `hearth status` en un momento.
# Lo que hearthd dijo, en inglés, antes de terminar.
daemon-not-started = hearthd no pudo iniciarse. Dijo, en inglés: { $words }
daemon-ended-at-once = hearthd terminó enseguida.
daemon-not-become = hearthd no se puede iniciar: { $kind }
daemon-listen-later = Hearth ya está en marcha; --listen cuenta cuando se inicia.

## La máquina

machine = No se puede { $doing }: { $kind }.
internal-json = No se pudo escribir la respuesta como JSON.
internal = En inglés: { $detail }
doing-get-ready = preparar el comando
doing-write-answer = escribir la respuesta
doing-use-terminal = usar la terminal
doing-make-temporary-file = crear un archivo temporal
doing-watch-daemon = observar a hearthd
doing-start-daemon = iniciar hearthd
doing-find-folder = encontrar la carpeta de --home
doing-make-draft = crear un borrador en la carpeta de Hearth
doing-run-editor = abrir el editor
doing-read-draft = leer el borrador
doing-read-input = leer la entrada estándar
doing-ask-passphrase = pedir la frase de acceso
doing-make-page = preparar la página
doing-write-pages = escribir las páginas
doing-listen-signals = escuchar señales
kind-not-found = no existe
kind-permission-denied = permiso denegado
kind-already-exists = ya existe
kind-storage-full = no queda espacio
kind-read-only = solo se puede leer
kind-is-directory = es una carpeta
kind-not-directory = no es una carpeta
kind-other = en inglés, { $kind }

## Lo que se escribió en la línea

usage-unknown-verb = No hay un verbo { $word }.
usage-unknown-verb-close = No hay un verbo { $word }. ¿Querías decir { $close }?
usage-unknown-option = Aquí no se conoce { $word }.
usage-value = { $value } no vale para { $option }.
usage-value-reason = { $value } no vale para { $option }: { $reason }.
usage-value-missing = A { $option } le falta un valor.
usage-missing = Falta algo: { $what }.
usage-conflict = { $one } y { $other } no van juntos.
usage-twice = { $option } se puede dar una sola vez.
usage-other = No se entendió el comando.
usage-choices = Se puede poner: { $choices }.
usage-hint = `hearth help` muestra lo que se puede hacer.
duration-unit-missing = falta una unidad: escribe 30s, 15m, 12h, 7d o 2w
duration-not-a-time = no es un tiempo: escribe 30s, 15m, 12h, 7d o 2w
duration-too-long = demasiado: diez años como mucho
duration-nothing = tiene que ser más que nada

stray-words = Un texto nunca es parte del comando: otros programas podrían leerlo ahí.
    .hint = Escribe el comando sin el texto y luego el texto cuando se te pida, o usa --edit o la entrada estándar.
stray-words-dm = Escribe solo `hearth dm NOMBRE` (un nombre de varias palabras va entre comillas) y luego el texto cuando se te pida, o usa --edit o la entrada estándar.
that-is-you = Eres tú.
    .hint-leave = Con `hearth leave` dejas el grupo.
    .hint-who-else = `hearth people` muestra quién más está aquí.
    .hint-verify = Comprueba a otra persona.
nobody-to-ask-yes = Añade --yes para hacerlo sin preguntas.

## Dónde están las cosas

no-home = No está claro dónde guardar las cosas.
    .hint = Indica una carpeta con --home o HEARTH_HOME.
no-group = Todavía no estás en ningún grupo.
    .hint = Funda uno con `hearth start NOMBRE`, o entra en uno con `hearth join PASE`.
groups-several = Estás en varios grupos.
    .hint = Elige con --group: { $names }.
vault-locked = Hearth está cerrado.
    .hint = Ábrelo con `hearth unlock`.
vault-locked-meanwhile = Hearth se cerró mientras tanto.
    .hint = Ábrelo con `hearth unlock`; la petición queda guardada.
vault-was-locked = Hearth se cerró.
    .hint = Ábrelo con `hearth unlock`.

## Nombres

person-ambiguous = Más de una persona tiene ese nombre.
group-ambiguous = Más de un grupo tiene ese nombre.
device-ambiguous = Más de un dispositivo tiene ese nombre.
question-ambiguous = Más de una pregunta abierta tiene ese nombre.
person-not-found = Aquí nadie se llama { $name }.
    .hint = `hearth people` muestra quién está aquí.
group-not-found = Aquí ningún grupo se llama { $name }.
    .hint = `hearth group` muestra tus grupos.
keeper-ambiguous = Más de una guardiana se llama así.
keeper-not-found = Aquí ninguna guardiana se llama { $name }.
    .hint = `hearth keeper` las muestra.
keeper-no-number = Esta máquina no guarda nada con ese número.
    .hint = `hearth keeper` muestra lo que guarda.
device-not-found = Aquí ningún dispositivo se llama { $name }.
    .hint = `hearth devices list` los muestra.
question-not-found = No hay ninguna pregunta abierta sobre { $name }.
    .hint = `hearth members` muestra por quién se te pregunta.
names-write = Escribe { $names }.
names-did-you-mean = ¿Querías decir { $names }?

## Frases de acceso, pases, textos

share-wait-too-long = Algo tuyo espera dos días como mucho.
duration-never = nunca
passphrase-none-chosen = No se eligió ninguna frase de acceso.
passphrase-none-typed = No se escribió ninguna frase de acceso.
passphrase-missing = Falta la frase de acceso.
    .hint = Indica --passphrase-file RUTA, o usa el comando en una terminal.
passphrase-empty = La frase de acceso está vacía.
passphrase-too-long = La frase de acceso es demasiado larga: { $bytes } bytes como mucho.
passphrase-file-unreadable = No se puede leer el archivo de la frase de acceso: { $kind }.
    .hint = Revisa la ruta que diste con --passphrase-file.
passphrase-file-not-text = El archivo de la frase de acceso no es texto UTF-8.
no-answer = No hubo respuesta.
no-name = Falta tu propio nombre en el grupo.
    .hint = Indícalo con --name NOMBRE.
no-ticket = No hay ningún pase.
    .hint = Indícalo como `hearth join PASE`, o por la entrada estándar.
no-editor = No hay un editor elegido.
    .hint = Elige uno con VISUAL o EDITOR, o escribe por la entrada estándar.
editor-failed = El editor terminó con un error.
    .hint = No salió nada.
text-too-long = El texto es demasiado largo: { $kib } KiB como mucho. No salió nada.
    .hint = Escríbelo en partes.
text-not-utf8 = El texto no es UTF-8. No salió nada.
text-empty = El texto está vacío. No salió nada.
send-uncertain = No es seguro que el mensaje se haya guardado: `hearth unlock` y luego `hearth read` lo dicen.

## Mensajes

no-such-message = No hay tal mensaje entre los últimos.
    .hint = `hearth read` los muestra, cada uno con su marca.
mark-of-several = Varios mensajes tienen esa marca.
    .hint = Escribe más de ella: `hearth --json read` muestra los identificadores enteros.
