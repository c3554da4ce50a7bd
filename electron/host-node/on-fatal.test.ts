import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fatalExitCode } from './on-fatal.ts'

const run = (body: string) =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `
  import { onFatal } from ${JSON.stringify(join(import.meta.dirname, 'on-fatal.ts'))}
  onFatal((why) => { setTimeout(() => { process.stdout.write('closed after ' + why); process.exit() }, 20) })
  ${body}
  setInterval(() => {}, 1000)
`,
    ],
    { encoding: 'utf8', timeout: 20_000 },
  )

describe('a bug that nobody caught', () => {
  it.each([
    ['an exception', "setTimeout(() => { throw new Error('boom') })"],
    ['a rejection', "void Promise.reject(new Error('boom'))"],
    ['two of them', "setTimeout(() => { throw new Error('boom') }); setTimeout(() => { throw new Error('again') })"],
  ])('%s: the site is closed once, then the program ends with its own code', (_name, body) => {
    const { status, stdout, stderr } = run(body)
    expect(stdout).toBe('closed after an error of the program: boom')
    expect(stderr).toContain('Error: boom')
    expect(status).toBe(fatalExitCode)
  })
})
