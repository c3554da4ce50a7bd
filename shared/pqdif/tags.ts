/** Numbers of IEEE Std 1159.3-2003 (PQDIF), annexes A and B: what records, elements and values are. */

export const recordSignature = '4a111440-e49f-11cf-9900-505144494600'

export const recordKinds: ReadonlyMap<
  string,
  'container' | 'data source' | 'monitor settings' | 'observation' | 'blank'
> = new Map([
  ['89738606-f1c3-11cf-9d89-0080c72e70a3', 'container'],
  ['89738619-f1c3-11cf-9d89-0080c72e70a3', 'data source'],
  ['b48d858c-f5f5-11cf-9d89-0080c72e70a3', 'monitor settings'],
  ['8973861a-f1c3-11cf-9d89-0080c72e70a3', 'observation'],
  ['89738618-f1c3-11cf-9d89-0080c72e70a3', 'blank'],
] as const)

export const tags = {
  versionInfo: '89738607-f1c3-11cf-9d89-0080c72e70a3',
  compressionStyle: '8973861b-f1c3-11cf-9d89-0080c72e70a3',
  compressionAlgorithm: '8973861c-f1c3-11cf-9d89-0080c72e70a3',
  sourceName: 'b48d8587-f5f5-11cf-9d89-0080c72e70a3',
  sourceOwner: 'b48d8588-f5f5-11cf-9d89-0080c72e70a3',
  channelDefinitions: 'b48d858d-f5f5-11cf-9d89-0080c72e70a3',
  oneChannelDefinition: 'b48d858e-f5f5-11cf-9d89-0080c72e70a3',
  channelName: 'b48d8590-f5f5-11cf-9d89-0080c72e70a3',
  phase: 'b48d8591-f5f5-11cf-9d89-0080c72e70a3',
  quantityType: 'b48d8592-f5f5-11cf-9d89-0080c72e70a3',
  quantityMeasured: 'c690e872-f755-11cf-9d89-0080c72e70a3',
  seriesDefinitions: 'b48d8598-f5f5-11cf-9d89-0080c72e70a3',
  oneSeriesDefinition: 'b48d859a-f5f5-11cf-9d89-0080c72e70a3',
  valueType: 'b48d859c-f5f5-11cf-9d89-0080c72e70a3',
  units: 'b48d859b-f5f5-11cf-9d89-0080c72e70a3',
  storageMethod: 'b48d85a1-f5f5-11cf-9d89-0080c72e70a3',
  nominalFrequency: '0fa118c3-cb4a-11d2-b30b-fe25cb9a1760',
  observationName: '3d786f8a-f76e-11cf-9d89-0080c72e70a3',
  timeStart: '3d786f8c-f76e-11cf-9d89-0080c72e70a3',
  timeTriggered: '3d786f8e-f76e-11cf-9d89-0080c72e70a3',
  channelInstances: '3d786f91-f76e-11cf-9d89-0080c72e70a3',
  oneChannelInstance: '3d786f92-f76e-11cf-9d89-0080c72e70a3',
  channelDefinitionIndex: 'b48d858f-f5f5-11cf-9d89-0080c72e70a3',
  seriesInstances: '3d786f93-f76e-11cf-9d89-0080c72e70a3',
  oneSeriesInstance: '3d786f94-f76e-11cf-9d89-0080c72e70a3',
  seriesScale: '3d786f96-f76e-11cf-9d89-0080c72e70a3',
  seriesOffset: '3d786f97-f76e-11cf-9d89-0080c72e70a3',
  seriesValues: '3d786f99-f76e-11cf-9d89-0080c72e70a3',
  shareChannel: '8973861f-f1c3-11cf-9d89-0080c72e70a3',
  shareSeries: '89738620-f1c3-11cf-9d89-0080c72e70a3',
} as const

export const quantityTypes: ReadonlyMap<string, 'waveform' | 'value log' | 'phasor'> = new Map([
  ['67f6af80-f753-11cf-9d89-0080c72e70a3', 'waveform'],
  ['67f6af82-f753-11cf-9d89-0080c72e70a3', 'value log'],
  ['67f6af81-f753-11cf-9d89-0080c72e70a3', 'phasor'],
] as const)

export const timeValues = 'c690e862-f755-11cf-9d89-0080c72e70a3'
/** What a series holds, as the end of its name; a kind that is not here is told by nothing. */
export const valueTypes: ReadonlyMap<string, string> = new Map([
  ['67f6af97-f753-11cf-9d89-0080c72e70a3', ''],
  ['67f6af98-f753-11cf-9d89-0080c72e70a3', 'minimum'],
  ['67f6af99-f753-11cf-9d89-0080c72e70a3', 'maximum'],
  ['67f6af9a-f753-11cf-9d89-0080c72e70a3', 'average'],
  ['67f6af9b-f753-11cf-9d89-0080c72e70a3', 'instantaneous'],
  ['3d786f9d-f76e-11cf-9d89-0080c72e70a3', 'angle'],
  ['dc762340-3c56-11d2-ae44-0060083a2628', 'lowest angle'],
  ['dc762341-3c56-11d2-ae44-0060083a2628', 'highest angle'],
  ['dc762342-3c56-11d2-ae44-0060083a2628', 'mean angle'],
])

export const unitTexts: ReadonlyMap<number, string> = new Map([
  [2, 's'],
  [3, 'cycles'],
  [6, 'V'],
  [7, 'A'],
  [8, 'VA'],
  [9, 'W'],
  [10, 'var'],
  [11, 'Ω'],
  [15, 'Hz'],
  [16, '°C'],
  [17, '°'],
  [19, '%'],
  [20, 'pu'],
  [22, 'varh'],
  [23, 'Wh'],
  [24, 'VAh'],
])
export const secondsUnit = 2
export const cyclesUnit = 3
export const timestampUnit = 1

/** Of phases: none, AN, BN, CN, NG, AB, BC, CA. */
export const phases = [null, '1', '2', '3', 'n', '12', '23', '31'] as const
export const measured = { voltage: 1, current: 2 } as const
/** Bits of a storage method: values as they are, scaled, by increments. */
export const storage = { values: 1, scaled: 2, increment: 4 } as const
