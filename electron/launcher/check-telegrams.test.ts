import { existsSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { compareTelegrams } from './telegram-table.ts'

/** A folder of recorded telegrams with libmbus' XML beside them; they are not ours to ship. */
const folder = process.env['TRIPSCOPE_TELEGRAMS'] ?? ''
const made: string[] = []
afterAll(async () => {
  for (const path of made) await rm(path, { recursive: true })
})

const xml = (value: string, extra = '') => `<?xml version="1.0" encoding="ISO-8859-1"?>
<MBusData>
    <SlaveInformation>
        <Id>12345678</Id><Manufacturer>TST</Manufacturer><Version>1</Version><ProductName></ProductName><Medium>Electricity</Medium>
        <AccessNumber>9</AccessNumber><Status>00</Status><Signature>0000</Signature>
    </SlaveInformation>
    <DataRecord id="0">
        <Function>Instantaneous value</Function><StorageNumber>0</StorageNumber>${extra}<Unit>V</Unit><Quantity>Voltage</Quantity><Value>${value}</Value>
    </DataRecord>
</MBusData>
`
// python3 struct: header TST 12345678, one record 02 FD 48 with 2301.
const hex = '68 14 14 68 08 01 72 78 56 34 12 74 52 01 02 09 00 00 00 02 FD 48 FD 08 AD 16'
const compareOne = async (text: string) => {
  const path = await mkdtemp(join(tmpdir(), 'telegrams-'))
  made.push(path)
  await writeFile(join(path, 'one.hex'), hex)
  await writeFile(join(path, 'one.norm.xml'), text)
  return (await compareTelegrams(path)).differences
}

describe('check:telegrams', () => {
  it('finds a telegram and its XML the same', async () => {
    expect(await compareOne(xml('230.100000'))).toEqual([])
  })

  it.each([
    ['another value', xml('230.000000'), ['one: record 0 value: 230.1 instead of 230.000000']],
    ['another unit', xml('230.100000').replace('<Unit>V<', '<Unit>A<'), ['one: record 0 unit: "V" instead of "A"']],
    ['another tariff', xml('230.100000', '<Tariff>1</Tariff>'), ['one: record 0 tariff: 0 instead of 1']],
    ['another maker', xml('230.100000').replace('TST', 'TSU'), ['one: manufacturer: "TST" instead of "TSU"']],
    [
      'a field nobody knows',
      xml('230.100000', '<Colour>red</Colour>'),
      ["one: one.norm.xml can't be compared: record 0 has the id 0 and unknown fields: Colour"],
    ],
  ])('tells %s', async (_, text, expected) => {
    expect(await compareOne(text)).toEqual(expected)
  })

  it.skipIf(folder === '')('every recorded telegram decodes to its XML’s values (TRIPSCOPE_TELEGRAMS)', async () => {
    expect(existsSync(folder)).toBe(true)
    const { differences, telegrams, compared } = await compareTelegrams(folder)
    expect(differences).toEqual([])
    expect(telegrams).toBeGreaterThan(0)
    expect(compared).toBeGreaterThan(telegrams * 9)
  })

  it.skipIf(folder === '')('and a byte changed in any of them is told', async () => {
    const path = await mkdtemp(join(tmpdir(), 'telegrams-'))
    made.push(path)
    await cp(folder, path, { recursive: true })
    const { telegrams } = await compareTelegrams(path)
    const file = join(path, 'emh_diz.hex')
    if (!existsSync(file)) return
    await writeFile(file, (await readFile(file, 'utf8')).replace('09 04 00 00', '0A 04 00 00'))
    const changed = await compareTelegrams(path)
    expect(changed.telegrams).toBe(telegrams)
    expect(changed.differences.length).toBeGreaterThan(0)
  })
})
