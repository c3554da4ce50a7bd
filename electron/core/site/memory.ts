import { own } from '../../../shared/own.ts'
import { fromPlain, toPlain, type Json, type Names } from './plain-state.ts'

/** The state of all that was kept, by path. JSON carries it. */
export type Saved = { readonly [path: string]: Json }

/**
 * Where the state of a closure lives, so that it can be saved and a new one goes on where this one is. A closure keeps one object
 * under a name when it is made, and changes it in place from then on; what is not in such an object is forgotten (README.md).
 */
export interface Memory {
  /** The object saved under this name, else `initial`. A Map, a Set, an array or a plain object, of plain data all the way down. */
  readonly keep: <T extends object>(name: string, initial: T) => T
  /** Part of this memory; names in it count for themselves. */
  readonly within: (name: string) => Memory
  /** An object of the setup that state refers to: it is saved by its name, and is the very same afterwards. */
  readonly know: (name: string, object: object) => void
}

export interface SavingMemory extends Memory {
  /** Throws where something kept is no plain data, with its path. */
  readonly save: () => Saved
  /** When all closures are made: throws where something saved was asked for by none. */
  readonly finish: () => void
}

/** For a closure that stands alone: its state is its own, and nobody saves it. */
export const forgetful: Memory = {
  keep: (_name, initial) => initial,
  within: () => forgetful,
  know: () => undefined,
}

/** `saved`: what an earlier memory saved, to go on from there; it must be of the same version and setup. */
export const createMemory = (saved: Saved | null = null): SavingMemory => {
  const kept = new Map<string, object>()
  const nameByObject = new Map<object, string>()
  const objectByName = new Map<string, object>()
  const names: Names = {
    nameOf: (object) => nameByObject.get(object),
    byName: (name) => objectByName.get(name),
  }

  const restored = <T extends object>(path: string, initial: T): T => {
    if (saved === null) return initial
    const plain = own(saved, path)
    if (plain === undefined)
      throw new Error(`what was saved has no state of ${path}: it is of another version or setup`)
    // Whoever kept it is who asks for it: the path is theirs alone.
    return fromPlain(plain, path, names) as T
  }

  const under = (prefix: string): Memory => ({
    keep: (name, initial) => {
      const path = `${prefix}${name}`
      if (kept.has(path)) throw new Error(`the state of ${path} is kept twice`)
      const state = restored(path, initial)
      kept.set(path, state)
      return state
    },
    within: (name) => under(`${prefix}${name}/`),
    know: (name, object) => {
      const path = `${prefix}${name}`
      if (objectByName.has(path)) throw new Error(`${path} is known twice`)
      objectByName.set(path, object)
      nameByObject.set(object, path)
    },
  })

  return {
    ...under(''),
    save: () => Object.fromEntries([...kept].map(([path, state]) => [path, toPlain(state, path, names)])),
    finish: () => {
      const left = Object.keys(saved ?? {}).filter((path) => !kept.has(path))
      if (left.length > 0)
        throw new Error(
          `nothing here goes on with what was saved of ${left.join(', ')}: it is of another version or setup`,
        )
    },
  }
}
