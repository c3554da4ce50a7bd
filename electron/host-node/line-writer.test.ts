import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createLineWriter } from './line-writer.ts'

/** Runs the writer in a process of its own whose standard output is a pipe, as in `monitor | head -1`. */
const run = (script: string, shell: string) =>
  new Promise<{ out: string; problems: string }>((resolve) => {
    const module = join(import.meta.dirname, 'line-writer.ts')
    const child = spawn(
      'bash',
      [
        '-c',
        `"$0" --input-type=module -e "$1" ${shell}`,
        process.execPath,
        `import { createLineWriter } from '${module}'\n${script}`,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let out = ''
    let problems = ''
    child.stderr.on('data', (chunk: Buffer) => {
      problems += chunk.toString()
    })
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.on('close', () => resolve({ out, problems }))
  })

describe('line writer', () => {
  it('writes every line in order to a reader slower than it, and finishes', async () => {
    const { out } = await run(
      `
      const writer = createLineWriter(1, (why) => { console.error(why); process.exit(1) })
      for (let line = 0; line < 200_000; line += 1) writer.line('line ' + line)
      await writer.finish()`,
      '| (sleep 0.2; tail -n 1)',
    )
    expect(out).toBe('line 199999\n')
  })

  it('never blocks: the event loop turns while the reader sleeps, and says there is no room', async () => {
    const { out } = await run(
      `
      const writer = createLineWriter(1, () => process.exit(1))
      const text = 'x'.repeat(100_000)
      let turns = 0
      while (writer.hasRoom()) { writer.line(text); await new Promise(setImmediate); turns += 1 }
      writer.line('turned ' + (turns >= 10))
      await writer.finish()`,
      '| (sleep 0.5; tail -n 1)',
    )
    expect(out).toBe('turned true\n')
  })

  it('tells once when the reader is gone', async () => {
    const { problems } = await run(
      `
      let told = 0
      const writer = createLineWriter(1, (why) => { told += 1; process.stderr.write(why + ' ' + told) })
      const timer = setInterval(() => writer.line('line'), 1)
      setTimeout(() => { clearInterval(timer); writer.finish().then(() => process.exit(0)) }, 300)`,
      '| head -n 1 > /dev/null',
    )
    expect(problems).toBe('EPIPE 1')
  })

  it('finishes at once where nothing was written', async () => {
    const descriptor = openSync('/dev/null', 'w')
    await createLineWriter(descriptor, () => undefined).finish()
    closeSync(descriptor)
  })
})
