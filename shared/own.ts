/**
 * The entry of a record under a key that comes from outside (an id of the site file, a name in a frame), and nothing that every
 * object inherits: a meter may be called "constructor". Undefined where there is none, or no record.
 */
export const own = <T>(record: { readonly [key: string]: T } | null | undefined, key: string): T | undefined =>
  record != null && Object.hasOwn(record, key) ? record[key] : undefined
