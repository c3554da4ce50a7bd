import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { readSite } from '../../shared/site/read-site.ts'
import { siteAdditionSchema } from '../../shared/site/site-addition.ts'
import { loadCatalogue } from './catalogue.ts'
import { createSiteEditor } from './site-editor.ts'

const root = join(import.meta.dirname, '..', '..')
const example = readFileSync(join(root, 'assets', 'examples', 'site.example.yaml'), 'utf8')
const catalogue = await loadCatalogue(join(root, 'assets', 'profiles'))
const folders: string[] = []
let file = ''
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-editor-'))
  folders.push(folder)
  file = join(folder, 'site.yaml')
  writeFileSync(file, example, { mode: 0o640 })
})
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const editor = () => createSiteEditor(file, () => Promise.resolve(catalogue))
const found = (more: object = {}) =>
  siteAdditionSchema.parse({
    line: { id: 'found-1', transport: 'tcp', host: '192.0.2.30', port: 502 },
    meter: { id: 'charging-meter', name: 'Charging: "Ost", L1', profile: 'janitza-umg', line: 'found-1', unit: 1 },
    circuitId: 'charging',
    ...more,
  })
const commentsOf = (text: string) =>
  text.split('\n').flatMap((line) => {
    const at = line.indexOf('#')
    return at < 0 ? [] : [line.slice(at).trim()]
  })

describe('adding a meter to the site file', () => {
  it('adds line, meter and what it measures, and keeps every comment and everything else', async () => {
    expect(await editor().add(found())).toEqual({ ok: true })
    const text = readFileSync(file, 'utf8')
    expect(commentsOf(text)).toEqual(commentsOf(example))
    const [before, after] = [readSite(example, file, catalogue), readSite(text, file, catalogue)]
    if (!before.ok || !after.ok) throw new Error('both must be valid')
    const { line, meter } = found()
    expect(after.site).toEqual({
      ...before.site,
      lines: [...before.site.lines, line],
      meters: [...before.site.meters, meter],
      circuits: before.site.circuits.map((circuit) =>
        circuit.id === 'charging' ? { ...circuit, meter: meter.id } : circuit,
      ),
    })
    expect(readFileSync(`${file}.bak`, 'utf8')).toBe(example)
    expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(readdirSync(join(file, '..')).sort()).toEqual(['site.yaml', 'site.yaml.bak'])
  })

  it('takes a second one, and a site whose list of meters is empty', async () => {
    expect(await editor().add(found())).toEqual({ ok: true })
    expect(
      await editor().add(
        found({ line: null, meter: { id: 'm3', profile: 'janitza-umg', line: 'found-1', unit: 2 }, circuitId: null }),
      ),
    ).toEqual({ ok: true })
    writeFileSync(
      file,
      example.replace(/^meters:\n(?: .*\n)+/m, 'meters: []\n').replace('    meter: incomer-meter\n', ''),
    )
    expect(await editor().add(found())).toEqual({ ok: true })
  })

  it('keeps line ends of CR LF', async () => {
    writeFileSync(file, example.replaceAll('\n', '\r\n'))
    expect(await editor().add(found())).toEqual({ ok: true })
    const text = readFileSync(file, 'utf8')
    expect(
      text
        .split('\n')
        .slice(0, -1)
        .every((line) => line.endsWith('\r')),
    ).toBe(true)
    expect(text).not.toContain('\r\r')
  })

  it('changes nothing where an anchor would carry the change to another entry', async () => {
    const minimal = [
      'version: 1',
      'id: s',
      'name: S',
      'grid: { limit: 63 }',
      'lines: [{ id: net, transport: tcp, host: 192.0.2.1, port: 502 }]',
      'meters:',
      '  - &first { id: one, profile: &p eastron-sdm630, line: net, unit: 1 }',
      '  - { id: two, profile: *p, line: net, unit: 2 }',
      'circuits:',
      '  - { id: main }',
      '',
    ]
    const shared = minimal
      .join('\n')
      .replace('&first ', '')
      .replace('- { id: two, profile: *p,', '- { id: two, profile: *p,')
    writeFileSync(file, shared)
    const saved = await editor().setProfile('one', 'janitza-umg')
    const after = readSite(readFileSync(file, 'utf8'), file, catalogue)
    if (!after.ok) throw new Error(after.message)
    expect(after.site.meters[1]?.profile).toBe('eastron-sdm630')
    if (!saved.ok) expect(readFileSync(file, 'utf8')).toBe(shared)
  })

  it('changes nothing when the result would not be a valid site, and says what and where', async () => {
    const refusals: [object, RegExp][] = [
      [
        { meter: { id: 'incomer-meter', profile: 'janitza-umg', line: 'found-1' } },
        /site\.yaml:\d+:\d+.*incomer-meter/,
      ],
      [{ meter: { id: 'm3', profile: 'janitza-umg', line: 'nowhere' } }, /nowhere/],
      [{ meter: { id: 'm3', profile: 'no-such-meter', line: 'found-1' } }, /no-such-meter/],
      [{ circuitId: 'incomer' }, /already measured by 'incomer-meter'/],
      [{ circuitId: 'cellar' }, /no circuit 'cellar'/],
    ]
    for (const [more, message] of refusals) {
      const saved = await editor().add(found(more))
      expect(saved.ok ? '' : saved.problems.join('\n')).toMatch(message)
    }
    expect(readFileSync(file, 'utf8')).toBe(example)
  })

  it('refuses to touch a file that a person is in the middle of changing', async () => {
    writeFileSync(file, `${example}\nlines: []\n`)
    const saved = await editor().add(found())
    expect(saved.ok ? '' : saved.problems.join('\n')).toMatch(/changed since it was opened and is not valid now/)
    writeFileSync(`${file}.new`, 'half written')
    writeFileSync(file, example)
    const second = await editor().add(found())
    expect(second.ok ? '' : second.problems.join('\n')).toMatch(/is in the way/)
    expect(readFileSync(`${file}.new`, 'utf8')).toBe('half written')
  })

  it('lets a meter use another profile and changes nothing else', async () => {
    const [before] = /profile: \S+(?=[^\n]*)/.exec(example.slice(example.indexOf('incomer-meter'))) ?? ['']
    expect(await editor().setProfile('incomer-meter', 'siemens-pac2200')).toEqual({ ok: true })
    const changed = readFileSync(file, 'utf8')
    expect(changed).toContain('profile: siemens-pac2200')
    expect(changed.replace('profile: siemens-pac2200', before)).toContain(before)
    expect(changed.split('\n').filter((line) => line.includes('#')).length).toBe(
      example.split('\n').filter((line) => line.includes('#')).length,
    )
    for (const [meter, profile, message] of [
      ['nobody', 'janitza-umg', /no meter 'nobody'/],
      ['incomer-meter', 'no-such-meter', /no-such-meter/],
    ] as const) {
      const saved = await editor().setProfile(meter, profile)
      expect(saved.ok ? '' : saved.problems.join()).toMatch(message)
    }
    expect(readFileSync(file, 'utf8')).toBe(changed)
  })

  it('changes the file a link leads to and leaves the link', async () => {
    const link = join(file, '..', 'link.yaml')
    symlinkSync('site.yaml', link)
    expect(await createSiteEditor(link, () => Promise.resolve(catalogue)).add(found())).toEqual({ ok: true })
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readFileSync(file, 'utf8')).toContain('charging-meter')
  })
})

describe('a whole text in the place of the site file', () => {
  const begun = async () => {
    const read = await editor().read()
    if (!read.ok) throw new Error(read.message)
    return read
  }
  it('is written when the file is still what it is based on, with the one before beside it', async () => {
    const { text, version } = await begun()
    const changed = text.replace('Example car park', 'Car park, east')
    expect(await editor().replace(changed, version)).toEqual({ ok: true })
    expect(readFileSync(file, 'utf8')).toBe(changed)
    expect(readFileSync(`${file}.bak`, 'utf8')).toBe(example)
  })
  it('is never written over what someone else wrote meanwhile, nor of two at once', async () => {
    const { text, version } = await begun()
    const one = editor()
    const answers = await Promise.all(['A', 'B'].map((name) => one.replace(text.replace('Example', name), version)))
    expect(answers.map(({ ok }) => ok)).toEqual([true, false])
    expect(readFileSync(file, 'utf8')).toContain('A car park')
    expect(JSON.stringify(answers[1])).toContain('changed by someone else')
  })
  it('that is not sound is refused with what is wrong, and its problems have places', async () => {
    const { text, version } = await begun()
    const bad = text.replace('rating: 20', 'rating: -20').replace('eastron-sdm630', 'eastron-sdm631')
    const problems = await editor().check(bad)
    expect(problems.filter(({ severity }) => severity === 'error').map(({ path }) => path)).toEqual([
      'circuits[1].breaker.rating',
    ])
    const other = await editor().check(text.replace('eastron-sdm630', 'eastron-sdm631'))
    expect(other.map(({ path }) => path)).toContain('meters[0].profile')
    expect((await editor().replace(bad, version)).ok).toBe(false)
    expect(readFileSync(file, 'utf8')).toBe(example)
  })
})
