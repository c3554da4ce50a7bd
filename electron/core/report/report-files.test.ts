import { describe, expect, it } from 'vitest'
import type { Block } from '../../../shared/acceptance/protocol-document.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import { reportFiles } from './report-files.ts'
import type { SnapshotParts } from './snapshot-parts.ts'

const event: SiteEvent = {
  seq: 1,
  atMs: Date.UTC(2026, 5, 15, 10),
  kind: 'note',
  severity: 'info',
  subject: null,
  message: 'Anna <b> set http://op:hunter2@10.0.0.5/',
  data: null,
} as unknown as SiteEvent

const partsWith = (drawPdf: SnapshotParts['drawPdf']): SnapshotParts =>
  ({
    archive: { utf8: (text: string) => new TextEncoder().encode(text) },
    withoutNames: (text: string) => text.replaceAll('Anna', 'person 1'),
    overview: { site: { name: 'Depot of Anna' }, version: '0', meters: [] },
    range: { fromMs: 0, toMs: 1000 },
    who: 'Anna',
    note: '',
    live: { findings: [] },
    drawPdf,
  }) as unknown as SnapshotParts

const read = async (parts: SnapshotParts) => {
  const remarks: string[] = []
  const files = new Map<string, string>()
  for await (const file of reportFiles(parts, [event], remarks)) {
    const runs: string[] = []
    for await (const run of file.content()) runs.push(new TextDecoder().decode(run))
    files.set(file.name, runs.join(''))
  }
  return { files, remarks }
}

describe('the report of a snapshot', () => {
  it('is a page and a PDF of the same text, without names and secrets in either', async () => {
    let drawn: readonly Block[] = []
    const { files } = await read(
      partsWith((blocks) => {
        drawn = blocks
        return Promise.resolve(new TextEncoder().encode('%PDF'))
      }),
    )
    expect([...files.keys()]).toEqual(['report.pdf', 'report.html'])
    const html = files.get('report.html') ?? ''
    const texts = drawn.flatMap((block) =>
      block.kind === 'table' ? block.rows.flat() : 'text' in block ? [block.text] : [],
    )
    expect(texts.length).toBeGreaterThan(8)
    for (const text of texts) expect(html).toContain(text.replaceAll('<', '&lt;').replaceAll('>', '&gt;'))
    for (const said of [html, texts.join()]) {
      expect(said).toContain('person 1')
      expect(said).not.toMatch(/Anna|hunter2/)
    }
    expect(html).not.toContain('<b>')
  })
  it('is a page alone where nothing draws, and says so where drawing failed', async () => {
    expect([...(await read(partsWith(undefined))).files.keys()]).toEqual(['report.html'])
    const { files, remarks } = await read(partsWith(() => Promise.reject(new Error('no fonts'))))
    expect([...files.keys()]).toEqual(['report.html'])
    expect(files.get('report.html')).toContain('no fonts')
    expect(remarks).toEqual(['report.pdf could not be drawn: no fonts'])
  })
})
