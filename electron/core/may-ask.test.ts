import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ChargerAbilities } from '../../shared/charger/abilities.ts'
import { siteSchema } from '../../shared/site/site.ts'
import { createAskGuard, isKeptAlive, leftAloneMs, mayAsk, type Backing, type Way } from './may-ask.ts'

type Watched = Pick<ChargerAbilities, 'watchdog'>
const fedBy = (by: 'any-request' | 'limit' | 'heartbeat'): Watched => ({
  watchdog: { kind: 'fed', by, timeoutS: 30, isTimeoutOurs: false },
})
const others: readonly (Watched | undefined)[] = [
  undefined,
  fedBy('limit'),
  fedBy('heartbeat'),
  { watchdog: { kind: 'outside', note: '' } },
  { watchdog: { kind: 'none', note: '' } },
]
const poll = fedBy('any-request')
const nobody: Backing = { isArmed: false, isQuiet: false, decidedAgoMs: Infinity, isUnreached: false }
const armed: Backing = { ...nobody, isArmed: true, decidedAgoMs: 500 }

describe('whether a charger may be asked', () => {
  it('concerns none but those that any request keeps alive', () => {
    for (const abilities of others)
      for (const isOfEarlier of [true, false]) {
        expect(isKeptAlive(abilities)).toBe(false)
        expect(mayAsk(abilities, { ...armed, isQuiet: true, isUnreached: true }, isOfEarlier)).toBe(true)
      }
    expect(leftAloneMs(fedBy('limit'))).toBeNull()
    expect(leftAloneMs(poll)).toBe(40_000)
  })

  it.each([
    ['watched, with nothing left open', nobody, false, true],
    ['watched, with a limit of an earlier session or another instance', nobody, true, false],
    ['not reached by the farewell', { ...nobody, isUnreached: true }, false, false],
    ['armed with a fresh decision', armed, false, true],
    ['armed: what an earlier session left is taken over', armed, true, true],
    ['armed, but its watchdog is to fire', { ...armed, isQuiet: true }, false, false],
    ['armed, but nothing is decided any more', { ...armed, decidedAgoMs: 3001 }, false, false],
  ])('%s', (_, backing, isOfEarlier, expected) => {
    expect(mayAsk(poll, backing, isOfEarlier)).toBe(expected)
  })
})

describe('the ways to it', () => {
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'S',
    grid: { limit: 100 },
    lines: [
      { id: 'net', transport: 'tcp', host: '192.0.2.2', port: 502 },
      { id: 'bus', transport: 'rtu-over-tcp', host: '192.0.2.3', port: 4001 },
      { id: 'here', transport: 'tcp', host: '127.0.0.1', port: 502 },
    ],
    meters: [{ id: 'm', profile: 'x', line: 'net', unit: 9 }],
    circuits: [{ id: 'main' }],
    chargers: [
      { id: 'a', profile: 'p', line: 'net', unit: 1, circuit: 'main', maximum: 32 },
      { id: 'b', profile: 'p', line: 'bus', unit: 1, circuit: 'main', maximum: 32 },
      { id: 'c', profile: 'q', line: 'bus', unit: 2, circuit: 'main', maximum: 32 },
      { id: 'd', profile: 'p', line: 'here', unit: 1, circuit: 'main', maximum: 32 },
    ],
  })
  const able = (watched: Watched) => watched as ChargerAbilities
  const guard = (isOfEarlier = true) =>
    createAskGuard({
      site,
      abilities: new Map([
        ...['a', 'b', 'd'].map((id) => [id, able(poll)] as const),
        ['c', able(fedBy('limit'))] as const,
      ]),
      backing: () => nobody,
      isOfEarlier: () => isOfEarlier,
    })
  it.each<[Way, readonly string[]]>([
    [{ kind: 'line', lineId: 'net' }, ['a']],
    [{ kind: 'line', lineId: 'bus' }, ['b']],
    // On Modbus TCP a unit that nobody has may be the charger's too; a bus has addresses.
    [{ kind: 'unit', lineId: 'net', unit: 7 }, ['a']],
    [{ kind: 'unit', lineId: 'net', unit: 9 }, []],
    [{ kind: 'unit', lineId: 'bus', unit: 7 }, []],
    [{ kind: 'unit', lineId: 'bus', unit: 1 }, ['b']],
    [{ kind: 'address', host: '192.0.2.3' }, ['b']],
    [{ kind: 'address', host: '192.0.2.9' }, []],
    // Each port of this computer is a program of its own.
    [{ kind: 'address', host: 'localhost' }, []],
  ])('%j', (way, ids) => {
    expect(
      guard()
        .keptAliveBy(way)
        .map(({ id }) => id),
    ).toEqual(ids)
    expect(guard().heldBackBy(way)?.id ?? null).toBe(ids[0] ?? null)
    expect(guard(false).heldBackBy(way), 'nobody left a limit behind').toBeNull()
  })
  it('lets meters and other chargers be asked', () => {
    expect(['m', 'c', 'a'].map(guard().mayAsk)).toEqual([true, true, false])
  })
})

/** Who may speak of this kind of watchdog, and what for; nobody else: they ask the guard. */
const speakers: Readonly<Record<string, string>> = {
  'shared/charger/abilities.ts': 'names the kind',
  'shared/charger/modbus-abilities.ts': 'knows it by the profile',
  'electron/core/may-ask.ts': 'the rule',
  'electron/core/api/describe-site.ts': 'tells a person how it is kept alive',
  'electron/core/control/writer/writer-step.ts': 'takes a limit for lost after a silence',
  'electron/core/scan/verdict.ts': 'tells a person what a search did to a device nobody knew',
  'electron/simulator/slave/charger-image.ts': 'is the charger',
  'electron/simulator/slave/charger-writes.ts': 'is the charger',
  'shared/said/charger-events.ts': 'tells a person what is left out',
}

it('the rule stands in no second place', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const places = ['electron', 'shared']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((p) => `${folder}/${p}`),
    )
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !/\.test\.ts$|test-support/.test(path))
    .filter((path) => /any-request|\.kind [!=]== 'poll'|isKeptAlive\(/.test(readFileSync(join(root, path), 'utf8')))
  expect(places.sort()).toEqual(Object.keys(speakers).sort())
})
