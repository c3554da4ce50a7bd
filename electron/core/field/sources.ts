import { createMbusSource } from '../acquisition/mbus/mbus-source.ts'
import { createModbusSource } from '../acquisition/modbus-source.ts'
import { createOcppSource } from '../chargers/ocpp/ocpp-source.ts'
import type { MakeSource } from './field-source.ts'

/** Every kind of source. To add one: its folder, one line here. */
export const sources: readonly MakeSource[] = [createModbusSource, createMbusSource, createOcppSource]
