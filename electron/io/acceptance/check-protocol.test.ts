import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { runFormat, runVersion, type AcceptanceRun } from '../../../shared/acceptance/run.ts'
import { usualNumbers } from '../../../shared/acceptance/plan.ts'
import { documentIn } from '../../core/acceptance/document-in.ts'
import { makeProtocol } from '../../core/acceptance/protocol.ts'
import { createArchive } from '../archive.ts'
import { checkProtocol } from './check-protocol.ts'
import { drawPdf } from './protocol-pdf.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const signer = {
  publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  sign: (text: string) => sign(null, Buffer.from(text, 'utf8'), privateKey).toString('base64'),
}
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const run: AcceptanceRun = {
  format: runFormat,
  version: runVersion,
  id: 'run-1',
  siteId: 'yard',
  siteName: 'Yard Ω',
  timezone: 'Europe/Berlin',
  program: 'test',
  state: 'finished',
  says: 'done',
  who: 'E. Engineer',
  reason: 'first day',
  createdAtMs: 1_700_000_000_000,
  finishedAtMs: 1_700_000_100_000,
  numbers: usualNumbers,
  steps: [
    {
      id: 'breaker:main',
      kind: 'breaker',
      subject: { kind: 'circuit', id: 'main' },
      title: 'Breaker against its nameplate: Main',
      wants: 'a photo',
      state: 'pass',
      says: 'E. Engineer: agrees',
      startedAtMs: 1_700_000_000_000,
      endedAtMs: 1_700_000_050_000,
      who: 'E. Engineer',
      evidence: [{ label: 'Declared', value: 'C 63 A', unit: '', source: 'site file', ageMs: null, why: null }],
      measures: [],
      remarks: [{ atMs: 1, who: 'E. Engineer', text: '<b>as it is</b>' }],
      photos: [
        { id: 'p1', fileName: 'plate.png', mediaType: 'image/png', bytes: png.length, sha256: 'x', atMs: 1, who: 'E' },
      ],
      watched: null,
      tries: 1,
    },
  ],
  witnesses: [{ name: 'W. Witness', role: 'operator', atMs: 1 }],
  leftOut: [],
  baseline: { atMs: 1, siteText: 'version: 1\n', devices: [], protection: [] },
}
const made = (withSigner = true) =>
  makeProtocol({
    run,
    earlier: null,
    nameOf: ({ id }) => id,
    photo: () => Promise.resolve(new Uint8Array(png)),
    archive: createArchive(),
    signer: withSigner ? signer : null,
    drawPdf,
  })

describe('the protocol of an acceptance test', () => {
  it('is sound as it was made, with page, PDF, data, site file and photo', async () => {
    const bytes = await made()
    const checked = await checkProtocol(bytes)
    expect(checked).toMatchObject({ isSound: true, run: { id: 'run-1' } })
    expect(checked.notices.map(({ text }) => text).join()).toMatch(/Signed by the installation/)
    const pdf = documentIn(bytes, 'protocol.pdf')
    expect(
      Buffer.from(pdf ?? [])
        .subarray(0, 5)
        .toString('latin1'),
    ).toBe('%PDF-')
    const html = Buffer.from(documentIn(bytes, 'protocol.html') ?? []).toString('utf8')
    expect(html).toContain('&lt;b&gt;as it is&lt;/b&gt;')
    expect(html).toContain('photos/p1.png')
  })

  it('says where nobody signed it', async () => {
    const { isSound, notices } = await checkProtocol(await made(false))
    expect(isSound).toBe(true)
    expect(notices.some(({ tone, text }) => tone === 'warning' && text.includes('Nobody signed'))).toBe(true)
  })

  it('is found changed by one bit anywhere, and the part is named', async () => {
    const bytes = await made()
    const unseen: number[] = []
    for (let turn = 0; turn < 150; turn += 1) {
      const at = Math.floor((turn / 150) * bytes.length)
      const changed = new Uint8Array(bytes)
      changed[at] = (changed[at] ?? 0) ^ (1 << (turn % 8))
      const { isSound, notices } = await checkProtocol(changed)
      if (isSound || !notices.some(({ tone, part }) => tone === 'alarm' && part !== '')) unseen.push(at)
    }
    expect(unseen).toEqual([])
  })

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a text', new Uint8Array(Buffer.from('no protocol'))],
  ])('is told from %s', async (_, bytes) => {
    expect(await checkProtocol(bytes)).toMatchObject({ isSound: false, run: null })
  })

  it('is told from one that was cut', async () => {
    const bytes = await made()
    expect((await checkProtocol(bytes.slice(0, bytes.length - 100))).isSound).toBe(false)
  })
})
