import { own } from '../../shared/own.ts'

/** A telegram as libmbus' normalised XML (`mbus_parse_hex -n`) tells it, read back from that XML. */
export interface NormalisedRecord {
  readonly function: string
  readonly storage: number | null
  readonly tariff: number | null
  readonly device: number | null
  readonly unit: string
  readonly quantity: string | null
  readonly value: string
}

export interface NormalisedTelegram {
  readonly header: Readonly<Record<string, string>>
  /** Null for a record of which libmbus says nothing, because it does not know the VIF. */
  readonly records: readonly (NormalisedRecord | null)[]
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
}
const plain = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|apos);/g, (entity) => own(entities, entity) ?? entity)

const fieldsOf = (block: string): Record<string, string> =>
  Object.fromEntries(
    [...block.matchAll(/<([A-Za-z]+)>([^<]*)<\/\1>/g)].map(([, name = '', text = '']) => [name, plain(text)]),
  )

const known = new Set(['Function', 'StorageNumber', 'Tariff', 'Device', 'Unit', 'Quantity', 'Value'])

/** Throws SyntaxError for anything but such a file: a field this program does not know must not go uncompared. */
export const readNormalised = (xml: string): NormalisedTelegram => {
  const slave = /<SlaveInformation>([\s\S]*?)<\/SlaveInformation>/.exec(xml)?.[1]
  if (slave === undefined) throw new SyntaxError('it has no SlaveInformation')
  const blocks = [...xml.matchAll(/<DataRecord id="(\d+)">([\s\S]*?)<\/DataRecord>/g)]
  return {
    header: fieldsOf(slave),
    records: blocks.map(([, id, block = ''], index) => {
      const fields = fieldsOf(block)
      const strange = Object.keys(fields).filter((name) => !known.has(name))
      if (Number(id) !== index || strange.length > 0)
        throw new SyntaxError(`record ${index} has the id ${id} and unknown fields: ${strange.join(', ') || 'none'}`)
      if (Object.keys(fields).length === 0) return null
      const number = (name: string): number | null =>
        own(fields, name) === undefined ? null : Number(own(fields, name))
      const { Function: fn, Unit: unit, Value: value } = fields
      if (fn === undefined || unit === undefined || value === undefined)
        throw new SyntaxError(`record ${index} lacks its function, unit or value`)
      return {
        function: fn,
        storage: number('StorageNumber'),
        tariff: number('Tariff'),
        device: number('Device'),
        unit,
        quantity: fields['Quantity'] ?? null,
        value,
      }
    }),
  }
}
