import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type TripscopeContract, contract } from '../../../shared/api/contract.ts'
import { contractVersion } from '../../../shared/api/frames.ts'
import type { Handlers } from '../../../shared/api/define.ts'
import type { Link } from '../../../shared/api/link.ts'
import { serve } from '../../../shared/api/server.ts'
import { openStore } from './open-store.ts'
import { all, eventAt, base } from './test-support/rows.ts'

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

describe('a viewer that asks for all the history it may, at once', () => {
  it('leaves control a turn between any two answers, and an append waits for no more than one of them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tripscope-flood-'))
    folders.push(folder)
    const store = await openStore(folder, { log: silent })
    await store.appendEvents(Array.from({ length: 2000 }, (_, index) => eventAt(base + index)))
    /** What happened on this thread, in order: an answer, a turn in which a timer could have run, an append that was stored. */
    const happened: string[] = []
    let listener: (frame: unknown) => void = () => undefined
    let answered: () => void = () => undefined
    const done = new Promise<void>((resolve) => {
      answered = resolve
    })
    const link: Link = {
      send: (frame) => {
        if ((frame as { type: string }).type !== 'result') return
        happened.push('answer')
        if (happened.filter((each) => each === 'answer').length === 64) answered()
      },
      onFrame: (told) => {
        listener = told
        return () => undefined
      },
      onClose: () => () => undefined,
      close: () => undefined,
    }
    const handlers = {
      'events.read': async () => [...(await store.events(all, 2000))],
    } as unknown as Handlers<TripscopeContract>
    serve(contract, handlers, link, { role: 'viewer', name: 'test' })
    listener({ type: 'hello', contractVersion })
    let isOver = false
    const turn = () => {
      happened.push('turn')
      if (!isOver) setImmediate(turn)
    }
    setImmediate(turn)
    for (let id = 1; id <= 64; id += 1)
      listener({ type: 'call', id, method: 'events.read', input: { fromMs: 0, toMs: 9e15, limit: 2000 } })
    const appended = store.appendEvents([eventAt(base + 5000)]).then(() => happened.push('append'))
    await done
    await appended
    isOver = true
    await store.close()
    const order = happened.filter((each, index) => each !== 'turn' || happened[index - 1] !== 'turn')
    expect(order.filter((each, index) => each === 'answer' && order[index - 1] === 'answer')).toEqual([])
    expect(order.slice(0, order.indexOf('append')).filter((each) => each === 'answer').length).toBeLessThanOrEqual(2)
  })
})
