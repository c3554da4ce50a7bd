import { describe, expect, it } from 'vitest'
import type { Heard } from './pending-reply.ts'
import { isUnbelieved, judgeException, judgeHeld, mustHold, type Fit, type HeldReply } from './serial-judge.ts'

const heards: readonly Heard[] = ['new', 'again', 'unsure', 'elsewhere']
const fits: readonly Fit[] = ['usual', 'sooner', 'later']
const both = [false, true] as const

/** Every case there is: they are few, so none is left to chance. */
const everyHeld: readonly HeldReply[] = heards.flatMap((heard) =>
  fits.flatMap((fit) =>
    both.flatMap((isRival) =>
      both.flatMap((metOlder) =>
        both.flatMap((hasBeenLate) =>
          both.map((hasCopies) => ({ heard, fit, isRival, metOlder, hasBeenLate, hasCopies })),
        ),
      ),
    ),
  ),
)

describe('a reply that was held', () => {
  it('is never believed where more came, whatever else is known', () => {
    for (const reply of everyHeld) expect(judgeHeld(reply, true)).toEqual({ kind: 'two', isSpoilt: false })
  })
  it('of other registers is never believed, and its own is due unless it may have been this one', () => {
    for (const reply of everyHeld.filter(({ heard }) => heard === 'elsewhere'))
      expect(judgeHeld(reply, false)).toEqual({
        kind: 'others',
        isSpoilt: reply.fit === 'usual' && !reply.hasBeenLate,
      })
  })
  it('is believed beside a rival only in its own time, and not while the line gives what it kept back', () => {
    for (const reply of everyHeld.filter(({ isRival }) => isRival)) {
      const isBelieved = judgeHeld(reply, false).kind === 'accept'
      if (isBelieved) expect([reply.fit, reply.metOlder]).toEqual(['usual', false])
    }
  })
  it('that is new and has no rival is believed at any time: a slow device is no fault', () => {
    for (const reply of everyHeld.filter(({ heard, isRival }) => heard === 'new' && !isRival))
      expect(judgeHeld(reply, false).kind).toBe('accept')
  })
  it('that was heard before on a line that gives copies must come in its own time', () => {
    const again = everyHeld.filter(({ heard, hasCopies, isRival }) => heard === 'again' && hasCopies && !isRival)
    for (const reply of again) expect(judgeHeld(reply, false).kind).toBe(reply.fit === 'usual' ? 'accept' : reply.fit)
  })
  it('that is not believed is one whose copy is not believed either, but for those that came at another time only', () => {
    for (const reply of everyHeld) {
      const { kind } = judgeHeld(reply, false)
      if (kind === 'others' || kind === 'among-older') expect(isUnbelieved(reply)).toBe(true)
      if (kind === 'accept') expect(isUnbelieved(reply)).toBe(false)
    }
  })
})

describe('a reply that just came', () => {
  it('is held where a rival is known, where it was not believed before, and where it may be a copy', () => {
    const came = { heard: 'new', isDoubted: false, isFollowed: true, mayBeCopy: true } as const
    expect(mustHold(came)).toBe(false)
    expect(mustHold({ ...came, isDoubted: true })).toBe(true)
    expect(mustHold({ ...came, heard: 'unsure', isFollowed: false, mayBeCopy: false })).toBe(true)
    for (const isFollowed of both)
      for (const mayBeCopy of both)
        expect(mustHold({ ...came, heard: 'again', isFollowed, mayBeCopy })).toBe(isFollowed || mayBeCopy)
  })
})

describe('an exception', () => {
  const came = { isTrial: false, hasOpenTrial: false, hasOpen: false, hasBeenLate: false, fit: 'usual' } as const
  it('is the answer where nothing else is open', () => {
    expect(judgeException(came)).toEqual({ kind: 'take', isOpen: false })
    expect(judgeException({ ...came, hasBeenLate: true, fit: 'later' })).toEqual({ kind: 'take', isOpen: false })
  })
  it('beside an older trial is nobody’s on a line that was late, or at an unusual time', () => {
    expect(judgeException({ ...came, hasOpenTrial: true, hasBeenLate: true })).toEqual({ kind: 'refuse' })
    expect(judgeException({ ...came, hasOpenTrial: true, fit: 'sooner' })).toEqual({ kind: 'refuse' })
    expect(judgeException({ ...came, hasOpenTrial: true, hasOpen: true })).toEqual({ kind: 'take', isOpen: true })
  })
  it('to a trial is taken, and another may still come where an older one is open', () => {
    expect(judgeException({ ...came, isTrial: true, hasOpen: true })).toEqual({ kind: 'take', isOpen: false })
    expect(judgeException({ ...came, isTrial: true, hasOpenTrial: true, fit: 'later' })).toEqual({
      kind: 'take',
      isOpen: true,
    })
  })
})
