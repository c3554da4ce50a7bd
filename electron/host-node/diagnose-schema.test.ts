import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { diagnoseJsonSchema } from './diagnose-line.ts'
import { programPaths } from './program-paths.ts'

const file = join(programPaths.root, 'assets', 'schemas', 'diagnose.schema.json')

describe('the lines of diagnose', () => {
  // UPDATE_SCHEMAS=1 npx vitest run electron/host-node/diagnose-schema.test.ts
  it('are described by the schema in assets', () => {
    const text = `${JSON.stringify(diagnoseJsonSchema(), null, 2)}\n`
    if (process.env['UPDATE_SCHEMAS'] === '1') writeFileSync(file, text)
    expect(
      readFileSync(file, 'utf8') === text,
      'assets/schemas/diagnose.schema.json is out of date: run with UPDATE_SCHEMAS=1',
    ).toBe(true)
  })
})
