/** One function for each kind of event: it alone makes that kind's sentence, from the facts of the event. */
export type Sentences<Facts> = { readonly [K in keyof Facts]: (facts: Facts[K]) => string }
