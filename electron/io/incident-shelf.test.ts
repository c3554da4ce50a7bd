import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { incidentSchema } from '../../shared/forensics/incident.ts'
import { openIncidentShelf } from './incident-shelf.ts'

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const incident = (id: string) =>
  incidentSchema.parse({
    version: 1,
    id,
    siteName: 'Depot',
    timezone: 'UTC',
    atMs: 1,
    openedAtMs: 2,
    updatedAtMs: 3,
    kind: 'trip',
    circuitId: 'f1',
    circuitName: 'Feeder 1',
    phases: ['L1'],
    chargers: [],
    verdict: { sentence: 'x', byCurrent: 'unknown', sureness: 'open' },
    topCause: 'not-explained',
    topProbability: 0.5,
    state: 'open',
    status: 'new',
    confirmedCause: null,
    missing: [],
    said: null,
    evidence: {},
    ranked: [],
    times: [],
    series: [],
    seriesBasis: 'polled',
    changes: [],
    notes: [],
    photos: [],
  })

describe('the incidents on the disk', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'incidents-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('what was kept is there for the next program, whole, and nothing is left beside it', async () => {
    const shelf = openIncidentShelf(folder, { log, mayKeep: true })
    await shelf.keep(incident('a-1'))
    await shelf.keep({ ...incident('a-1'), status: 'closed' })
    await shelf.keepPhoto('a-1', 'p1', new Uint8Array([1, 2, 3]))
    const next = openIncidentShelf(folder, { log, mayKeep: true })
    expect((await next.list()).incidents.map(({ id, status }) => [id, status])).toEqual([['a-1', 'closed']])
    expect(await next.photo('a-1', 'p1')).toEqual(new Uint8Array([1, 2, 3]))
    expect(await next.photo('a-1', 'p2')).toBeNull()
    expect((await readdir(join(folder, 'incidents'))).filter((name) => name.endsWith('.new'))).toEqual([])
  })
  it('one that is damaged is told and costs no other; a second program keeps nothing', async () => {
    const shelf = openIncidentShelf(folder, { log, mayKeep: true })
    await shelf.keep(incident('a-1'))
    await writeFile(join(folder, 'incidents', 'b-2.json'), '{"id":')
    const { incidents, problem } = await shelf.list()
    expect(incidents.map(({ id }) => id)).toEqual(['a-1'])
    expect(problem).toContain('b-2.json')
    await expect(openIncidentShelf(folder, { log, mayKeep: false }).keep(incident('c-3'))).rejects.toThrow('another')
  })
})
