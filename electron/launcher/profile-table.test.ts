import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkProfiles } from './profile-table.ts'
import { root } from './project.ts'

const folder = join(root, 'assets', 'profiles')
const made: string[] = []
afterAll(async () => {
  for (const path of made) await rm(path, { recursive: true })
})
const copy = async () => {
  const path = await mkdtemp(join(tmpdir(), 'profiles-'))
  made.push(path)
  await cp(folder, path, { recursive: true })
  return path
}
const change = async (file: string, search: string, replacement: string) => {
  const text = await readFile(file, 'utf8')
  if (!text.includes(search)) throw new Error(`${file} lacks ${search}`)
  await writeFile(file, text.replace(search, replacement))
}

describe('check:profiles', () => {
  it('finds nothing wrong with what ships, and tells what a sweep costs', async () => {
    const { table, problems } = await checkProfiles(folder)
    expect(problems).toEqual([])
    const row = (id: string) =>
      table
        .split('\n')
        .find((line) => line.startsWith(`${id} `))
        ?.split(/\s+/)
    //                     profile            quantities registers read requests fast one by one in doubt sources confidence golden
    expect(row('eastron-sdm630')).toEqual([
      'eastron-sdm630',
      '82',
      '164',
      '218',
      '4',
      '1',
      '82',
      '6',
      '2',
      'high',
      '10',
    ])
    expect(row('obo-ion')).toEqual(['obo-ion', '3', '3', '4', '4', '1', '4', '0', '2', 'medium', '9'])
  })

  it.each([
    [
      'an unknown key',
      'meters/siemens-pac2200.yaml',
      '  i_n: {',
      '  i_neutral: {',
      /siemens-pac2200\.yaml:\d+:\d+ .*'i_neutral' is no quantity/,
    ],
    [
      'an overlap',
      'meters/lovato-dmg610.yaml',
      'address: 3, type',
      'address: 2, type',
      /lovato-dmg610\.yaml:\d+:\d+ quantities\.u_l2n: 'u_l2n' shares registers 2 to 2 with 'u_l1n'/,
    ],
    [
      'golden words that read otherwise',
      'meters/abb-b23-b24.yaml',
      'f: { address: 23340, type: uint16, scale: 0.01',
      'f: { address: 23340, type: uint16, scale: 0.1',
      /abb-b23-b24\.golden\.yaml:\d+:\d+ f: 1386 reads 499\.8 instead of 49\.98/,
    ],
    [
      'a type without a case',
      'meters/abb-b23-b24.yaml',
      'e_export: { address: 20484, type: uint64',
      'e_export: { address: 20484, type: int64',
      /no case is of type int64/,
    ],
    [
      'a status told otherwise',
      'chargers/obo-ion.yaml',
      '"1": connected',
      '"1": ready',
      /status: 0001 is code 1, ready instead of connected/,
    ],
    [
      'a limit written otherwise',
      'chargers/etrel-inch.yaml',
      'address: 8\n  type: float32',
      'address: 8\n  type: float32\n  scale: 0.1',
      /limit-write: 6 A is written as 4270 0000 instead of 40C0 0000/,
    ],
  ])('tells %s', async (_, file, search, replacement, expected) => {
    const path = await copy()
    await change(join(path, file), search, replacement)
    expect((await checkProfiles(path)).problems.join('\n')).toMatch(expected)
  })

  it('tells a missing golden file', async () => {
    const path = await copy()
    await rm(join(path, 'meters', 'inepro-pro380.golden.yaml'))
    const { problems } = await checkProfiles(path)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/inepro-pro380\.yaml:1:1 the profile 'inepro-pro380' is refused: it has no golden file/)
  })
})
