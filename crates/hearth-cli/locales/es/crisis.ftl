# Lo que muestra `hearth crisis`. Puede que alguien lo lea con las manos temblando: frases cortas, primero el número, nada que
# juzgue. Los pasos siguen docs/CRISIS.md, que dice de dónde viene cada uno; cámbialos a la vez.

## Números

crisis-emergency = Emergencias: { $number }
crisis-emergency-medical = Emergencias, ambulancia: { $number }
crisis-emergency-police = Emergencias, policía: { $number }
crisis-emergency-text = Emergencias, por mensaje de texto: { $number }
crisis-or = { $one } o { $other }
crisis-the-emergency-number = el número de emergencias
crisis-all-numbers = Números de emergencias:
crisis-short = { $region }: { $number }
crisis-short-two = { $region }: { $medical }; policía { $police }
crisis-again = Nadie ha respondido todavía. Llama ya:

## Dónde

crisis-region-asked = Región: { $region }, como se pidió.
crisis-region-variable = Región: { $region }, por { $variable }. Otra: --region.
crisis-region-folder = Región: { $region }, como se fijó en este equipo. Otra: --region.
crisis-region-none = No hay ninguna región fijada. `hearth crisis --region` con una de { $codes } muestra sus líneas de ayuda; `--set-region` la guarda.
crisis-region-unknown = La región que se nombró no se conoce. Se conocen: { $codes }.
crisis-region-kept = Desde ahora `hearth crisis` muestra { $region } en este equipo.
crisis-region-no-folder = Todavía no hay ninguna carpeta en la que guardar la región.
    .hint = Primero funda un grupo o únete a uno, o usa la variable { $variable }.
crisis-no-such-region = Esa región no se conoce aquí.
    .hint = Se conocen: { $codes }. En otro lugar, llama al número de emergencias del lugar donde estás.
crisis-which-region = ¿Con las líneas de qué región empieza la tarjeta?
    .hint = Dilo con --region: { $codes }.
doing-keep-region = guardar la región

## Sobredosis

crisis-overdose = Sobredosis: primeros pasos
crisis-overdose-call = Llama: { $number }. Di dónde estás, y que alguien no despierta o no respira bien.
crisis-overdose-naloxone = Da naloxona si la tienes a mano. También si no sabes qué se tomó.
crisis-overdose-breathe = No respira, o solo boquea: inclina la cabeza hacia atrás, tapa la nariz y sopla en la boca, una vez cada 5 segundos. Te dicen cómo por teléfono: { $number }.
crisis-overdose-again = Si no mejora en 2 o 3 minutos: da naloxona otra vez.
crisis-overdose-side = Si respira: de costado, con una rodilla doblada y la cabeza de lado.
crisis-overdose-stay = Quédate. No la dejes a solas, tampoco si despierta: la naloxona deja de hacer efecto. Nada de agua fría ni de provocar el vómito.

## Autolesión

crisis-self-harm = Pensamientos de suicidio o de hacerse daño: primeros pasos
crisis-self-harm-call = Si una vida está en peligro, o ya se hizo o se tomó algo: llama ya: { $number }.
crisis-self-harm-you = ¿Eres tú? Ve adonde haya alguien, lejos de lo que pueda hacerte daño, y llama a una línea de abajo. No tienes que explicar nada antes.
crisis-self-harm-ask = ¿Es otra persona? Pregúntale si piensa en matarse. Preguntarlo no se lo mete en la cabeza.
crisis-self-harm-away = Aparta lo que pueda usar, si no es un peligro para ti.
crisis-self-harm-stay = Quédate, escucha, no discutas, no prometas guardar el secreto. Llama con ella a una línea. No la dejes a solas.

## Peligro

crisis-danger = Violencia o peligro: primeros pasos
crisis-danger-call = Sal si puedes, adonde haya gente. Llama: { $number }. Di primero dónde estás.
crisis-danger-silent = ¿No puedes hablar? Desde un móvil llama al { $number }, calla, y pulsa { $press } cuando te lo pidan.
crisis-danger-text = ¿No puedes hablar? Escribe un mensaje de texto al { $number }.
crisis-danger-other = ¿Es otra persona? No te pongas en medio. Llama desde un lugar seguro.
crisis-danger-phone = ¿Alguien puede mirar este equipo o tu teléfono? Usa otro.

## Abstinencia

crisis-withdrawal = Abstinencia de alcohol o tranquilizantes: primeros pasos
crisis-withdrawal-call = Llama ({ $number }) si hay: una convulsión, confusión, ver u oír lo que no está, fiebre, el corazón desbocado, no despertar.
crisis-withdrawal-seizure = Una convulsión: despeja el espacio, ponla de costado, nada en la boca, no la sujetes. Mira el reloj.
crisis-withdrawal-medical = Dejarlo de golpe después de mucho tiempo a diario puede matar. Hace falta atención médica, no fuerza de voluntad.
crisis-withdrawal-today = Temblores, sudor, no dormir, y nada de lo de arriba: ve hoy a una consulta médica o a urgencias, y pregunta cómo dejarlo sin peligro.
crisis-withdrawal-stay = No lo pases a solas, ni dejes a nadie a solas con ello.

## Líneas

crisis-for-crisis = para la desesperación y los pensamientos de suicidio
crisis-for-drugs = sobre alcohol y drogas
crisis-for-company = acompaña por teléfono a quien está por consumir a solas
crisis-for-poison = sobre intoxicaciones, y demasiado de una medicina
crisis-for-violence = para la violencia en casa
crisis-name-area = { $name } ({ $area })
crisis-call = llama al { $number }
crisis-text = escribe al { $number }
crisis-text-word = escribe { $word } al { $number }
crisis-call-or-text = llama o escribe al { $number }
crisis-chat = chat { $address }
crisis-how-call = por teléfono
crisis-how-text = por mensaje
crisis-how-text-word = por mensaje, con la palabra { $word }
crisis-how-call-or-text = por teléfono o por mensaje
crisis-hours-always = a cualquier hora
crisis-hours-office = en horario de oficina
crisis-hours-daily = cada día de { $from } a { $to }
crisis-hours-unknown = horario sin conocer
crisis-free = gratis
crisis-not-free = cuesta dinero
crisis-language = { $code ->
    [es] español
    [fr] francés
    [de] alemán
   *[other] inglés
}
crisis-old = se comprobó por última vez el { $day }: llama para asegurarte
crisis-not-checked = sin comprobar: llama para asegurarte
crisis-compared = Se compararon con páginas publicadas, algunas de hace años, el { $day } o después. Nadie llamó a estos números. Tu grupo debería: `hearth crisis confirm`.
crisis-compared-never = Nadie ha comprobado estos números. Tu grupo debería: `hearth crisis confirm`.
crisis-care = Tu propio plan de cuidado, si lo escribiste: `hearth care show`.

## La tarjeta del grupo

crisis-group-card = { $group }, su propia tarjeta para { $region }, por { $name }:
crisis-group-beside = Otras personas escribieron otra a la vez; hay que mirarla.
crisis-group-checked = comprobado el { $day }
crisis-group-closed = Ahora no se puede leer ninguna tarjeta de tu grupo: Hearth está cerrado u ocupado. `hearth unlock` lo abre.

## Confirmar

crisis-confirm-servants = Solo quienes tienen un servicio de confianza o la secretaría hacen la tarjeta del grupo.
    .hint = Pídeselo: `hearth roles` dice quiénes son.
crisis-walk = { $count ->
    [one] Hay una línea que mirar. Llama, o mira su página, antes de decir que sí.
   *[other] Hay { $count } líneas que mirar. Llama a cada una, o mira su página, antes de decir que sí.
}
crisis-ask-line = ¿Sigue valiendo? (sí, cambiar, quitar)
crisis-ask-again = Responde sí, cambiar o quitar, por favor.
crisis-ask-again-number = Una línea necesita un número.
crisis-ask-number = ¿Qué número? (Enter: como está)
crisis-ask-new-number = ¿Qué número?
crisis-ask-how = ¿Llamar, escribir o chat? (Enter: como está; con - queda vacío)
crisis-ask-hours = ¿A qué horas? (Enter: como está; con - queda vacío)
crisis-ask-another = ¿Otra línea propia? ¿Quién responde allí? (Enter: ninguna)
crisis-ask-text = ¿Qué más ayuda aquí, como dónde está la naloxona? (una línea; Enter: como está; con - queda vacío)
# Lo que se puede responder, separado por comas.
answers-crisis-yes = sí, si, s
answers-crisis-change = cambiar, c
answers-crisis-drop = quitar, q, no, n
crisis-try-again = No se ha perdido nada. Pulsa Enter para probar otra vez. Con Ctrl-C lo dejas.
crisis-nothing-left = Una tarjeta sin líneas ni palabras no dice nada. No se guardó nada.
crisis-too-many = { $count ->
    [one] Una tarjeta tiene una línea como mucho. No se guardó nada.
   *[other] Una tarjeta tiene { $count } líneas como mucho. No se guardó nada.
}
crisis-form-wrong = La tarjeta de la entrada estándar no se entendió. No se guardó nada.
    .hint = Líneas `keep: NÚMERO` para una línea conocida, o `line: QUIÉN | NÚMERO | CÓMO | HORAS | FUENTE`; tras una línea vacía, qué más ayuda.
crisis-confirmed = { $count ->
    [one] guardado aquí: la tarjeta del grupo, con una línea. Todo el grupo la recibe.
   *[other] guardado aquí: la tarjeta del grupo, con { $count } líneas. Todo el grupo la recibe.
}
