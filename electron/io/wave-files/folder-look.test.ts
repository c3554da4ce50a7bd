import { describe, expect, it } from 'vitest'
import { lookAtFolder, nothingSeen, type SeenFile } from './folder-look.ts'

const file = (name: string, bytes: number, changedMs = 1): SeenFile => ({
  name,
  bytes,
  changedMs,
  what: 'file',
})
/** Looks one after the other; what each took. */
const looks = (...all: readonly (readonly SeenFile[])[]): readonly (readonly string[])[] => {
  let state = nothingSeen
  return all.map((seen) => {
    const looked = lookAtFolder(state, seen)
    state = looked.state
    return looked.whole.map(({ main, data }) => `${main.name}${data === null ? '' : ` with ${data.name}`}`)
  })
}

describe('a watched folder', () => {
  it('gives a file once it does not grow any more, and once', () => {
    expect(looks([file('a.cff', 10)], [file('a.cff', 20)], [file('a.cff', 20)], [file('a.cff', 20)])).toEqual([
      [],
      [],
      ['a.cff'],
      [],
    ])
  })
  it('gives a record of two files when both are whole, whatever the case of their names', () => {
    const config = file('F1.CFG', 10)
    expect(
      looks([config], [config], [config, file('f1.dat', 5)], [config, file('f1.dat', 9)], [config, file('f1.dat', 9)]),
    ).toEqual([[], [], [], [], ['F1.CFG with f1.dat']])
  })
  it('gives a file again that was written anew, and none that is empty or no recording', () => {
    expect(
      looks(
        [file('a.pqd', 5), file('b.pqd', 0), file('c.log', 9)],
        [file('a.pqd', 5), file('b.pqd', 0), file('c.log', 9)],
        [file('a.pqd', 7, 2)],
        [file('a.pqd', 7, 2)],
      ),
    ).toEqual([[], ['a.pqd'], [], ['a.pqd']])
  })
  it('begins with the newest of what lies there, and not with those left out later, which it tells', () => {
    const many = Array.from({ length: 30 }, (_, at) => file(`r${at}.cff`, 1, at))
    const [, first, second] = looks(many, many, many)
    expect(first).toEqual(['r22.cff', 'r23.cff', 'r24.cff', 'r25.cff', 'r26.cff', 'r27.cff', 'r28.cff', 'r29.cff'])
    expect(second).toEqual([])
    const begun = lookAtFolder(lookAtFolder(nothingSeen, many).state, many)
    expect(begun.left).toEqual([{ kind: 'older', count: 22, names: ['r0.cff', 'r1.cff', 'r2.cff', 'r3.cff'] }])
    expect(lookAtFolder(begun.state, many.slice(22)).left).toEqual([])
  })
  it('says nothing of what is just being written', () => {
    const first = lookAtFolder(nothingSeen, [file('a.cfg', 5), file('b.csv', 0)])
    expect(first.left).toEqual([])
    const second = lookAtFolder(first.state, [file('a.cfg', 9), file('b.csv', 4)])
    expect(second.left).toEqual([])
    expect(lookAtFolder(second.state, [file('a.cfg', 9), file('b.csv', 4)]).left.map(({ kind }) => kind)).toEqual([
      'half',
    ])
  })
})
