import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canRedo, canUndo, draftStep, shownText, type DraftAct, type DraftHistory } from './draft-history.ts'

const play = (...acts: readonly DraftAct[]): DraftHistory => {
  const history = acts.reduce<DraftHistory | null>(draftStep, null)
  if (history === null) throw new Error('nothing was begun')
  return history
}
const base = { text: 'base', version: 'v1' }
const begin: DraftAct = { kind: 'read', file: base, kept: null }
const change = (text: string, target = text): DraftAct => ({ kind: 'change', text, target })

describe('a draft', () => {
  it('takes typing in one field back in one step', () => {
    const typed = play(begin, change('b3', 'rating'), change('b32', 'rating'), change('named', 'name'))
    expect(shownText(draftStep(typed, { kind: 'undo' }) ?? typed)).toBe('b32')
    const twice = play(begin, change('b3', 'rating'), change('b32', 'rating'), { kind: 'undo' })
    expect(shownText(twice)).toBe('base')
    expect(canUndo(twice)).toBe(false)
    expect(canRedo(twice)).toBe(true)
  })
  it('of an earlier day is found again, and can be taken back or thrown away', () => {
    const again: DraftAct = { ...begin, kept: { base, text: 'half done' } }
    expect(shownText(play(again))).toBe('half done')
    expect(shownText(play(again, { kind: 'discard' }))).toBe('base')
  })
  it('stays on the file it was begun on when that is another by now, until both are merged', () => {
    const other = { text: 'theirs', version: 'v2' }
    const reread: DraftAct = { kind: 'read', file: other, kept: null }
    const behind = play(begin, change('mine'), reread)
    expect([behind.base.version, shownText(behind)]).toEqual(['v1', 'mine'])
    const kept = play({ ...reread, kept: { base, text: 'mine' } })
    expect([kept.base.version, shownText(kept)]).toEqual(['v1', 'mine'])
    const merged = play(begin, change('mine'), reread, { kind: 'merged', file: other, text: 'mine and theirs' })
    expect([merged.base.version, shownText(merged)]).toEqual(['v2', 'mine and theirs'])
    // Nothing of ours in it, or all of it in the file: then it is the file.
    expect(play(begin, reread).base.version).toBe('v2')
    expect(play(begin, change('theirs'), reread).base.version).toBe('v2')
  })
  it('undo and redo lead back to the same text', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 30 }), fc.nat(30), (texts, back) => {
        const full = play(begin, ...texts.map((text, index) => change(text, String(index))))
        const steps = Math.min(back, full.at)
        const undone = Array<DraftAct>(steps).fill({ kind: 'undo' }).reduce<DraftHistory | null>(draftStep, full)
        const redone = Array<DraftAct>(steps).fill({ kind: 'redo' }).reduce<DraftHistory | null>(draftStep, undone)
        expect(redone === null ? null : shownText(redone)).toBe(shownText(full))
      }),
    )
  })
})
