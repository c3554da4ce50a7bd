/** A binary heap: the least first. */
export const createHeap = <T>(compare: (a: T, b: T) => number) => {
  const items: T[] = []
  const at = (index: number): T => items[index] as T
  const swap = (one: number, other: number): void => {
    const kept = at(one)
    items[one] = at(other)
    items[other] = kept
  }
  const sink = (start: number): void => {
    let index = start
    for (;;) {
      const left = 2 * index + 1
      let least = index
      if (left < items.length && compare(at(left), at(least)) < 0) least = left
      if (left + 1 < items.length && compare(at(left + 1), at(least)) < 0) least = left + 1
      if (least === index) return
      swap(index, least)
      index = least
    }
  }
  return {
    /** All that is in it, in no order; whoever changes what they are compared by puts them back with `refill`. */
    items: (): readonly T[] => items,
    /** The same items, compared anew. */
    refill: (): void => {
      for (let index = (items.length >> 1) - 1; index >= 0; index -= 1) sink(index)
    },
    push: (item: T): void => {
      items.push(item)
      let index = items.length - 1
      while (index > 0) {
        const parent = (index - 1) >> 1
        if (compare(at(index), at(parent)) >= 0) return
        swap(index, parent)
        index = parent
      }
    },
    pop: (): T | undefined => {
      const top = items[0]
      const last = items.pop()
      if (items.length > 0) {
        items[0] = last as T
        sink(0)
      }
      return top
    },
  }
}
