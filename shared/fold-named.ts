/** Objects with names of their own, laid side by side: slices of the contract, and the handlers of the parts. */
type Named = readonly object[]
type AllNames<S extends Named> = S extends readonly [infer First, ...infer Rest extends Named]
  ? keyof First | AllNames<Rest>
  : never
type NamesTwice<S extends Named> = S extends readonly [infer First, ...infer Rest extends Named]
  ? (keyof First & AllNames<Rest>) | NamesTwice<Rest>
  : never
type Merged<S extends Named> = S extends readonly [infer First, ...infer Rest extends Named]
  ? First & Merged<Rest>
  : unknown
type Flat<T> = { readonly [N in keyof T]: T[N] }

export type Folded<S extends Named> = Flat<Merged<S>>
/** Where two of the list have a name, nothing fits this: the compiler says which name it is. */
export type Distinct<S extends Named> = [NamesTwice<S>] extends [never]
  ? unknown
  : { readonly 'two of the list have the name': NamesTwice<S> }

/** Throws where two have a name; `what` they are, for that message. */
export const foldNamed = <const S extends Named>(list: S & Distinct<S>, what: string): Folded<S> => {
  const named = new Set<string>()
  for (const each of list as S)
    for (const name of Object.keys(each)) {
      if (named.has(name)) throw new Error(`two ${what} have the name "${name}"`)
      named.add(name)
    }
  return Object.assign({}, ...(list as S)) as Folded<S>
}
