import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../io/catalogue.ts'
import { readCheckedProfiles } from '../io/checked-profiles.ts'
import { checkProfilesOnce } from './check-profiles-once.ts'
import { root } from './project.ts'

const folder = mkdtempSync(join(tmpdir(), 'tripscope-profiles-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const profiles = join(root, 'assets', 'profiles')

describe('profiles that were checked when the program was built', () => {
  it('are the ones that are read, every one of them', async () => {
    const file = join(folder, 'profiles.json')
    await checkProfilesOnce(profiles, file)
    const read = await loadCatalogue(profiles)
    const kept = await loadCatalogue(profiles, undefined, readCheckedProfiles(file))
    expect(kept.problems).toEqual(read.problems)
    for (const kind of ['meters', 'chargers', 'mbus'] as const)
      expect(Object.fromEntries(kept[kind])).toEqual(Object.fromEntries(read[kind]))
    expect(kept.meters.size).toBeGreaterThan(30)
  })

  it('a file that was changed since is read anew', async () => {
    const file = join(folder, 'kept.json')
    await checkProfilesOnce(profiles, file)
    const changed = join(folder, 'changed')
    cpSync(profiles, changed, { recursive: true })
    const path = join(changed, 'meters', 'eastron-sdm630.yaml')
    writeFileSync(path, readFileSync(path, 'utf8').replace(/^make: .*$/m, 'make: Somebody else'))
    const kept = await loadCatalogue(changed, undefined, readCheckedProfiles(file))
    expect(kept.meters.get('eastron-sdm630')?.make).toBe('Somebody else')
  })

  it('a file that is not there costs nothing but time', async () => {
    const kept = await loadCatalogue(profiles, undefined, readCheckedProfiles(join(folder, 'nothing')))
    expect(kept.meters.size).toBeGreaterThan(30)
  })
})
