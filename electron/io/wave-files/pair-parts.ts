/** Which files make one recording, by their names. */

export interface StagedFile {
  readonly name: string
  readonly path: string
  readonly bytes: number
}

const split = (name: string): { readonly base: string; readonly ending: string } => {
  const at = name.lastIndexOf('.')
  return at < 0
    ? { base: name.toLowerCase(), ending: '' }
    : { base: name.slice(0, at).toLowerCase(), ending: name.slice(at + 1).toLowerCase() }
}

/** A file that stands for a recording by itself. */
export const isWhole = (name: string): boolean => !['cfg', 'dat', 'hdr', 'inf'].includes(split(name).ending)
/** Said beside a recording, and not needed to draw it. */
export const isBeside = (name: string): boolean => ['hdr', 'inf'].includes(split(name).ending)

/** The other half of a COMTRADE record that comes as .cfg and .dat. */
export const otherHalf = (name: string): string => {
  const { ending } = split(name)
  return `${name.slice(0, name.length - ending.length)}${ending === 'cfg' ? 'dat' : 'cfg'}`
}

/** Whether two files are the halves of one record. */
export const isPair = (one: string, other: string): boolean => {
  const [first, second] = [split(one), split(other)]
  return first.base === second.base && [first.ending, second.ending].sort().join() === 'cfg,dat'
}
