# Lo que hay entre dos personas: padrinos y madrinas, solicitudes, bloqueos, avisos. A nadie más se le dice nada.

## Qué es un mensaje, en la voz de quien lo escribe

message-sponsor-ask = ¿Quieres ser mi padrino o madrina?
message-sponsor-accept = Sí, quiero apadrinarte.
message-sponsor-end = Ya no hay apadrinamiento entre nosotros.
message-report = un aviso (`hearth safety` lo muestra)

## sponsor

sponsor-nobody = Aquí todavía no hay nadie. `hearth sponsor ask NAME` se lo pide a alguien.
sponsor-is-yours = tu padrino o madrina
sponsor-was-asked = se lo pediste; aún sin respuesta
sponsor-of-them = eres su padrino o madrina
sponsor-asks-you = te pide que seas su padrino o madrina
sponsor-since = pedido el { $day }
sponsor-question = ¿Qué quieres decirle a { $name }, a quien le pides que sea tu padrino o madrina? Nadie más puede leerlo.
sponsor-accepted = Eres padrino o madrina de { $name }. Lo verá esa persona y nadie más.
sponsor-declined = Anotado solo en esta máquina. No sale nada; { $name } ve que no llegó respuesta.
sponsor-ended = Se acabó. { $name } lo verá, sin ningún motivo.

## requests

shield-is-on = El escudo está puesto: los mensajes privados de personas a las que no has escrito esperan aquí.
shield-is-on-until = El escudo está puesto hasta el { $day }: los mensajes privados de personas a las que no has escrito esperan aquí.
shield-is-off = El escudo está quitado: los mensajes privados llegan enseguida. Lo que ya espera sigue esperando.
today-requests = Alguien te escribió y espera: `hearth requests`.
requests-none = Nada espera.
request-wrote = escribió { $when }
request-accepted = Desde ahora ves lo que escribe { $name }. `hearth read` muestra lo que ya escribió. No se le dice.
request-ignored = A { $name } no se le dice nada. Lo que escriba sigue esperando, y no aparece en la lista.
request-of-nobody = De esa persona no espera nada.
    .hint = `hearth requests` muestra de quién hay mensajes en espera.

## block, unblock

blocked = Ya no ves nada de lo que escribe { $name }, ni aquí ni solo a ti. No se le dice, sigue en el grupo, y sigue leyendo lo que compartes con él.
unblocked = Vuelves a ver lo que escribe { $name }, también lo que llegó entretanto.
block-nobody = No has bloqueado a nadie.
block-since = desde el { $day }
blocked-not-found = No has bloqueado a nadie que se llame { $name }.
    .hint = `hearth block` muestra a quién has bloqueado.
blocked-ambiguous = Has bloqueado a varias personas con ese nombre.

## report, safety

report-readers = Quién lo leerá: { $names }. { $about } no lo recibirá.
report-encloses = { $count ->
    [one] Se adjunta 1 mensaje tal como se firmó: quien lo reciba puede demostrar a otras personas quién lo escribió.
   *[other] Se adjuntan { $count } mensajes tal como se firmaron: quien los reciba puede demostrar a otras personas quién los escribió.
}
report-too-many = { $count ->
    [one] En un aviso cabe 1 mensaje. No salió nada.
   *[other] En un aviso caben { $count } mensajes. No salió nada.
}
report-question = ¿Qué deben saber de { $about }?
report-by = De { $by }, sobre { $about }
report-by-you = Tuyo, sobre { $about }
report-open = abierto
report-talked = hablado
report-closed = cerrado
report-noted = Anotado, solo para ti.
report-not-found = No hay ningún aviso para ti con esa marca.
    .hint = `hearth safety` los muestra con sus marcas.
copy-in-group = Adjunto; la firma es válida: { $about } escribió esto al grupo, { $when }
copy-in-private = Adjunto; la firma es válida: { $about } escribió esto en privado, no dice a quién, { $when }
copy-of-somebody-else = Adjunto; esto lo escribió otra persona:
copy-proves-nothing = Adjunto; no es un mensaje entero, y no demuestra nada.
safety-contacts = Quién lee los avisos: { $names }. Nadie recibe un aviso sobre sí mismo.
safety-no-contacts = El grupo no ha nombrado a nadie para leer los avisos; mientras tanto los leen quienes prestan servicio de confianza. Alguien de ese servicio los nombra con `hearth safety contacts NAME NAME`.
safety-two-at-least = Los avisos los leen al menos dos personas distintas. No se cambió nada.
