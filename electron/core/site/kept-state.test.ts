import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, it } from 'vitest'

const core = join(import.meta.dirname, '..')
/** What the site's fold is made of. */
const folders = ['site', 'belief', 'control', 'derive', 'detectors']
const single = ['part-watch.ts', 'overload-watch.ts']
/** Around the fold, or what keeps. */
const outside = ['site/site-runner.ts', 'site/memory.ts', 'site/plain-state.ts', 'belief/model-register.ts']

const files = [
  ...folders.flatMap((folder) =>
    readdirSync(join(core, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  ),
  ...single,
].filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('test-support'))

const opensClosure = /^(export )?const (create|counted|startable)\w* = /
const isState = /^ {2}(let \w|const \w+(: [^=]+)? = (new (Map|Set)(<.*>)?\(\)|\[\])( as .*)?$)/
const isExcused = /Not kept|Nothing here is kept/

/** State at the top level of a closure that is in no kept object, as the lines that declare it. */
const forgotten = (text: string): readonly string[] => {
  const found: string[] = []
  let isInside = false
  let isExcusedHere = false
  for (const line of text.split('\n')) {
    if (opensClosure.test(line)) isInside = true
    else if (line.startsWith('}')) isInside = false
    const isComment = /^ {2}(\/\/|\/\*\*| \*)/.test(line)
    if (isExcused.test(line)) isExcusedHere = true
    else if (isInside && isState.test(line) && !isExcusedHere) found.push(line.trim())
    else if (!isComment && !isState.test(line)) isExcusedHere = false
  }
  return found
}

it('everything the site remembers is kept, so that it can be saved: see README.md', () => {
  const all = files
    .filter((name) => !outside.includes(name))
    .flatMap((name) =>
      forgotten(readFileSync(join(core, name), 'utf8')).map((line) => `${relative('.', name)}: ${line}`),
    )
  expect(all).toEqual([])
})

it('finds what is not kept', () => {
  const closure = (line: string): string => `export const createPart = (clock: Clock) => {\n${line}\n  return {}\n}\n`
  for (const line of ['  let count = 0', '  const seen = new Set<string>()', '  const list: string[] = []'])
    expect(forgotten(closure(line))).toEqual([line.trim()])
  for (const line of [
    "  const state = memory.keep('part', { count: 0 })",
    '  const limits = new Map(site.circuits.map(({ id }) => [id, 1]))',
    '  // Not kept: nothing is saved while it is due.\n  let stop: Stop = () => undefined',
  ])
    expect(forgotten(closure(line))).toEqual([])
})
