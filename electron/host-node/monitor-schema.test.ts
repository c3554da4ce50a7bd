import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { goodSample, missingSample } from '../../shared/model/sample.ts'
import { frameRecord, monitorJsonSchema, monitorRecordSchema } from './monitor-records.ts'
import { programPaths } from './program-paths.ts'

const file = join(programPaths.root, 'assets', 'schemas', 'monitor.schema.json')

describe('the records of the headless way', () => {
  // UPDATE_SCHEMAS=1 npx vitest run electron/host-node/monitor-schema.test.ts
  it('are described by the schema in assets', () => {
    const text = `${JSON.stringify(monitorJsonSchema(), null, 2)}\n`
    if (process.env['UPDATE_SCHEMAS'] === '1') writeFileSync(file, text)
    expect(
      readFileSync(file, 'utf8') === text,
      'assets/schemas/monitor.schema.json is out of date: run with UPDATE_SCHEMAS=1',
    ).toBe(true)
  })

  it('carry every sample with its value, quality and UTC time', () => {
    const atMs = Date.UTC(2026, 10, 23, 9, 5, 1, 250)
    const missing = missingSample('timeout', null)
    const record = frameRecord({
      seq: 1,
      atMs,
      circuits: {},
      meters: { main: { samples: { u_l1n: goodSample(231.2, atMs), i_l1: missing } } },
      chargers: {
        cp1: {
          status: { value: 'charging', code: 'C2', quality: 'good', atMs },
          samples: { limit: goodSample(16, atMs) },
          siteCurrentA: { L1: goodSample(15.9, atMs), L2: missing, L3: missing },
        },
      },
    })
    const none = { value: null, quality: 'timeout', at: null }
    const at = '2026-11-23T09:05:01.250Z'
    expect(record).toEqual({
      type: 'frame',
      at,
      meters: { main: { u_l1n: { value: 231.2, quality: 'good', at }, i_l1: none } },
      chargers: {
        cp1: {
          status: { value: 'charging', code: 'C2', quality: 'good', at },
          values: { limit: { value: 16, quality: 'good', at } },
          siteCurrent: { L1: { value: 15.9, quality: 'good', at }, L2: none, L3: none },
        },
      },
    })
    expect(monitorRecordSchema.safeParse(record).success).toBe(true)
  })
})
