import { ByteWriter, ParquetWriter, type BasicType } from 'hyparquet-writer'
import type { Archive, ParquetColumn } from '../core/archive-port.ts'

const types: Readonly<Record<ParquetColumn['type'], BasicType>> = {
  time: 'TIMESTAMP',
  number: 'DOUBLE',
  text: 'STRING',
}

/** What has been written since it was last asked, and is in memory no more. */
const taken = (writer: ByteWriter): Uint8Array => {
  const bytes = new Uint8Array(writer.getBuffer())
  writer.index = 0
  return bytes
}

/** Parquet (Apache Parquet format 2.x) by hyparquet-writer, a group of rows at a time. */
export const writeParquet: Archive['parquet'] = async function* (columns, groups) {
  const writer = new ByteWriter()
  const parquet = new ParquetWriter({
    writer,
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ name, type }) => ({
        name,
        repetition_type: 'OPTIONAL' as const,
        ...(type === 'time'
          ? ({ type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' } as const)
          : type === 'text'
            ? ({ type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const)
            : ({ type: 'DOUBLE' } as const)),
      })),
    ],
    createdBy: 'Tripscope',
    kvMetadata: [
      {
        key: 'units',
        value: JSON.stringify(
          Object.fromEntries(columns.flatMap(({ name, unit }) => (unit === null ? [] : [[name, unit]]))),
        ),
      },
    ],
  })
  yield taken(writer)
  for await (const group of groups) {
    const rows = group[0]?.length ?? 0
    if (rows === 0) continue
    await parquet.write({
      rowGroupSize: rows,
      columnData: columns.map(({ name, type }, index) => ({
        name,
        type: types[type],
        data:
          type === 'time'
            ? (group[index] ?? []).map((atMs) => (typeof atMs === 'number' ? new Date(atMs) : null))
            : [...(group[index] ?? [])],
      })),
    })
    yield taken(writer)
  }
  await parquet.finish()
  yield taken(writer)
}
