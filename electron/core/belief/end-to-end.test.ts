import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import type { ModbusRequest } from '../lines/modbus-line.ts'
import type { FakeReply } from '../test-support/fake-line.ts'
import { meterProfileOf, oneCharger, registersOf, type Says } from '../test-support/one-charger-site.ts'

type Three = readonly [number, number, number]

/** A meter that is right: U, I, P, S per phase, totals and frequency that belong together. */
const right = (current: Three, voltage: Three = [230, 231, 229], frequency = 50): Says => {
  const each = (of: (index: number) => number, name: (phase: number) => string) =>
    Object.fromEntries([0, 1, 2].map((index) => [name(index + 1), of(index)]))
  const power = (index: number) => voltage[index as 0] * current[index as 0]
  return {
    ...each(
      (index) => voltage[index as 0],
      (phase) => `u_l${phase}n`,
    ),
    ...each(
      (index) => current[index as 0],
      (phase) => `i_l${phase}`,
    ),
    ...each(power, (phase) => `p_l${phase}`),
    ...each(power, (phase) => `s_l${phase}`),
    u_l1l2: 398,
    u_l2l3: 399,
    u_l3l1: 397,
    p_total: power(0) + power(1) + power(2),
    s_total: power(0) + power(1) + power(2),
    f: frequency,
    e_import: 1234.5,
  }
}
const same = (amperes: number): Three => [amperes, amperes, amperes]

const answer = (request: ModbusRequest, words: ReadonlyMap<number, number>, functionCode = 4): FakeReply =>
  'count' in request && request.functionCode === functionCode
    ? { words: Array.from({ length: request.count }, (_, index) => words.get(request.address + index) ?? 0) }
    : { exception: 2 }

/** True current per phase at the grid, and what its breaker allows. */
const run = async (site: ReturnType<typeof oneCharger>, buildingA: (seconds: number) => number, seconds: number) => {
  let overS = 0
  for (let second = 0; second < seconds; second += 1) {
    await site.clock.advance(1000)
    if (buildingA(second) + site.drawnA() > 40.01) overS += 1
  }
  return overS
}

const critical = (site: ReturnType<typeof oneCharger>, detector = 'not-believed') =>
  site
    .findings()
    .filter((finding) => finding.detector === detector && finding.state === 'active' && finding.severity === 'critical')

describe('a meter that cannot be right, from its registers to the charger', () => {
  it('power without current: the currents are implausible, the charger is at its fallback, and the model register is named', async () => {
    const profile = meterProfileOf('eastron-sdm72')
    const site = oneCharger({
      profile: profile.id,
      answer: (request, drawnA) => {
        const { u_l1n, u_l2n, u_l3n, p_total, f, e_import } = right(same(30 + drawnA))
        return answer(request, registersOf(profile, { u_l1n, u_l2n, u_l3n, p_total, f, e_import } as Says))
      },
    })
    await site.arm()
    await run(site, () => 30, 4)
    expect(site.live().image.meters['incomer']?.samples['i_l1']).toMatchObject({ value: null, quality: 'implausible' })
    expect(site.live().image.meters['incomer']?.samples['p_total']?.quality).toBe('good')
    expect(site.live().control.decision?.chargers['a']).toMatchObject({ state: 'fallback', targetA: 6 })
    expect(site.live().control.decision?.chargers['a']?.why).toContain('is not believed')
    expect(await run(site, () => 30, 60), 'seconds above the limit').toBe(0)
    const [finding] = critical(site)
    expect(finding?.message).toMatch(/measures no currents/)
    expect(finding?.message).toMatch(/0xFC02.*137 for SDM72D-M-2/)
    expect(finding?.numbers.map(({ label }) => label)).toEqual(expect.arrayContaining(['current L1', 'total power']))
    expect(site.findings().filter(({ detector }) => detector === 'stale-meter')).toEqual([])
    await site.stop()
  })

  it('a model register that names another model is told', async () => {
    const profile = meterProfileOf('eastron-sdm72')
    const site = oneCharger({
      profile: profile.id,
      answer: (request, drawnA) =>
        'count' in request && request.functionCode === 3
          ? { words: [132] }
          : answer(request, registersOf(profile, { p_total: 690 * (30 + drawnA), f: 50, u_l1n: 230 })),
    })
    await site.arm()
    await run(site, () => 30, 10)
    expect(critical(site)[0]?.message).toMatch(/says 132, which is no model of 'eastron-sdm72'/)
    await site.stop()
  })

  it('a transformer ratio forgotten: less than the charger draws is not believed, with both numbers', async () => {
    const profile = meterProfileOf('eastron-sdm630')
    const site = oneCharger({
      profile: profile.id,
      answer: (request, drawnA) => answer(request, registersOf(profile, right(same((30 + drawnA) / 50)))),
    })
    await site.arm()
    const overS = await run(site, () => 30, 60)
    // The car must draw before anything speaks against the meter: seconds, not for ever.
    expect(overS).toBeLessThanOrEqual(12)
    expect(site.car.limitA).toBe(6)
    const numbers = critical(site)[0]?.numbers ?? []
    expect(numbers.find(({ label }) => label === 'drawn by chargers below L1')?.value).toBeGreaterThan(5)
    expect(numbers.find(({ label }) => label === 'current here L1')?.value).toBeLessThan(1)
    expect(critical(site)[0]?.message).toMatch(/ratio.*phase.*another/)
    await site.stop()
  })

  it('with a fallback of 0 nothing can be told any more: it stays not believed instead of trying every few seconds', async () => {
    const profile = meterProfileOf('eastron-sdm630')
    const site = oneCharger({
      profile: profile.id,
      fallbackA: 0,
      answer: (request, drawnA) => answer(request, registersOf(profile, right(same((30 + drawnA) / 50)))),
    })
    await site.arm()
    const overS = await run(site, () => 30, 600)
    expect(overS).toBeLessThanOrEqual(12)
    expect(site.car.limitA).toBe(0)
    await site.stop()
  })

  it('a gateway that repeats old registers: not believed after 15 readings, and believed again when it moves', async () => {
    const profile = meterProfileOf('eastron-sdm630')
    const random = seededRandom(25)
    const noise = (width: number) => (random() - 0.5) * 2 * width
    const building = (seconds: number) => (seconds < 40 || seconds > 80 ? 10 : 45)
    const kept = new Map<string, FakeReply>()
    const site = oneCharger({
      profile: profile.id,
      limitA: 63,
      carA: 32,
      answer: (request, drawnA, seconds) => {
        const place = JSON.stringify(request)
        const held = kept.get(place)
        if (seconds > 20 && seconds < 90 && held !== undefined) return held
        const currents = [0, 1, 2].map(() => building(seconds) + drawnA + noise(0.02)) as unknown as Three
        const voltages = [0, 1, 2].map(() => 230 + noise(0.3)) as unknown as Three
        const reply = answer(request, registersOf(profile, right(currents, voltages, 50 + noise(0.01))))
        kept.set(place, reply)
        return reply
      },
    })
    await site.arm()
    await site.clock.advance(20_000)
    expect(site.findings().filter(({ detector, state }) => detector === 'not-believed' && state === 'active')).toEqual(
      [],
    )
    expect(site.car.limitA).toBeGreaterThan(20)
    await site.clock.advance(17_000)
    expect(site.car.limitA, 'after 15 readings and a write').toBe(6)
    expect(site.live().image.meters['incomer']?.samples['u_l1n']?.quality).toBe('implausible')
    expect(site.live().image.circuits['main']?.phases.L1?.currentA.value).toBeNull()
    expect(critical(site)[0]?.message).toMatch(/same to the last bit/)
    await site.clock.advance(80_000)
    expect(site.findings().filter(({ detector, state }) => detector === 'not-believed' && state === 'active')).toEqual(
      [],
    )
    expect(site.car.limitA).toBeGreaterThan(6)
    await site.stop()
  })

  it('words in the other order: nothing is believed from the first answer on, and the setting that fits is offered', async () => {
    const profile = meterProfileOf('eastron-sdm630')
    const site = oneCharger({
      profile: profile.id,
      answer: (request, drawnA) =>
        answer(
          request,
          registersOf(profile, right(same(30 + drawnA)), (words) => words.toReversed()),
        ),
    })
    await site.arm()
    const overS = await run(site, () => 30, 60)
    expect(overS).toBe(0)
    const good = Object.entries(site.live().image.meters['incomer']?.samples ?? {}).filter(
      ([, { quality }]) => quality === 'good',
    )
    expect(good).toEqual([])
    expect(critical(site)[0]?.message).toMatch(/other order.*50\.00 Hz.*low word first/s)
    await site.stop()
  })

  it.each(['abb-b23-b24', 'accuenergy-acuvim-l', 'carlo-gavazzi-em24', 'carlo-gavazzi-em340'])(
    'words in the other order where the probe is one word and reads right: %s',
    async (id) => {
      const profile = meterProfileOf(id)
      const site = oneCharger({
        profile: id,
        answer: (request, drawnA) =>
          answer(
            request,
            registersOf(profile, right(same(30 + drawnA)), (words) => words.toReversed()),
            profile.space === 'input' ? 4 : 3,
          ),
      })
      await site.arm()
      expect(await run(site, () => 30, 20)).toBe(0)
      expect(site.car.limitA).toBeLessThanOrEqual(6)
      const good = Object.values(site.live().image.meters['incomer']?.samples ?? {}).filter(
        ({ quality }) => quality === 'good',
      )
      expect(good).toEqual([])
      expect(critical(site)[0]?.message).toMatch(/other order.*23\d\.\d+ V/s)
      await site.stop()
    },
  )

  it.each<[string, (seconds: number, says: Says) => Says]>([
    ['every second reply is empty', (seconds, says) => (Math.floor(seconds) % 2 === 0 ? says : {})],
    [
      'two of three replies have no currents and powers',
      (seconds, says) =>
        Math.floor(seconds) % 3 === 0
          ? says
          : Object.fromEntries(Object.entries(says).filter(([key]) => !/^[ips]_/.test(key))),
    ],
  ])('%s: a meter whose current comes and goes is not believed', async (_, spoil) => {
    const profile = meterProfileOf('eastron-sdm630')
    const site = oneCharger({
      profile: profile.id,
      carA: 16,
      answer: (request, drawnA, seconds) => {
        const says = right(same(8 + drawnA), [230, 231, 229], 50 + 0.001 * (Math.floor(seconds) % 7))
        return answer(request, registersOf(profile, seconds < 20 ? says : spoil(seconds, says)))
      },
    })
    await site.arm()
    await site.clock.advance(20_000)
    expect(site.car.limitA).toBeGreaterThan(15)
    expect(critical(site)).toEqual([])
    await site.clock.advance(40_000)
    expect(critical(site).map(({ title }) => title)).toContain(
      'Meter incomer is not believed: its current comes and goes',
    )
    expect(site.car.limitA).toBe(6)
    await site.stop()
  })

  it('reversed transformers where generation is declared: the export that hides an overload is load from then on', async () => {
    const profile = meterProfileOf('eastron-sdm630')
    const site = oneCharger({
      profile: profile.id,
      limitA: 40,
      carA: 32,
      circuit: 'generation: true',
      answer: (request, drawnA) => {
        const { p_l1 = 0, p_l2 = 0, p_l3 = 0, p_total = 0, ...says } = right(same(25 + drawnA))
        const turned = { p_l1: -p_l1, p_l2: -p_l2, p_l3: -p_l3, p_total: -p_total }
        return answer(request, registersOf(profile, { ...says, ...turned }))
      },
    })
    await site.arm()
    const first = await run(site, () => 25, 60)
    const later = await run(site, () => 25, 240)
    expect(first).toBeLessThanOrEqual(15)
    expect(later, 'it does not come again every 23 s').toBe(0)
    expect(critical(site)[0]?.message).toMatch(/calls export.*counted as load/)
    expect(site.live().control.decision?.notes.join()).toMatch(/calls load on L1, L2, L3 export/)
    await site.stop()
  })

  it('an incomer declared on one phase: the file is warned about, and the others are watched', async () => {
    const profile = meterProfileOf('eastron-sdm630')
    const site = oneCharger({
      profile: profile.id,
      limitA: 63,
      circuit: 'phases: [L1]',
      answer: (request) => answer(request, registersOf(profile, right([10, 90, 12]))),
    })
    expect(site.warnings.join()).toMatch(
      /'incomer' measures L2 and L3 too; the circuit at the grid connection, 'main', has only L1/,
    )
    await site.clock.advance(2000)
    expect(critical(site, 'overcurrent')[0]).toMatchObject({ phase: 'L2' })
    expect(site.live().image.circuits['main']?.phases.L2).toMatchObject({ limitA: 63, headroomA: -27 })
    expect(site.findings().find(({ detector }) => detector === 'undeclared-phase')?.message).toMatch(
      /measures L2 and L3 too/,
    )
    await site.stop()
  })
})
