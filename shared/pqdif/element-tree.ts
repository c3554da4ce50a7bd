/** The elements of a record's body: collections, scalars and vectors, each under a tag. Read where it is asked for; never beyond the body. */

/** Widths of the physical types (IEEE 1159.3, 6.3), bytes. */
const widths: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 2],
  [3, 4],
  [10, 1],
  [11, 2],
  [20, 1],
  [21, 2],
  [22, 4],
  [30, 1],
  [31, 2],
  [32, 4],
  [40, 4],
  [41, 8],
  [42, 8],
  [43, 16],
  [50, 12],
  [60, 16],
])
const elementBytes = 28
const kinds = { collection: 1, scalar: 2, vector: 3 } as const
/** No record needs more; a circle of collections ends here. */
const mostElements = 65_536

export interface Element {
  readonly tag: string
  readonly kind: number
  readonly type: number
  /** Where its value lies in the body. */
  readonly at: number
}

export interface PqdifTime {
  /** As if it were UTC, epoch ms with fractions. */
  readonly ms: number
}

export const guidAt = (view: DataView, at: number): string => {
  const hex = (from: number, count: number, isTurned: boolean): string => {
    const bytes = Array.from({ length: count }, (_, index) =>
      view.getUint8(at + from + (isTurned ? count - 1 - index : index)),
    )
    return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  }
  return `${hex(0, 4, true)}-${hex(4, 2, true)}-${hex(6, 2, true)}-${hex(8, 2, false)}-${hex(10, 6, false)}`
}

/** To the microsecond, since a double counts a day's seconds no better than its last digit. Day 2 is the first of January 1900: days are counted as spreadsheets do. */
const timeAt = (view: DataView, at: number): number =>
  Date.UTC(1900, 0, 1) +
  (view.getUint32(at, true) - 2) * 86_400_000 +
  Math.round(view.getFloat64(at + 4, true) * 1e6) / 1000

const numberAt = (view: DataView, at: number, type: number): number => {
  switch (type) {
    case 1:
    case 10:
    case 30:
      return view.getUint8(at)
    case 20:
      return view.getInt8(at)
    case 2:
    case 11:
    case 31:
      return view.getUint16(at, true)
    case 21:
      return view.getInt16(at, true)
    case 3:
    case 32:
      return view.getUint32(at, true)
    case 22:
      return view.getInt32(at, true)
    case 40:
      return view.getFloat32(at, true)
    case 41:
      return view.getFloat64(at, true)
    case 42:
      return Math.hypot(view.getFloat32(at, true), view.getFloat32(at + 4, true))
    case 43:
      return Math.hypot(view.getFloat64(at, true), view.getFloat64(at + 8, true))
    case 50:
      return timeAt(view, at) / 1000
    default:
      return NaN
  }
}

/** Reads a body; `left` counts down over all reads of it, so that a body of circles is not walked for ever. */
export const createTree = (body: Uint8Array) => {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  let left = mostElements
  const fits = (at: number, bytes: number): boolean => at >= 0 && bytes >= 0 && at + bytes <= view.byteLength

  const elementAt = (at: number): Element | null => {
    if (!fits(at, elementBytes)) return null
    const [kind, type, isEmbedded] = [view.getUint8(at + 16), view.getUint8(at + 17), view.getUint8(at + 18) !== 0]
    return { tag: guidAt(view, at), kind, type, at: isEmbedded ? at + 20 : view.getInt32(at + 20, true) }
  }
  const collection = (at: number): readonly Element[] => {
    if (!fits(at, 4)) return []
    const count = Math.max(
      0,
      Math.min(view.getInt32(at, true), Math.floor((view.byteLength - at - 4) / elementBytes), left),
    )
    left -= count
    return Array.from({ length: count }, (_, index) => elementAt(at + 4 + index * elementBytes)).filter(
      (element) => element !== null,
    )
  }
  const find = (elements: readonly Element[], tag: string): Element | undefined =>
    elements.find((element) => element.tag === tag)
  const children = (elements: readonly Element[], tag: string): readonly Element[] => {
    const found = find(elements, tag)
    return found?.kind === kinds.collection ? collection(found.at) : []
  }
  const vectorAt = (
    element: Element | undefined,
  ): { readonly at: number; readonly count: number; readonly type: number; readonly width: number } | null => {
    if (element?.kind !== kinds.vector || !fits(element.at, 4)) return null
    const width = widths.get(element.type)
    if (width === undefined) return null
    const count = Math.min(view.getUint32(element.at, true), Math.floor((view.byteLength - element.at - 4) / width))
    return { at: element.at + 4, count, type: element.type, width }
  }
  return {
    root: (): readonly Element[] => collection(0),
    /** The elements of each collection under `tag` within the collection under `outer`, in their order. */
    each: (elements: readonly Element[], outer: string, tag: string): readonly (readonly Element[])[] =>
      children(elements, outer).flatMap((element) =>
        element.tag === tag && element.kind === kinds.collection ? [collection(element.at)] : [],
      ),
    number: (elements: readonly Element[], tag: string): number | null => {
      const found = find(elements, tag)
      if (found?.kind !== kinds.scalar || !fits(found.at, widths.get(found.type) ?? Infinity)) return null
      const value = numberAt(view, found.at, found.type)
      return Number.isFinite(value) ? value : null
    },
    guid: (elements: readonly Element[], tag: string): string | null => {
      const found = find(elements, tag)
      return found?.kind === kinds.scalar && found.type === 60 && fits(found.at, 16) ? guidAt(view, found.at) : null
    },
    time: (elements: readonly Element[], tag: string): PqdifTime | null => {
      const found = find(elements, tag)
      if (found?.kind !== kinds.scalar || found.type !== 50 || !fits(found.at, 12)) return null
      const ms = timeAt(view, found.at)
      return Number.isFinite(ms) ? { ms } : null
    },
    /** Text of one-byte letters up to the first zero, as bytes: which letters they are is guessed elsewhere. */
    text: (elements: readonly Element[], tag: string): Uint8Array | null => {
      const vector = vectorAt(find(elements, tag))
      if (vector === null || vector.width > 2) return null
      const bytes = body.subarray(vector.at, vector.at + vector.count * vector.width)
      const plain = vector.width === 1 ? bytes : bytes.filter((_, index) => index % 2 === 0)
      const end = plain.indexOf(0)
      return plain.subarray(0, end < 0 ? plain.length : end)
    },
    /** Calls with each number of a vector; false where there is no such vector. */
    eachNumber: (elements: readonly Element[], tag: string, take: (value: number) => void): boolean => {
      const vector = vectorAt(find(elements, tag))
      if (vector === null) return false
      for (let index = 0; index < vector.count; index += 1)
        take(numberAt(view, vector.at + index * vector.width, vector.type))
      return true
    },
  }
}
export type Tree = ReturnType<typeof createTree>
