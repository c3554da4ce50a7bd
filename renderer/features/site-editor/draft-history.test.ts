import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canRedo, canUndo, draftStep, shownText, type DraftAct, type DraftHistory } from './draft-history.ts'

const play = (...acts: readonly DraftAct[]): DraftHistory => {
  const history = acts.reduce<DraftHistory | null>(draftStep, null)
  if (history === null) throw new Error('nothing was begun')
  return history
}
const begin: DraftAct = { kind: 'begin', text: 'base', version: 'v1', draft: null }
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
    const found = play({ ...begin, draft: 'half done' } as DraftAct)
    expect(shownText(found)).toBe('half done')
    expect(shownText(play({ ...begin, draft: 'half done' } as DraftAct, { kind: 'discard' }))).toBe('base')
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
