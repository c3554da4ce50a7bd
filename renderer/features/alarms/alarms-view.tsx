export const AlarmsView = () => null
