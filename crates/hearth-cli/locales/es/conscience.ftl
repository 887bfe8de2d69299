# Lo que vota el grupo y lo que guarda de sus asuntos. Solo sumas: a nadie se le muestra cómo votó otra persona.

poll-head = { $mark }  pregunta de { $name }
poll-asked-by = Pregunta de { $name }
poll-choices = una de estas: { $options }
poll-needs-change = un cambio: hacen falta dos de cada tres de quienes eligen algo
poll-needs-other = hace falta más de la mitad de quienes eligen algo
poll-again = vuelve a mirar { $mark }
poll-talk = para conversarlo; la votación se abre { $when }
poll-vote = la votación está abierta hasta { $when }: `hearth conscience vote { $mark }`
poll-vote-others = la votación está abierta hasta { $when }
poll-gathering = la votación terminó; se puede contar desde { $when }, cuando los votos de quienes no estaban hayan tenido tiempo de llegar
poll-countable = se puede contar hasta { $when }: `hearth conscience close { $mark }`
poll-countable-others = quien preguntó o quien sirve al grupo puede contar hasta { $when }
poll-closed = la votación terminó { $when }
poll-lapsed = nadie contó mientras había votos; no se decidió nada
poll-own = votaste: { $choice }
poll-yes = sí
poll-no = no
poll-abstain = abstención
poll-sum = { $choice }: { $count }
poll-decided = Decidido: { $choice }.
poll-not-decided = Nada reúne lo que hace falta: todo queda como estaba.
poll-counted-by = Contó { $name }, { $when }.
poll-left-out = { $count ->
    [one] Un voto escrito a tiempo está aquí y no en este recuento. `hearth conscience reconsider` pide al grupo que vuelva a mirar.
   *[other] { $count } votos escritos a tiempo están aquí y no en este recuento. `hearth conscience reconsider` pide al grupo que vuelva a mirar.
}
poll-not-here = { $count ->
    [one] Un voto de este recuento no está en este dispositivo.
   *[other] { $count } votos de este recuento no están en este dispositivo.
}
poll-miscounted = Los votos de este recuento dicen otra cosa. Conviene conversarlo.
poll-beside = Otra persona también contó, sin saberlo. Este recuento es el que vale, en todos los dispositivos.
poll-minority = { $name } lo ve de otra manera:
poll-reconsider = { $name } pide al grupo que vuelva a mirarlo:
poll-label-options = opciones
poll-ask-options = ¿Qué se puede elegir, con punto y coma entre una opción y otra? (Intro: sí y no)
poll-ask-question = ¿La pregunta, en una línea?
poll-no-question = No hay pregunta. No se preguntó a nadie.
    .hint = Escríbela cuando se te pida, en tu editor o en la entrada estándar.
poll-days = Una pregunta está abierta de { $days } a 90 días, y al menos el último es para votar.
poll-bad-options = Se puede elegir entre 2 y { $most } cosas distintas, o ninguna para sí y no. No se preguntó a nadie.
poll-who-sees = A nadie se le muestra cómo votas. Los dispositivos de todo el grupo guardan tu voto hasta { $day }, así que quien mire dentro del suyo podría verlo.
poll-vote-question = ¿Votar: { $choice }? (sí, o Intro para no hacerlo)
poll-no-such-choice = Eso no se puede elegir aquí. Nada ha cambiado.
poll-ask-minority = ¿Qué conviene que se oiga junto al resultado?
poll-ask-reconsider = ¿Por qué convendría que el grupo vuelva a mirarlo?
poll-who-counts = Cuentan quien preguntó y quienes sirven al grupo.
poll-not-the-time = No es el momento para eso: { $stage }
poll-missing = No hay tal pregunta.
    .hint = `hearth conscience` las muestra con sus marcas.

## minutes, treasurer

minutes-none = Todavía no hay actas. `hearth minutes add` añade una.
minutes-label-title = título
minutes-ask-title = ¿De qué, como "Reunión de servicio del 3 de noviembre"?
minutes-ask-text = ¿Las palabras, en una línea?
minutes-empty = Un acta tiene título y palabras. No se añadió nada.
    .hint = En la entrada estándar: "título: Reunión de servicio", una línea vacía y las palabras.
treasurer-none = Todavía no hay ningún informe. `hearth treasurer add` añade uno.
treasurer-opening = había: { $money }
treasurer-income = entró: { $money }
treasurer-expenses = salió: { $money }
treasurer-closing = hay: { $money }
treasurer-label-period = período
treasurer-label-currency = moneda
treasurer-label-opening = saldo inicial
treasurer-label-income = ingresos
treasurer-label-expenses = gastos
treasurer-label-closing = saldo final
treasurer-ask-period = ¿De qué período, como "octubre"?
treasurer-ask-currency = ¿En qué moneda?
treasurer-ask-opening = ¿Cuánto había? (Intro: nada)
treasurer-ask-income = ¿Cuánto entró, en total? (Intro: nada)
treasurer-ask-expenses = ¿Cuánto salió, en total? (Intro: nada)
treasurer-ask-closing = ¿Cuánto hay? (Intro: lo que resulta de lo anterior)
treasurer-empty = Un informe dice de qué período es y en qué moneda. No se añadió nada.
    .hint = En la entrada estándar, una línea para cada cosa: "período: octubre", "moneda: euro", "saldo inicial: 100", "ingresos: 50,50", "gastos: 20".
treasurer-does-not-add-up = No cuadra: de las otras sumas resulta { $money }. No se añadió nada.
    .hint = Si en la caja hay otra cosa, pon la diferencia en lo que entró o salió, y dilo en la reunión.
treasurer-not-money = Eso no es una cantidad que se pueda guardar. No se añadió nada.
    .hint = Escribe cifras, con cuatro como mucho tras la coma, como 1250,50.
affairs-missing = No hay nada así.
    .hint = `hearth minutes` y `hearth treasurer` muestran lo que hay, con su marca.
