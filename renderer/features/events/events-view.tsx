export const EventsView = () => null
