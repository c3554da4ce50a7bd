import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plainLineJsonSchema } from '../core/record/plain/plain-line.ts'
import { diagnoseJsonSchema } from './diagnose-line.ts'
import { programPaths } from './program-paths.ts'

const schemas = [
  ['diagnose', diagnoseJsonSchema],
  ['readings', plainLineJsonSchema],
] as const

describe('the lines that diagnose prints, and those it takes', () => {
  // UPDATE_SCHEMAS=1 npx vitest run electron/host-node/diagnose-schema.test.ts
  it.each(schemas)('%s are described by the schema in assets', (name, schema) => {
    const file = join(programPaths.root, 'assets', 'schemas', `${name}.schema.json`)
    const text = `${JSON.stringify(schema(), null, 2)}\n`
    if (process.env['UPDATE_SCHEMAS'] === '1') writeFileSync(file, text)
    expect(
      readFileSync(file, 'utf8') === text,
      `assets/schemas/${name}.schema.json is out of date: run with UPDATE_SCHEMAS=1`,
    ).toBe(true)
  })
})
