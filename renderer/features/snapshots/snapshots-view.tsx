export const SnapshotsView = () => null
