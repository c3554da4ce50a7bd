import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { ScanCandidate, ScanFind, ScanRequest } from '../../../shared/api/scan-contract.ts'
import { scanRequestSchema } from '../../../shared/api/scan-contract.ts'
import { siteAdditionSchema } from '../../../shared/site/site-addition.ts'
import { siteSchema, type Site } from '../../../shared/site/site.ts'
import { checkMbus } from '../../../shared/site/check-mbus.ts'
import { addProblems, additionOf, emptyAddForm, freeCircuits, mbusWays } from './add-form.ts'
import { chargerEntry, metersOfFind } from './find-text.ts'
import { emptyForm, formOf, formProblems, isComplete, requestOf } from './scan-form.ts'

const candidate: ScanCandidate = {
  kind: 'meter',
  profileId: 'mbus-electricity',
  make: 'TSP',
  model: 'electricity meter',
  confidence: 0.9,
  word: 'strong',
  evidence: [],
  against: [],
  hindrance: null,
  sunspec: null,
}
const find: ScanFind = {
  id: 'f',
  atMs: 0,
  where: 'line tenants',
  unit: 7,
  mbus: {
    id: '40000712',
    manufacturer: 'TSP',
    version: 1,
    medium: 2,
    mediumName: 'electricity',
    reachedBy: ['secondary'],
  },
  lineId: null,
  line: { transport: 'mbus-tcp', id: 'scan-mbus-10.0.0.8-10001', host: '10.0.0.8', port: 10_001, baud: 2400 },
  verdict: 'identified',
  candidates: [candidate],
  notes: [],
  turnaroundMs: 40,
  requests: 3,
}
const site: Site = siteSchema.parse({
  version: 1,
  id: 's',
  name: 'Site',
  grid: { limit: 100 },
  lines: [{ transport: 'tcp', id: 'net', host: '10.0.0.1', port: 502 }],
  meters: [],
  circuits: [{ id: 'main' }, { id: 'hall', parent: 'main' }, { id: 'offices', parent: 'main' }],
  chargers: [{ id: 'box', profile: 'alfen-eve', line: 'net', unit: 1, circuit: 'hall', maximum: 16 }],
})
const added = (addition: ReturnType<typeof additionOf>): Site =>
  siteSchema.parse({
    ...site,
    lines: [...site.lines, ...(addition.line === null ? [] : [addition.line])],
    meters: [addition.meter],
    circuits: site.circuits.map((circuit) =>
      circuit.id === addition.circuitId ? { ...circuit, meter: addition.meter.id } : circuit,
    ),
  })

describe('adding an M-Bus meter', () => {
  it('offers no circuit above a charger', () => {
    expect(freeCircuits(find, site).map(({ id }) => id)).toEqual(['offices'])
    expect(freeCircuits({ ...find, mbus: null }, site)).toHaveLength(3)
  })
  it.each(['secondary', 'primary'] as const)(
    "makes an entry that the site's checks accept, by its %s address, once a minute",
    (mbusBy) => {
      const form = { ...emptyAddForm(find, site, 'Ada'), circuitId: 'offices', mbusBy }
      expect(addProblems(form, find, site)).toEqual({})
      const addition = siteAdditionSchema.parse(additionOf(form, find))
      expect(addition.meter).toMatchObject({
        periodMs: 60_000,
        mbus: mbusBy === 'primary' ? { primary: 7 } : { secondary: '40000712' },
      })
      expect(checkMbus(added(addition))).toEqual([])
      // The find is then known as a meter of the site.
      expect(metersOfFind(find, added(addition))).toEqual([addition.meter.id])
    },
  )
  it("does not offer the factory's address 0 for a meter found by its number", () => {
    expect(mbusWays({ ...find, unit: 0 }).map(({ value }) => value)).toEqual(['secondary'])
  })
  it('refuses a period that M-Bus is too slow for', () => {
    expect(addProblems({ ...emptyAddForm(find, site, 'Ada'), periodMs: 1000 }, find, site)).toHaveProperty('periodMs')
  })
})

describe('adding one of several SunSpec meters', () => {
  it('says which', () => {
    const second = { ...candidate, profileId: 'sunspec-meter', sunspec: { model: 203, index: 2 } }
    const device: ScanFind = {
      ...find,
      mbus: null,
      line: null,
      lineId: 'net',
      candidates: [{ ...second, sunspec: { model: 203, index: 1 } }, second],
    }
    expect(additionOf({ ...emptyAddForm(device, site, 'Ada'), choice: '1' }, device).meter).toMatchObject({
      profile: 'sunspec-meter',
      unit: 7,
      sunspec: { model: 203, index: 2 },
    })
  })
})

it('what to write for a charger is a site once its blanks are filled', () => {
  const charger: ScanFind = {
    ...find,
    mbus: null,
    unit: 2,
    line: {
      transport: 'serial',
      id: 'scan-dev-ttyusb0',
      path: '/dev/ttyUSB0',
      baud: 9600,
      parity: 'even',
      stopBits: 1,
      localEcho: false,
    },
  }
  const entry = chargerEntry(charger, { ...candidate, kind: 'charger', profileId: 'abb-terra-ac' })
    .replace('<a new id>', 'box-2')
    .replace('<its circuit>', 'hall')
    .replaceAll('<amperes>', '16')
  const { lines, chargers } = parse(entry) as { lines: unknown[]; chargers: unknown[] }
  const whole = siteSchema.parse({ ...site, lines: [...site.lines, ...lines], chargers })
  expect(whole.chargers[0]).toMatchObject({
    id: 'box-2',
    modbus: { line: 'line-dev-ttyusb0', unit: 2, profile: 'abb-terra-ac' },
    circuit: 'hall',
    maximum: 16,
    fallback: 16,
  })
  expect(whole.lines.at(-1)).toMatchObject({ id: 'line-dev-ttyusb0', baud: 9600, parity: 'even' })
})

describe('the form of a search', () => {
  const requests: ScanRequest[] = [
    { kind: 'line', lineId: 'net', units: '3-9' },
    { kind: 'tcp', hosts: '10.0.0.1-4', ports: '502, 503', units: '1', framings: ['tcp', 'rtu-over-tcp'] },
    { kind: 'serial', path: 'COM3', bauds: [9600], parities: ['odd'], stopBits: 2, units: '7' },
    { kind: 'mbus', at: { via: 'line', lineId: 'tenants' }, by: 'both', addresses: '1-9', hexDigits: true },
    {
      kind: 'mbus',
      at: { via: 'tcp', host: '10.0.0.8', port: 10_001, baud: 9600 },
      by: 'primary',
      addresses: '0-250',
      hexDigits: false,
    },
    {
      kind: 'mbus',
      at: { via: 'serial', path: '/dev/ttyUSB1', bauds: [300, 2400], parity: 'even' },
      by: 'secondary',
      addresses: '0-250',
      hexDigits: false,
    },
  ]
  it.each(requests)('gives back what was asked last: %j', (request) => {
    const transport = request.kind === 'mbus' ? 'mbus-tcp' : 'tcp'
    const form = formOf(emptyForm('Ada', 'net'), request)
    expect(isComplete(formProblems(form, transport))).toBe(true)
    expect(scanRequestSchema.parse(requestOf(form, transport))).toEqual(request)
  })
})
