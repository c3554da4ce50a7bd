import { eventText } from '../../../../shared/said/event.ts'
import { describe, expect, it } from 'vitest'
import type { Write } from '../../../../shared/model/decision.ts'
import { modbusAbilities } from '../../../../shared/charger/modbus-abilities.ts'
import type { ChargerProfile } from '../../../../shared/profile/charger-profile.ts'
import type { ChargerLink, ChargerOutcome } from '../../chargers/charger-link.ts'
import { createFakeClock } from '../../test-support/fake-clock.ts'
import { profile } from '../test-support/plant.ts'
import { createChargerWriter } from './charger-writer.ts'
import type { Offer } from './writer-state.ts'

const offer = (limitA: number): Offer => ({ limitA, reason: 'decision', decisionId: 'd' })

const bench = (
  more: { readBack?: boolean; profile?: ChargerProfile; watchdog?: Parameters<typeof profile>[0] } = {},
) => {
  const clock = createFakeClock()
  const charger = { limitA: 32, obeysAfterMs: 0, writeMs: 50, fails: false, sent: [] as number[] }
  const reply = <T>(value: () => T): Promise<ChargerOutcome<T>> =>
    new Promise((resolve) => {
      clock.after(charger.writeMs, () =>
        resolve(
          charger.fails
            ? { ok: false, why: 'no reply', atMs: clock.nowMs() }
            : { ok: true, atMs: clock.nowMs(), ...value() },
        ),
      )
    })
  const link: ChargerLink = {
    chargerId: 'cp1',
    abilities: modbusAbilities(more.profile ?? profile({ readBack: more.readBack !== false })),
    writeLimit: (limitA) => {
      charger.sent.push(limitA)
      return reply(() => {
        clock.after(charger.obeysAfterMs, () => {
          charger.limitA = limitA
        })
        return {}
      })
    },
    readBackLimit: () => reply(() => ({ limitA: charger.limitA })),
    feedWatchdog: () => reply(() => ({})),
  }
  const writes: Write[] = []
  const problems: string[] = []
  let ids = 0
  const writer = createChargerWriter({
    link,
    clock,
    newId: () => `w${(ids += 1)}`,
    onWrite: (write) => {
      writes.push(write)
    },
    onProblem: (problem) => {
      problems.push(eventText('charger-problem', { charger: 'Box', ...problem }))
    },
    onTrouble: () => undefined,
  })
  return {
    clock,
    charger,
    writer,
    writes,
    problems,
    states: (id: string) => writes.filter((write) => write.id === id).map((write) => write.state),
  }
}

describe('charger writer', () => {
  it('is verified when the charger shows the limit within its settle time', async () => {
    const { clock, charger, writer, states } = bench()
    charger.obeysAfterMs = 1500
    writer.offer(offer(10))
    await clock.advance(500)
    expect(writer.latest()?.state).toBe('written')
    await clock.advance(2000)
    expect(states('w1')).toEqual(['pending', 'written', 'verified'])
    expect(writer.latest()).toMatchObject({ readBackA: 10, why: null })
  })

  it('sends only the newest of what waited behind a slow write', async () => {
    const { clock, charger, writer, states } = bench()
    charger.writeMs = 900
    writer.offer(offer(20))
    await clock.advance(100)
    for (const limitA of [18, 16, 14]) writer.offer(offer(limitA))
    await clock.advance(4000)
    expect(charger.sent).toEqual([20, 14])
    expect(states('w1')).toEqual(['pending', 'written', 'superseded'])
    expect(writer.latest()).toMatchObject({ limitA: 14, state: 'verified' })
  })

  it('drops what waited too long: only a fresh decision may be written', async () => {
    const { clock, charger, writer } = bench()
    charger.writeMs = 3000
    writer.offer(offer(20))
    await clock.advance(100)
    writer.offer(offer(8))
    await clock.advance(4000)
    expect(charger.sent).toEqual([20])
  })

  it('supersedes a write that still waits for its read back, without waiting itself', async () => {
    const { clock, charger, writer, states } = bench()
    charger.obeysAfterMs = 5000
    writer.offer(offer(20))
    await clock.advance(300)
    writer.offer(offer(6))
    expect(charger.sent).toEqual([20, 6])
    expect(states('w1')).toEqual(['pending', 'written', 'superseded'])
    await clock.advance(10_000)
    expect(writer.latest()?.limitA).toBe(6)
  })

  it('fails with what was read back, and is tried again only by a later decision', async () => {
    const { clock, charger, writer } = bench()
    charger.obeysAfterMs = 1e9
    writer.offer(offer(10))
    await clock.advance(5000)
    expect(writer.latest()).toMatchObject({ state: 'failed', readBackA: 32 })
    expect(writer.latest()?.why).toContain('10 A was written, but the charger holds 32 A after 2 s')
    expect(writer.trouble()).toBeNull()
    await clock.advance(60_000)
    expect(charger.sent).toEqual([10])
    writer.offer(offer(10))
    await clock.advance(5000)
    expect(writer.trouble()).toMatchObject({ holdsA: 32 })
    charger.obeysAfterMs = 0
    await clock.advance(10_000)
    writer.offer(offer(10))
    await clock.advance(5000)
    expect(writer.trouble()).toBeNull()
  })

  it('does not take a reduction of one step that was ignored for done, however wide the tolerance', async () => {
    const wide = profile({ resolution: 0.1 })
    const { clock, charger, writer, problems } = bench({
      profile: { ...wide, limit: { ...wide.limit, tolerance: 0.5 } },
    })
    charger.limitA = 16
    charger.obeysAfterMs = 1e9
    writer.offer(offer(15.5))
    await clock.advance(5000)
    expect(writer.latest()).toMatchObject({ state: 'failed', readBackA: 16 })
    charger.obeysAfterMs = 0
    writer.offer(offer(12))
    await clock.advance(5000)
    expect(writer.latest()?.state).toBe('verified')
    writer.observe(11.6, clock.nowMs())
    expect(problems).toEqual([])
    writer.observe(12.5, clock.nowMs() + 1)
    expect(problems[0]).toContain('holds 12.5 A although 12 A was set')
  })

  it('takes what a charger holds a little below its limit for the limit', async () => {
    const wide = profile({ resolution: 0.1 })
    const { clock, charger, writer } = bench({ profile: { ...wide, limit: { ...wide.limit, tolerance: 0.5 } } })
    charger.limitA = 15.6
    charger.obeysAfterMs = 1e9
    writer.offer(offer(16))
    await clock.advance(5000)
    expect(writer.latest()).toMatchObject({ state: 'verified', readBackA: 15.6 })
  })

  it('knows its limit again where the charger has coarser steps than the decision', async () => {
    const plain = profile()
    const { clock, charger, writer } = bench({
      profile: { ...plain, limit: { ...plain.limit, resolution: 0.512820513, tolerance: 0.01 } },
    })
    charger.obeysAfterMs = 1e9
    charger.limitA = 23.076923
    writer.offer(offer(23.552))
    await clock.advance(5000)
    expect(writer.latest()).toMatchObject({ state: 'verified', readBackA: 23.076923 })
  })

  it('says that a write cannot be read back instead of calling it verified', async () => {
    const { clock, writer, states } = bench({ readBack: false })
    writer.offer(offer(10))
    await clock.advance(3000)
    expect(states('w1')).toEqual(['pending', 'written', 'written'])
    expect(writer.latest()).toMatchObject({
      readBackA: null,
      why: 'written; this charger has no register to read it back from',
    })
  })

  it('counts the higher limit before as possibly in force until the charger has had its time, where nothing can be read back', async () => {
    const { clock, writer } = bench({ readBack: false })
    writer.offer(offer(16))
    await clock.advance(3000)
    expect(writer.unconfirmedA()).toBeNull()
    writer.offer(offer(6))
    await clock.advance(500)
    expect(writer.unconfirmedA()).toBe(16)
    await clock.advance(3000)
    expect(writer.unconfirmedA()).toBeNull()
  })

  it('repeats a limit that cannot be read back, soon and then every half minute, or a restart would never be mended', async () => {
    const { clock, charger, writer } = bench({
      readBack: false,
      profile: { ...profile({ readBack: false }), watchdog: { kind: 'none', note: 'test' } },
    })
    const cycle = async (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        writer.offer(offer(10))
        await clock.advance(1000)
      }
    }
    await cycle(6)
    expect(charger.sent).toEqual([10, 10])
    charger.limitA = 32
    await cycle(31)
    expect(charger.limitA).toBe(10)
    await cycle(100)
    expect(charger.sent).toHaveLength(6)
    expect(writer.latest()).toMatchObject({ state: 'written', reason: 'heartbeat' })
  })

  it('writes again what a charger shows but may have left, when nothing reached it for as long as its watchdog waits', async () => {
    const plain = profile()
    const kinds: readonly ChargerProfile['watchdog'][] = [
      { kind: 'lifebit', timeoutS: 20, register: { address: 1, type: 'uint16', scale: 1 }, value: 1 },
      { kind: 'poll', timeoutS: 20 },
    ]
    for (const watchdog of kinds) {
      const { clock, charger, writer } = bench({ profile: { ...plain, watchdog } })
      const cycle = async (seconds: number) => {
        for (let second = 0; second < seconds; second += 1) {
          await clock.advance(1000)
          if (!charger.fails) writer.observe(charger.limitA, clock.nowMs())
          writer.offer(offer(10))
        }
      }
      await cycle(60)
      expect(charger.sent, watchdog.kind).toEqual([10])
      charger.fails = true
      await cycle(12)
      charger.fails = false
      await cycle(10)
      expect(charger.sent, watchdog.kind).toEqual([10])
      charger.fails = true
      await cycle(30)
      charger.fails = false
      await cycle(10)
      expect(charger.sent, watchdog.kind).toEqual([10, 10])
    }
  })

  it('writes again when the charger lost its limit', async () => {
    const { clock, charger, writer, problems } = bench()
    writer.offer(offer(10))
    await clock.advance(3000)
    charger.limitA = 32
    await clock.advance(3000)
    writer.observe(32, clock.nowMs())
    writer.offer(offer(10))
    await clock.advance(3000)
    expect(charger.limitA).toBe(10)
    expect(problems[0]).toContain('holds 32 A although 10 A was set')
  })
})

describe('a limit that is lost', () => {
  it('is noticed although the computer clock was set back', async () => {
    const { clock, charger, writer, problems } = bench()
    writer.offer(offer(10))
    await clock.advance(3000)
    clock.setUtc(clock.nowMs() - 3_600_000)
    charger.limitA = 32
    await clock.advance(3000)
    writer.observe(32, clock.nowMs())
    expect(problems).toHaveLength(1)
    writer.offer(offer(10))
    await clock.advance(3000)
    expect(charger.limitA).toBe(10)
  })

  it('is not what was read before the limit was set, whatever the clock says now', async () => {
    const { clock, writer, problems } = bench()
    const before = clock.nowMs()
    writer.offer(offer(10))
    writer.observe(32, before)
    await clock.advance(3000)
    writer.observe(32, before)
    clock.setUtc(before)
    writer.observe(32, before)
    await clock.advance(3000)
    writer.observe(32, before)
    expect(problems).toEqual([])
  })

  it('three times within a minute is another system: trouble, and seldomer tries, until it has been quiet for a minute', async () => {
    const { clock, charger, writer, problems } = bench()
    const cycle = async (seconds: number, rival: boolean) => {
      for (let second = 0; second < seconds; second += 1) {
        await clock.advance(1000)
        if (rival && second % 8 === 7) charger.limitA = 20
        writer.observe(charger.limitA, clock.nowMs())
        writer.offer(offer(10))
      }
    }
    await cycle(600, true)
    expect(problems).toHaveLength(2)
    expect(writer.trouble()).toMatchObject({ holdsA: 20, rivalA: 20 })
    expect(writer.trouble()?.why).toContain('another system sets its limit')
    expect(charger.sent.length).toBeLessThan(28)
    await cycle(30, false)
    expect(charger.limitA).toBe(10)
    expect(writer.trouble()).not.toBeNull()
    await cycle(90, false)
    expect(writer.trouble()).toBeNull()
  })
})

describe('a farewell', () => {
  it('that is still trying when control is armed again tries no more', async () => {
    const { clock, charger, writer } = bench()
    writer.offer(offer(16))
    await clock.advance(3000)
    charger.fails = true
    charger.writeMs = 1000
    void writer.farewell({ limitA: 6, reason: 'disarm', decisionId: null }, clock.monotonicMs() + 3000)
    await clock.advance(1100)
    charger.fails = false
    charger.writeMs = 50
    writer.reopen()
    writer.offer(offer(12))
    await clock.advance(10_000)
    expect(charger.sent).toEqual([16, 6, 12])
  })
})

describe('twelve chargers on twelve lines', () => {
  it('are all written before the first has answered', async () => {
    const benches = Array.from({ length: 12 }, () => bench())
    for (const { writer } of benches) writer.offer(offer(8))
    expect(benches.map(({ charger }) => charger.sent)).toEqual(Array(12).fill([8]))
  })
})
