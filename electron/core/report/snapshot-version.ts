/**
 * Raised when what a reader of the version before takes from a snapshot would be wrong. 1: files without a seal, `.zip`. 2: sealed, with the
 * audit's signed head, intervals and health as lines of JSON, readings as Parquet too, and CSV that reads back to the very values.
 */
export const snapshotSchemaVersion = 2
