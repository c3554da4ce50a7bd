/** What JSON carries. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The key that marks what JSON has no form for: its kind stands there, and what is in it under `of`. */
const mark = '$'
const typedArrays = { Float64Array, Float32Array, Int32Array, Uint32Array, Uint16Array, Uint8Array }
type TypedName = keyof typeof typedArrays

/** Objects that are not saved but named, because they are of the setup; there is one of each, and identity counts. */
export interface Names {
  readonly nameOf: (object: object) => string | undefined
  readonly byName: (name: string) => object | undefined
}
export const noNames: Names = { nameOf: () => undefined, byName: () => undefined }

const marked = (kind: string, of: Json): Json => ({ [mark]: kind, of })

const plainNumber = (value: number): Json =>
  Number.isFinite(value) && !Object.is(value, -0)
    ? value
    : marked('number', Object.is(value, -0) ? '-0' : String(value))

const typedName = (value: object): TypedName | undefined =>
  (Object.keys(typedArrays) as TypedName[]).find((name) => Object.getPrototypeOf(value) === typedArrays[name].prototype)

const makerOf = (value: object): string => {
  const maker: unknown = value.constructor
  return typeof maker === 'function' ? maker.name : 'object without a maker'
}

const plainObject = (value: object, path: string, inside: (value: unknown, path: string) => Json): Json => {
  const prototype: unknown = Object.getPrototypeOf(value)
  const kind = typedName(value)
  if (kind !== undefined)
    return marked(
      kind,
      Array.from(value as Float64Array, (number) => plainNumber(number)),
    )
  if (Array.isArray(value)) return Array.from(value, (item, index) => inside(item, `${path}[${index}]`))
  const entries = (all: Iterable<readonly [unknown, unknown]>): Json[] =>
    Array.from(all, ([key, item], index) => [
      inside(key, `key ${index} of ${path}`),
      inside(item, `${path}[${typeof key === 'string' ? key : index}]`),
    ])
  if (prototype === Map.prototype) return marked('map', entries(value as Map<unknown, unknown>))
  if (prototype === Set.prototype)
    return marked(
      'set',
      Array.from(value as Set<unknown>, (item, index) => inside(item, `${path}[${index}]`)),
    )
  if (prototype === null) return marked('bare', entries(Object.entries(value)))
  if (prototype !== Object.prototype) throw new Error(`${path} is a ${makerOf(value)}: it can't be saved as plain data`)
  if (Object.hasOwn(value, mark)) return marked('object', entries(Object.entries(value)))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inside(item, `${path}.${key}`)]))
}

/**
 * State as JSON carries it. Map, Set, typed arrays, objects without a prototype, undefined, -0 and numbers that are none are marked.
 * Throws, with the path, on what is no data: a function, a promise, an instance of a class, an object that contains itself.
 */
export const toPlain = (state: unknown, path: string, { nameOf }: Names = noNames): Json => {
  const above = new Set<object>()
  const inside = (value: unknown, at: string): Json => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value === 'number') return plainNumber(value)
    if (value === undefined) return marked('undefined', null)
    if (typeof value !== 'object') throw new Error(`${at} is a ${typeof value}: it can't be saved as plain data`)
    const name = nameOf(value)
    if (name !== undefined) return marked('of-setup', name)
    if (above.has(value)) throw new Error(`${at} contains itself: it can't be saved as plain data`)
    above.add(value)
    const plain = plainObject(value, at, inside)
    above.delete(value)
    return plain
  }
  return inside(state, path)
}

const pairs = (of: Json, inside: (plain: Json) => unknown): [unknown, unknown][] =>
  (of as readonly (readonly [Json, Json])[]).map(([key, value]) => [inside(key), inside(value)])

/** The state that `toPlain` made this of. Throws where it is not of that form, and where an object of the setup is missing. */
export const fromPlain = (plain: Json, path: string, { byName }: Names = noNames): unknown => {
  const special = (kind: Json | undefined, of: Json): unknown => {
    switch (kind) {
      case 'number':
        return Number(of)
      case 'undefined':
        return undefined
      case 'map':
        return new Map(pairs(of, inside))
      case 'set':
        return new Set((of as readonly Json[]).map(inside))
      case 'object':
        return Object.fromEntries(pairs(of, inside) as [string, unknown][])
      case 'bare':
        return Object.assign(
          Object.create(null) as object,
          Object.fromEntries(pairs(of, inside) as [string, unknown][]),
        )
      case 'of-setup': {
        const known = byName(String(of))
        if (known === undefined) throw new Error(`${path} speaks of ${String(of)}, which this setup does not have`)
        return known
      }
      default:
        if (typeof kind === 'string' && Object.hasOwn(typedArrays, kind))
          return typedArrays[kind as TypedName].from((of as readonly Json[]).map((number) => inside(number) as number))
        throw new Error(`${path} holds something of a kind that this version does not know: ${JSON.stringify(kind)}`)
    }
  }
  const inside = (value: Json): unknown => {
    if (value === null || typeof value !== 'object') return value
    if (Array.isArray(value)) return (value as readonly Json[]).map(inside)
    const object = value as { readonly [key: string]: Json }
    if (Object.hasOwn(object, mark)) return special(object[mark], object['of'] ?? null)
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, inside(item)]))
  }
  return inside(plain)
}
