export const HistoryView = () => null
